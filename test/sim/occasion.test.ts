/** Faults that wait for a packet, a write or a sync: they strike exactly there, and nothing slips by in the same instant. */
import { describe, expect, test } from 'vitest';
import { type RunOptions, run } from '../../src/runner/run.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import type { Fault, FaultFamily } from '../../src/sim/fault.ts';
import { describeOccasion, type Occasion } from '../../src/sim/occasion.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { surroundings } from '../scenario/told.ts';
import { LoggingMachine, PINGREQ, PINGRESP, recordedWorld } from './fakes.ts';

const LATENCY_MICROS = 5_000;

/** Bursts at QoS 2, so that several packets and writes share an instant. */
async function story(sim: Simulation): Promise<void> {
  const hub = sim.broker('hub');
  const lasting = { cleanStart: false, sessionExpiry: '1d', keepAlive: '4s', pingTimeout: '2s' } as const;
  const sensor = sim.client('sensor', lasting);
  const screen = sim.client('screen', lasting);
  for (const client of [screen, sensor]) {
    sim.link(client, hub, { latency: '5ms', websocket: client === screen });
    void client.connect(hub);
  }
  void screen.subscribe('t', { qos: 2 });
  sim.at('50ms', () => {
    for (const text of ['1', '2']) void sensor.publish('t', text, { qos: 2 });
  });
  await sim.sleep('10s');
  await sim.quiet();
}

async function play(faults: RunOptions['faults'], transport: 'tcp' | 'ideal' = 'tcp') {
  const trace: TraceEvent[] = [];
  const result = await run(
    scenario('A story', story),
    { level: 'full', transport, onEvent: (event) => trace.push(event), ...(faults && { faults }) },
    surroundings,
  );
  return { trace, result };
}

const faultAt = (family: FaultFamily, target: string, occasion: Occasion): Fault => ({
  id: `${target}/${family}@${describeOccasion(occasion).replaceAll(' ', '-')}`,
  at: 0,
  family,
  target,
  occasion,
  detail: family === 'power-cut' ? { torn: false } : family === 'partition' ? { direction: 'both' } : {},
  ...(['crash', 'power-cut', 'partition'].includes(family) ? { duration: 1_000_000 } : {}),
});

const indexOfFault = (trace: readonly TraceEvent[]) => trace.findIndex(({ k }) => k === 'fault.began');

describe('a fault that waits for a packet', () => {
  for (const transport of ['tcp', 'ideal'] as const) {
    for (const family of ['reset', 'black-hole', 'partition'] as const) {
      test(`is exact: a ${family} over ${transport} lets everything before it through, and nothing after it`, async () => {
        const { trace: whole } = await play(undefined, transport);
        const sent = whole.flatMap((event) => (event.k === 'packet.sent' ? [event] : []));
        const counts = new Map<string, number>();
        const conns = new Set(sent.map(({ conn }) => conn));
        expect(conns.size).toBe(2);
        for (const { n: from, conn: connection } of sent) {
          const key = `${from} ${connection}`;
          const nth = (counts.get(key) ?? 0) + 1;
          counts.set(key, nth);
          const target = connection.startsWith('screen') ? 'screen~hub' : 'sensor~hub';
          for (const side of ['before', 'after'] as const) {
            const occasion = { of: 'packet', side, connection, from, nth } as const;
            const { trace, result } = await play({ also: [faultAt(family, target, occasion)] }, transport);
            const what = `${family} ${describeOccasion(occasion)}`;
            expect(
              result.struck.map(({ occasion }) => occasion),
              what,
            ).toEqual([occasion]);
            expect(result.verdict, what).toBe('passed');
            // TCP gets over a partition of a second; of the others nothing is left of the connection.
            const began = trace[indexOfFault(trace)]!;
            const ended = trace.find(({ k }) => k === 'fault.ended')?.i ?? Infinity;
            const mine = trace.filter((e) => e.k === 'packet.sent' && e.n === from && e.conn === connection);
            const received = (packet: TraceEvent | undefined) =>
              packet && trace.find((e) => e.k === 'packet.received' && e.of === packet.i && e.i < ended)?.i;
            const last = side === 'before' ? nth - 1 : nth;
            for (const [i, packet] of mine.entries()) {
              const name = `${what}: packet ${i + 1}`;
              const underWay = packet.i < began.i && packet.t + LATENCY_MICROS >= began.t;
              if (i === nth - 1 && side === 'after') expect(received(packet), name).toBeDefined();
              else if (i < last && !(family === 'reset' && underWay))
                expect(received(packet), name).toBeDefined();
              else if (i >= last && !(family !== 'reset' && side === 'after' && underWay))
                expect(received(packet), name).toBeUndefined();
            }
            // Not even the answer gets out: a PINGRESP is sent in the instant in which the PINGREQ comes.
            const since = side === 'after' ? received(mine[nth - 1])! : began.i;
            const answers = trace.filter(
              (e) => e.k === 'packet.sent' && e.n !== from && e.conn === connection && e.i > since,
            );
            for (const answer of answers) expect(received(answer), `${what}: answer`).toBeUndefined();
          }
        }
      });
    }
  }
});

