import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue, NO_EVENT } from '../../src/sim/event-queue.ts';
import { Streams } from '../../src/sim/rng.ts';

type Queue = EventQueue<string, number>;

interface Entry {
  at: number;
  sequence: number;
  id: number;
  name: string;
}

/** Takes the next event and gives back what it was about. */
function next(queue: Queue): { at: number; name: string; cause: number } | undefined {
  const at = queue.nextAt;
  const id = queue.take();
  if (id === NO_EVENT) return undefined;
  const taken = { at, name: queue.subjectOf(id), cause: queue.causeOf(id) };
  queue.release(id);
  return taken;
}

describe('the event queue', () => {
  test('gives events in the order of their times, and of one time in the order they were scheduled', () => {
    const queue: Queue = new EventQueue();
    queue.schedule(5, 1, 'late', 0, 0);
    queue.schedule(3, 1, 'first', 0, 0);
    queue.schedule(3, 1, 'second', 0, 0);
    queue.schedule(3, 1, 'third', 0, 0);
    expect([next(queue), next(queue), next(queue), next(queue)].map((event) => event?.name)).toEqual([
      'first',
      'second',
      'third',
      'late',
    ]);
    expect(next(queue)).toBeUndefined();
    expect(queue.nextAt).toBe(Infinity);
  });

  test('keeps the kind, subject, argument and cause of an event until it is released', () => {
    const queue: Queue = new EventQueue();
    queue.schedule(7, 4, 'subject', 99, 12);
    const id = queue.take();
    expect([queue.kindOf(id), queue.subjectOf(id), queue.argumentOf(id), queue.causeOf(id)]).toEqual([
      4,
      'subject',
      99,
      12,
    ]);
  });

  test('an event that moves to a time queues up behind what is already due then', () => {
    const queue: Queue = new EventQueue();
    const mover = queue.schedule(1, 0, 'mover', 0, 0);
    queue.schedule(9, 0, 'there before', 0, 0);
    queue.move(mover, 9, 3);
    expect(next(queue)).toEqual({ at: 9, name: 'there before', cause: 0 });
    expect(next(queue)).toEqual({ at: 9, name: 'mover', cause: 3 });
  });

  test('a deadline that is re-armed without end is one event', () => {
    const queue: Queue = new EventQueue();
    const id = queue.schedule(1, 0, 'keep alive', 0, 0);
    for (let at = 2; at < 10_000; at++) queue.move(id, at, 0);
    expect(queue.size).toBe(1);
    expect(queue.timeOf(id)).toBe(9_999);
  });

  test('agrees with a sorted array whatever is scheduled, moved, cancelled and taken', () => {
    const operation = fc.oneof(
      { weight: 4, arbitrary: fc.record({ op: fc.constant('schedule' as const), at: fc.nat(40) }) },
      {
        weight: 2,
        arbitrary: fc.record({ op: fc.constant('move' as const), at: fc.nat(40), pick: fc.nat() }),
      },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('cancel' as const), pick: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ op: fc.constant('take' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const queue: Queue = new EventQueue();
        let model: Entry[] = [];
        let sequence = 0;
        for (const step of operations) {
          if (step.op === 'schedule') {
            const name = `e${sequence}`;
            model.push({ at: step.at, sequence, id: queue.schedule(step.at, 0, name, 0, sequence), name });
            sequence++;
          } else if (step.op === 'take') {
            model.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
            const expected = model.shift();
            expect(queue.nextAt).toBe(expected?.at ?? Infinity);
            expect(next(queue)?.name).toBe(expected?.name);
          } else if (model.length > 0) {
            const entry = model[step.pick % model.length]!;
            if (step.op === 'move') {
              queue.move(entry.id, step.at, 0);
              entry.at = step.at;
              entry.sequence = sequence++;
            } else {
              queue.cancel(entry.id);
              model = model.filter((other) => other !== entry);
            }
          }
          expect(queue.size).toBe(model.length);
        }
        model.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
        for (const entry of model) expect(next(queue)).toMatchObject({ at: entry.at, name: entry.name });
        expect(next(queue)).toBeUndefined();
      }),
      { seed: 20_240_501, numRuns: 400 },
    );
  });

  test('does so with many pending too, of which some are due in a moment, most in a minute, and a few in a year', () => {
    const chance = new Streams('1').stream('many');
    const draw = (below: number): number => Math.floor(chance() * below);
    const spans = [50, 300_000, 60_000_000, 90_000_000, 400_000_000, 31_536_000_000_000];
    const queue: Queue = new EventQueue();
    const model = new Map<number, Entry>();
    let now = 0;
    let sequence = 0;
    // Local clocks drift, so not every time is a whole number.
    const later = (): number => {
      const within = spans[draw(spans.length)]!;
      return now + (draw(4) === 0 ? chance() * within : draw(within));
    };
    const schedule = (): void => {
      const at = later();
      const name = `e${sequence}`;
      const id = queue.schedule(at, 0, name, 0, sequence);
      model.set(id, { at, sequence: sequence++, id, name });
    };
    const takeNext = (): void => {
      let first: Entry | undefined;
      for (const entry of model.values()) {
        if (first === undefined || entry.at < first.at) first = entry;
        else if (entry.at === first.at && entry.sequence < first.sequence) first = entry;
      }
      now = first!.at;
      model.delete(first!.id);
      const name = first!.name;
      expect(next(queue)).toMatchObject({ at: now, name });
    };
    while (model.size < 6_000) schedule();
    for (let step = 0; step < 6_000; step++) {
      const entries = step % 100 === 0 ? [...model.values()] : [];
      for (const entry of entries.slice(0, 40)) {
        expect(queue.timeOf(entry.id)).toBe(entry.at);
        if (draw(3) === 0) {
          queue.cancel(entry.id);
          model.delete(entry.id);
        } else {
          entry.at = later();
          entry.sequence = sequence++;
          queue.move(entry.id, entry.at, 0);
        }
      }
      if (draw(9) < 4) schedule();
      else takeNext();
      expect(queue.size).toBe(model.size);
    }
    while (model.size > 0) takeNext();
    expect(queue.nextAt).toBe(Infinity);
  });

  test('an id that is not pending can be neither moved nor cancelled', () => {
    const queue: Queue = new EventQueue();
    const id = queue.schedule(1, 0, 'gone', 0, 0);
    queue.cancel(id);
    expect(() => queue.cancel(id)).toThrow(/event 0 is not pending/);
    expect(() => queue.move(id, 2, 0)).toThrow(/not pending/);
    expect(() => queue.move(77, 2, 0)).toThrow(/not pending/);
  });

  test('refuses times that no clock shows', () => {
    const queue: Queue = new EventQueue();
    expect(() => queue.schedule(Number.NaN, 0, '', 0, 0)).toThrow(/cannot be due at NaN/);
    expect(() => queue.schedule(Infinity, 0, '', 0, 0)).toThrow(/cannot be due at Infinity/);
  });

  test('says so when its limit is reached', () => {
    const queue: Queue = new EventQueue(100);
    for (let i = 0; i < 100; i++) queue.schedule(i, 0, '', 0, 0);
    expect(() => queue.schedule(1, 0, '', 0, 0)).toThrow(/100 events are pending, the limit/);
  });
});
