import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diskWith, Hub } from './hub.ts';
import { type Fault, World } from './world.ts';

const MESSAGES = 3;
const expected = Array.from({ length: MESSAGES }, (_, number) => `${number}`);

/** Which of the things that can move does: the first, the last, or each in turn. */
const schedules: Record<string, (step: number) => number> = {
  'packets before the disk': () => 0,
  'the disk before packets': () => -1,
  'everything in turn': (step) => step,
  'everything in turn, backwards': (step) => 1_000_003 - step,
};

/** Makes one move of a schedule; -1 has to be the last of at most five, and a choice is taken modulo their number. */
function move(world: World, schedule: (step: number) => number, step: number): boolean {
  const choice = schedule(step);
  return world.step(choice < 0 ? 59 : choice);
}

/** Runs until `cutAt` moves are made, strikes, and lets the rest happen. Returns false if nothing was left to strike at. */
function run(
  world: World,
  schedule: (step: number) => number,
  cutAt: number,
  fault: Fault,
  arrived: boolean,
): boolean {
  for (let step = 0; step < cutAt; step++) if (!move(world, schedule, step)) return false;
  world.strike(fault, arrived);
  world.settle();
  return true;
}

function judge(world: World, qos: 1 | 2, where: string): void {
  expect(world.complaint, where).toBeUndefined();
  expect(world.publisher.idle && world.subscriber.idle, `${where}: everything is finished`).toBe(true);
  const { delivered } = world.subscriber;
  if (qos === 2) expect(delivered, where).toEqual(expected);
  else expect([...new Set(delivered)].sort(), where).toEqual(expected);
  expect(world.hub.machine.debts(), where).toEqual([]);
}

describe('at durability sync', () => {
  for (const qos of [1, 2] as const) {
    for (const fault of ['power-cut', 'crash', 'cut-publisher', 'cut-subscriber'] as const) {
      it(`a ${fault} at any point of a QoS ${qos} flow loses nothing${qos === 2 ? ' and doubles nothing' : ''}`, () => {
        let points = 0;
        for (const [name, schedule] of Object.entries(schedules)) {
          for (const arrived of [false, true]) {
            for (let cutAt = 0; ; cutAt++) {
              const world = new World(qos, MESSAGES, 2, { limits: { inflight: 2 } });
              if (!run(world, schedule, cutAt, fault, arrived)) break;
              judge(world, qos, `${name}, cut at ${cutAt}, under way ${arrived ? 'arrived' : 'lost'}`);
              points++;
            }
          }
        }
        expect(points).toBeGreaterThan(100);
      });
    }

    it(`a crash at any point of a QoS ${qos} flow and a power cut at any point of what follows are as harmless`, () => {
      for (const schedule of Object.values(schedules)) {
        for (let crashAt = 0; ; crashAt++) {
          let reached = false;
          for (let cutAfter = 0; cutAfter < 12; cutAfter++) {
            const world = new World(qos, MESSAGES, 2, { limits: { inflight: 2 } });
            for (let step = 0; step < crashAt; step++) reached = move(world, schedule, step);
            world.strike('crash', false);
            for (let step = 0; step < cutAfter; step++) move(world, schedule, step);
            world.strike('power-cut', false);
            world.settle();
            judge(world, qos, `crash at ${crashAt}, power cut ${cutAfter} later`);
          }
          if (crashAt > 0 && !reached) break;
        }
      }
    });

    it(`any number of faults in a QoS ${qos} flow lose nothing${qos === 2 ? ' and double nothing' : ''}`, () => {
      const fault = fc.constantFrom<Fault>('crash', 'power-cut', 'cut-publisher', 'cut-subscriber');
      const chapter = fc.record({
        moves: fc.array(fc.nat(4), { maxLength: 25 }),
        fault,
        arrived: fc.boolean(),
      });
      fc.assert(
        fc.property(fc.array(chapter, { maxLength: 6 }), fc.integer({ min: 1, max: 3 }), (story, window) => {
          const world = new World(qos, MESSAGES, window, { limits: { inflight: window } });
          for (const { moves, fault, arrived } of story) {
            for (const choice of moves) world.step(choice);
            world.strike(fault, arrived);
          }
          world.settle();
          judge(world, qos, 'in the end');
        }),
        { seed: 20261122, numRuns: 500 },
      );
    });
  }

  it('nothing that reveals a change is sent before it is stored', () => {
    const hub = new Hub({}, { sync: 'by-hand' });
    const steps: [() => void, string][] = [];
    const subscriber = hub.dialIn();
    const publisher = hub.dialIn();
    steps.push([() => subscriber.connect('s', { clean: false }), 'connack']);
    steps.push([
      () => subscriber.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 't', qos: 2 }] }),
      'suback',
    ]);
    steps.push([() => publisher.connect('p', { clean: false }), 'connack']);
    steps.push([() => publisher.publish('t', 'm', 2, { packetId: 3 }), 'publish pubrec']);
    steps.push([() => publisher.send({ type: 'pubrel', packetId: 3 }), 'pubcomp']);
    steps.push([() => subscriber.send({ type: 'pubrec', packetId: 1 }), 'pubrel']);
    steps.push([() => publisher.publish('t', 'm', 1, { packetId: 4 }), 'publish puback']);
    steps.push([() => subscriber.send({ type: 'unsubscribe', packetId: 5, filters: ['t'] }), 'unsuback']);
    for (const [step, types] of steps) {
      step();
      const early = hub.takeSent().map((packet) => packet.type);
      hub.sync();
      const late = hub.takeSent().map((packet) => packet.type);
      // A QoS 1 PUBLISH may repeat, so it need not wait; everything else of these does.
      expect([...early.filter((type) => type !== 'publish'), ...late].join(' ').trim(), types).toBe(
        early.includes('publish') ? types.replace('publish ', '') : types,
      );
      expect(
        early.filter((type) => type !== 'publish'),
        types,
      ).toEqual([]);
    }
  });

  it('a repeated PUBLISH gets its PUBREC no sooner than the first one is stored', () => {
    const hub = new Hub({}, { sync: 'by-hand' });
    const first = hub.dialIn();
    first.connect('p', { clean: false });
    hub.sync();
    first.publish('t', 'm', 2, { packetId: 3 });
    const second = hub.dialIn();
    second.connect('p', { clean: false });
    second.publish('t', 'm', 2, { packetId: 3, dup: true });
    expect(second.take()).toEqual([]);
    hub.sync();
    expect(second.take().map((packet) => packet.type)).toEqual(['connack', 'pubrec']);
  });

  it('what came as QoS 2, or is a will, is sent to nobody before it can no longer come again', () => {
    for (const granted of [0, 1, 2] as const) {
      const hub = new Hub({}, { sync: 'by-hand' });
      const subscriber = hub.client('s');
      subscriber.subscribe({ filter: '#', qos: granted });
      const publisher = hub.client('p', { clean: false, will: { topic: 'w', qos: 2 } });
      hub.sync();
      publisher.publish('t', 'm', 2);
      expect(subscriber.messages()).toEqual([]);
      hub.sync();
      expect(subscriber.messages()).toEqual(['t m']);
      publisher.lose();
      expect(subscriber.messages()).toEqual([]);
      hub.sync();
      expect(subscriber.messages()).toEqual(['w gone']);
    }
  });

  it('PINGRESP and QoS 0 wait for nothing', () => {
    const hub = new Hub({}, { sync: 'by-hand' });
    const a = hub.client('a');
    a.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 't', qos: 0 }] });
    hub.dialIn().connect('busy', { clean: false });
    a.take();
    a.publish('t', 'm', 0);
    a.send({ type: 'pingreq' });
    expect(a.take().map((packet) => packet.type)).toEqual(['publish', 'pingresp']);
  });

  it('a clean session writes nothing but its will', () => {
    const hub = new Hub();
    const a = hub.client('a');
    a.subscribe('t');
    a.publish('t', 'm', 2);
    a.send({ type: 'pubrec', packetId: 1 }, { type: 'pubrel', packetId: 2 });
    expect(hub.batches ?? []).toEqual([]);
    hub.client('b', { will: { topic: 'w' } });
    expect(hub.batches.flat().map(([key]) => key)).toEqual(['will/b']);
  });

  it('what has ended leaves nothing on the disk', () => {
    const hub = new Hub({ sessionExpiry: 1, limits: { inflight: 1 } });
    const a = hub.client('a', { clean: false, will: { topic: 'w', retain: true } });
    a.subscribe('t', 'u/#');
    for (const qos of [1, 2, 1, 2] as const) a.publish('t', 'm', qos, { retain: true });
    a.lose();
    const b = hub.client('b');
    b.publish('t', '', 0, { retain: true });
    b.publish('w', '', 0, { retain: true });
    expect(diskWith(hub.batches).values().size).toBeGreaterThan(5);
    hub.advance(1_000_000);
    expect([...diskWith(hub.batches).values().keys()]).toEqual([]);
  });

  it('an input is one batch, whatever it brings', () => {
    const hub = new Hub();
    const a = hub.client('a', { clean: false });
    hub.client('b', { clean: false }).subscribe('#');
    const before = hub.batches.length;
    a.sendBytes(0x32, 5, 0, 1, 0x74, 0, 1, 0x35, 6, 0, 1, 0x74, 0, 2, 0x78);
    expect(hub.batches).toHaveLength(before + 1);
    expect(hub.batches.at(-1)!.map(([key]) => key)).toEqual([
      'session/b/out/1',
      'session/b/id/1',
      'session/a/in/2',
      'retained/t',
      'session/b/out/2',
      'session/b/id/2',
    ]);
  });
});