describe('a fault that waits for a disk', () => {
  for (const family of ['crash', 'power-cut'] as const) {
    for (const of of ['write', 'sync'] as const) {
      test(`is exact: a ${family} finds the ${of} done or not begun, and nothing more of its process gets out`, async () => {
        const { trace: whole } = await play(undefined);
        const kind = of === 'write' ? 'disk.written' : 'disk.synced';
        for (const target of ['hub', 'sensor', 'screen']) {
          const batches = whole.filter(({ k, n }) => k === kind && n === target).length;
          expect(batches, target).toBeGreaterThan(3);
          for (let nth = 1; nth <= batches; nth++) {
            for (const side of ['before', 'after'] as const) {
              const occasion = { of, side, nth } as const;
              const { trace, result } = await play({ also: [faultAt(family, target, occasion)] });
              const what = `${target}: ${family} ${describeOccasion(occasion)}`;
              expect(result.struck, what).toHaveLength(1);
              expect(result.verdict, what).toBe('passed');
              const began = indexOfFault(trace);
              const done = trace.slice(0, began).filter(({ k, n }) => k === kind && n === target);
              // Batches that share a sync are safe all at once, before any of them is told.
              if (of === 'write' || side === 'after')
                expect(done, what).toHaveLength(side === 'before' ? nth - 1 : nth);
              else expect(done.length, what).toBeLessThan(nth);
              const dead = trace.slice(began).filter(({ n }) => n === target);
              const again = dead.findIndex(({ k }) => k === 'node.started');
              const kinds = new Set(dead.slice(0, again).map(({ k }) => k));
              for (const late of [
                'packet.sent',
                'app.delivered',
                'app.settled',
                'disk.written',
                'timer.fired',
              ] as const)
                expect(kinds.has(late), `${what}: ${late}`).toBe(false);
            }
          }
        }
      });
    }
  }

  test('cuts an input off in the middle: what a machine wants after its write reaches nobody', () => {
    /** Goes on for long after its write. */
    class Talkative extends LoggingMachine {
      override received(now: number, connection: number, bytes: Uint8Array): void {
        super.received(now, connection, bytes);
        const { sink } = this;
        sink.store([['a', Uint8Array.of(1)]]);
        sink.send(connection, PINGRESP);
        sink.store([['b', Uint8Array.of(2)]]);
        sink.wake('later', now + 10);
        sink.deliver({
          message: { topic: 't', payload: PINGREQ, qos: 0, retain: false },
          dup: false,
        } as never);
        sink.backlog(connection);
        sink.close(connection, 'finish');
      }
    }
    const delivered: unknown[] = [];
    const life = (also: readonly Fault[]) => {
      delivered.length = 0;
      const { world, events } = recordedWorld({ faults: { also } });
      const application = {
        deliver: (each: unknown) => delivered.push(each),
        settled() {},
        online() {},
        offline() {},
      };
      const hub = world.machine('hub', 'broker', {
        create: (s) => new Talkative(s),
        listens: [1883],
        application,
      });
      const device = world.machine('device', 'client', { create: (s) => new LoggingMachine(s) });
      device.server = { name: 'hub', port: 1883 };
      device.command((machine) => machine.sink.dial(1));
      world.simulator.run(100_000);
      device.command((machine) => {
        for (let i = 0; i < 2; i++) machine.sink.send(1, PINGREQ);
      });
      world.simulator.run(200_000);
      return {
        kinds: events.filter(({ n, t }) => n === 'hub' && t > 100_000).map(({ k }) => k),
        hub,
        device,
      };
    };
    const whole = life([]);
    expect(whole.kinds).toEqual(expect.arrayContaining(['disk.written', 'packet.sent', 'timer.fired']));
    expect(delivered).toHaveLength(1);
    for (const [side, written] of [
      ['before', []],
      ['after', ['disk.written']],
    ] as const) {
      const crash = faultAt('crash', 'hub', { of: 'write', side, nth: 1 });
      const { kinds, hub, device } = life([{ ...crash, duration: 50_000 }]);
      const dead = ['packet.received', ...written, 'node.crashed', 'conn.ended'];
      expect(kinds.slice(0, dead.length), side).toEqual(dead);
      expect(kinds.slice(dead.length), side).toEqual([
        'packet.lost',
        ...(side === 'after' ? ['disk.synced'] : []),
        'node.started',
      ]);
      expect(delivered, side).toEqual([]);
      expect(
        hub.machine!.snapshot.map(([key]) => key),
        side,
      ).toEqual(side === 'after' ? ['a'] : []);
      expect(
        device.machine!.log.some((line) => line.includes('received')),
        side,
      ).toBe(false);
    }
  });

  test('is met again where the first fault has prevented what both wait for', async () => {
    const occasion = { of: 'write', side: 'before', nth: 1 } as const;
    const first = faultAt('crash', 'hub', occasion);
    const { trace, result } = await play({ also: [first, { ...first, id: `${first.id}-again` }] });
    expect(result.struck.map(({ id }) => id)).toEqual([first.id, `${first.id}-again`]);
    expect(result.verdict).toBe('passed');
    const starts = trace.filter(({ k, n }) => k === 'node.started' && n === 'hub');
    expect(starts).toHaveLength(3);
  });
});

test('faults of both kinds, struck again from a list, make the same run', async () => {
  const also = [
    faultAt('reset', 'sensor~hub', {
      of: 'packet',
      side: 'after',
      connection: 'sensor>hub#1',
      from: 'sensor',
      nth: 3,
    }),
    faultAt('power-cut', 'hub', { of: 'sync', side: 'before', nth: 4 }),
  ];
  const { result } = await play({ also });
  expect(result.struck).toHaveLength(2);
  const plan = JSON.parse(JSON.stringify(result.struck)) as Fault[];
  expect((await play({ plan })).result.digest).toBe(result.digest);
});
