/**
 * Rows 1 and 2 of the goals: the event queue, beside a plain binary heap of objects in the same process.
 *
 * Each round takes the next event and schedules one a random time later, with a given number pending. Rounds of the
 * two queues alternate and the median counts, because the machine is shared; so does the time of the processor alone.
 */
import { EventQueue } from '../src/sim/event-queue.ts';
import { atReference, type Cal } from './cal.ts';
import { beside, cpuMillis, median, type Pace, type Row } from './measure.ts';
import { DELAYS, delays, ObjectHeap } from './object-heap.ts';

const ROUND = 400_000;
const ROUNDS: Record<Pace, number> = { full: 9, smoke: 1 };

/** One queue beside the other. */
function holdRow(pending: number, rounds: number): Row {
  const delay = delays();
  const queue = new EventQueue<object, number>();
  const heap = new ObjectHeap();
  const subject = {};
  let fired = 0;
  const run = (): void => {
    fired++;
  };
  for (let i = 0; i < pending; i++) {
    queue.schedule(delay[i & (DELAYS - 1)]!, 1, subject, i, 0);
    heap.schedule(delay[i & (DELAYS - 1)]!, run);
  }
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let begun = cpuMillis();
    for (let i = 0; i < ROUND; i++) {
      const now = queue.nextAt;
      const id = queue.take();
      const argument = queue.argumentOf(id);
      if (queue.kindOf(id) === 1 && queue.subjectOf(id) === subject) fired++;
      const cause = queue.causeOf(id);
      queue.release(id);
      queue.schedule(now + delay[i & (DELAYS - 1)]!, 1, subject, argument, cause);
    }
    ours.push(cpuMillis() - begun);
    begun = cpuMillis();
    for (let i = 0; i < ROUND; i++) {
      const event = heap.take()!;
      event.run();
      heap.schedule(event.at + delay[i & (DELAYS - 1)]!, () => {
        fired++;
      });
    }
    theirs.push(cpuMillis() - begun);
  }
  if (fired !== 2 * ROUND * rounds) throw new Error(`fired ${fired} events instead of ${2 * ROUND * rounds}`);
  const what = `event queue, ${pending} pending`;
  return beside(
    what,
    'events/s',
    (ROUND * 1000) / median(ours),
    'object heap',
    (ROUND * 1000) / median(theirs),
  );
}

/** A keep-alive deadline that moves with every packet, beside the cost of firing an event. */
function rearmRow(pending: number, rounds: number): Row {
  const queue = new EventQueue<object, number>();
  const subject = {};
  const delay = delays();
  const ids = Array.from({ length: pending }, (_, i) =>
    queue.schedule(60_000_000 + delay[i]!, 1, subject, i, 0),
  );
  const ours: number[] = [];
  let now = 0;
  for (let round = 0; round < rounds; round++) {
    const begun = cpuMillis();
    for (let i = 0; i < ROUND; i++) {
      now += 1000;
      queue.move(ids[delay[i & (DELAYS - 1)]! % pending]!, now + 60_000_000, 0);
    }
    ours.push(cpuMillis() - begun);
  }
  if (queue.size !== pending) throw new Error(`${queue.size} events pending instead of ${pending}`);
  return {
    what: `re-arm a deadline, ${pending} pending`,
    value: (median(ours) * 1e6) / ROUND,
    unit: 'ns',
  };
}

/** Events a second. */
const HOLD = { few: { floor: 10e6, goal: 15e6 }, many: { floor: 1.8e6, goal: 6e6 } };
/** Nanoseconds. */
const REARM_GOAL = 100;

/** All rows; about five seconds. */
export function queueRows(pace: Pace, cal: Cal): Row[] {
  const rounds = ROUNDS[pace];
  const few = holdRow(1_000, rounds);
  const many = holdRow(100_000, rounds);
  const rearm = rearmRow(1_000, rounds);
  const nanos = cal.nanos();
  few.aim = { row: 1, ...HOLD.few, scaled: atReference(few.value, nanos) };
  many.aim = { row: 1, ...HOLD.many, scaled: atReference(many.value, nanos) };
  const [fired, moved] = [1e9 / few.aim.scaled!, 1e9 / atReference(1e9 / rearm.value, nanos)];
  rearm.aim = { row: 2, floor: 2 * fired, goal: REARM_GOAL, scaled: moved };
  return [few, many, rearm];
}