describe('at other durabilities', () => {
  it('interval stores the same and waits for nothing', () => {
    const hub = new Hub({ durability: 'interval' }, { sync: 'by-hand' });
    const a = hub.client('a', { clean: false });
    expect(a.connack?.reasonCode).toBe(0);
    a.subscribe('t');
    a.publish('t', 'm', 2);
    expect(a.take().map((packet) => packet.type)).toEqual(['publish', 'pubrec']);
    expect(hub.batches.length).toBe(3);
  });

  it('none stores nothing, and a restart forgets everything', () => {
    const hub = new Hub({ durability: 'none' });
    const a = hub.client('a', { clean: false });
    a.subscribe('t');
    a.publish('t', 'm', 2, { retain: true });
    expect(hub.batches ?? []).toEqual([]);
    a.lose();
    expect(hub.client('a', { clean: false }).connack?.sessionPresent).toBe(true);
  });
});

describe('a store that cannot be trusted', () => {
  it('is refused by name: torn values, foreign keys, parts without their session', () => {
    const hub = new Hub();
    hub.client('a', { clean: false }).subscribe('t');
    const cases: [string, Uint8Array, string][] = [
      ['session/a', Uint8Array.of(1, 2, 3), 'session/a'],
      ['colour', Uint8Array.of(), 'colour'],
      ['session/b/sub/t', Uint8Array.of(), 'belongs to no session'],
      ['session/a/colour/1', Uint8Array.of(), 'is no part of a session'],
      ['retained/t', Uint8Array.of(1, 2, 3, 4, 5, 6, 7), 'checksum'],
    ];
    for (const [key, value, message] of cases) {
      expect(() => new Hub({}, { disk: diskWith([...hub.batches, [[key, value]]]) }), key).toThrow(message);
    }
  });
});
