/** The world with the real machines in it. */
import { describe, expect, test } from 'vitest';
import { BrokerMachine } from '../../src/mqtt/broker/broker.ts';
import { brokerDefaults } from '../../src/mqtt/broker/defaults.ts';
import { ClientMachine } from '../../src/mqtt/client/client.ts';
import { clientDefaults } from '../../src/mqtt/client/defaults.ts';
import type { MachineNode } from '../../src/sim/machine-node.ts';
import type { World } from '../../src/sim/world.ts';
import type { TraceEvent, TraceLevel } from '../../src/trace/event.ts';
import { PINGREQ, recordedWorld } from './fakes.ts';

const SECOND = 1_000_000;
const PUBACK = Uint8Array.of(0x40, 2, 0, 1);

interface Story {
  world: World;
  events: TraceEvent[];
  digest: () => string;
  /** Payloads that the screen was handed, in order. */
  received: string[];
  sensor: MachineNode<ClientMachine>;
}

function client(world: World, name: string, received: string[] = []): MachineNode<ClientMachine> {
  const node = world.machine(name, 'client', {
    create: (surroundings) =>
      new ClientMachine(
        { ...clientDefaults, clientId: name, cleanStart: false, sessionExpiry: 3_600 },
        surroundings,
      ),
    application: {
      deliver: ({ message }) =>
        received.push(new TextDecoder('utf-8', { fatal: true }).decode(message.payload)),
      settled: () => {},
      online: () => {},
      offline: () => {},
    },
  });
  node.server = { name: 'hub', port: 1883 };
  return node;
}

/** Readings of QoS 2 over an uplink that is cut every ten seconds, and a hub that loses its power twice. */
function story(options: {
  seed?: string;
  level?: TraceLevel;
  transport?: 'ideal' | 'tcp';
  bystander?: boolean;
}): Story {
  const { world, events, recorder } = recordedWorld(options);
  const hub = world.machine('hub', 'broker', {
    create: (surroundings) => new BrokerMachine(brokerDefaults, surroundings),
    listens: [1883],
  });
  if (options.bystander === true) world.peer('aaa bystander');
  const received: string[] = [];
  const screen = client(world, 'screen', received);
  const sensor = client(world, 'sensor');
  const uplink = world.link('sensor', 'hub', { latency: ['20ms', '80ms'], loss: 0.02 });
  world.link('screen', 'hub', { latency: '5ms' });
  screen.command((machine, now) => machine.connect(now));
  screen.command((machine, now) =>
    machine.subscribe(now, { subscriptions: [{ filter: 'plant/+/temperature', qos: 2 }] }),
  );
  sensor.command((machine, now) => machine.connect(now));
  const text = new TextEncoder();
  for (let reading = 1; reading <= 40; reading++) {
    world.simulator.run(reading * SECOND);
    if (reading % 10 === 0) uplink.partition({ for: '3s' });
    if (reading === 15) hub.crash({ for: '1s' });
    if (reading === 28) hub.powerCut({ for: '2s' });
    sensor.command((machine, now) =>
      machine.publish(now, { topic: 'plant/1/temperature', payload: text.encode(`${reading}`), qos: 2 }),
    );
  }
  world.heal();
  // A subscriber's session outlives its half-open connection by the keep-alive.
  world.simulator.run(600 * SECOND);
  return { world, events, digest: () => recorder.digest(), received, sensor };
}

const READINGS = Array.from({ length: 40 }, (_, i) => `${i + 1}`);

/** What was seen of packets, without ordinals, which count everything. */
function packets(events: readonly TraceEvent[]): string[] {
  return events
    .filter(
      (event) => event.k === 'packet.sent' || event.k === 'packet.received' || event.k === 'packet.lost',
    )
    .map((event) => `${event.t} ${event.n} ${event.k} ${event.conn}`);
}

describe.each(['ideal', 'tcp'] as const)('real machines over %s', (transport) => {
  test.each(['1', '2', '3', '4', '5'])('QoS 2 survives cuts, a crash and a power cut, seed %s', (seed) => {
    const { received, world } = story({ seed, transport });
    expect(received).toEqual(READINGS);
    expect(world.debts()).toEqual([]);
  });

  test('one seed is one run, another seed another', () => {
    const digest = story({ transport }).digest();
    expect(story({ transport }).digest()).toBe(digest);
    expect(story({ transport, seed: '2' }).digest()).not.toBe(digest);
  });

  test('the digest is the same at every level of recording', () => {
    const digest = story({ transport, level: 'full' }).digest();
    expect(story({ transport, level: 'packets' }).digest()).toBe(digest);
    expect(story({ transport, level: 'digest' }).digest()).toBe(digest);
  });

  test('a node that talks to nobody leaves the packets and times of all others as they were', () => {
    const alone = packets(story({ transport }).events);
    expect(alone.length).toBeGreaterThan(300);
    expect(packets(story({ transport, bystander: true }).events)).toEqual(alone);
  });

  test('every packet that was sent is received or lost, once', () => {
    const { events } = story({ transport });
    const fates = new Map<number, string[]>();
    for (const event of events) {
      if (event.k === 'packet.sent') fates.set(event.i, []);
      if (event.k === 'packet.received' || event.k === 'packet.lost') fates.get(event.of)!.push(event.k);
    }
    expect([...fates.values()].filter((fate) => fate.length !== 1)).toEqual([]);
    expect([...fates.values()].filter(([fate]) => fate === 'packet.lost').length).toBeGreaterThan(0);
  });
});

describe('the world', () => {
  test('owes while something is under way', () => {
    const { world } = recordedWorld({ transport: 'ideal' });
    const hub = world.peer('hub');
    hub.listen();
    const connection = world.peer('device').dial('hub');
    world.simulator.run(SECOND);
    expect(world.debts()).toEqual([]);
    connection.send(PUBACK);
    expect(world.debts()).toEqual([
      { node: 'hub', entity: 'device>hub#1', awaits: '4 bytes that are under way' },
    ]);
    world.simulator.run(2 * SECOND);
    expect(world.debts()).toEqual([]);
    expect(hub.connections[0]!.bytes).toEqual(PUBACK);
  });

  test('owes no keep-alive, unless its connection is dead', () => {
    const { world } = recordedWorld({ transport: 'ideal' });
    world.peer('hub').listen();
    const connection = world.peer('device').dial('hub');
    world.simulator.run(SECOND);
    connection.send(PINGREQ);
    expect(world.debts()).toEqual([]);
    connection.send(PUBACK);
    expect(world.debts()).toHaveLength(1);
    world.simulator.run(2 * SECOND);
    world.linkBetween('device', 'hub')!.blackHole();
    connection.send(PINGREQ);
    expect(world.debts()).toEqual([
      { node: 'hub', entity: 'device>hub#1', awaits: '2 bytes that are under way' },
    ]);
  });

  test('has one node of a name and one link between two nodes', () => {
    const { world } = recordedWorld();
    world.peer('a');
    world.peer('b');
    expect(() => world.peer('a')).toThrow('there is a node named a already');
    world.link('a', 'b');
    expect(() => world.link('b', 'a')).toThrow(/there is a link between b and a already/);
    expect(() => world.link('a', 'c')).toThrow('a link to c, which is not a node of this run');
    expect(() => world.peer('x/y')).toThrow(/must not contain/);
  });

  test('gives two nodes without a declared link the default one, and says so in the trace', () => {
    const { world, events } = recordedWorld({ defaultLink: { latency: '7ms' } });
    world.peer('b').listen();
    world.peer('a').dial('b');
    world.simulator.run(SECOND);
    expect(events.find((event) => event.k === 'link.added')).toMatchObject({
      link: 'a~b',
      description: 'tcp, latency 7ms',
    });
    expect(events.find((event) => event.k === 'conn.established')?.t).toBe(14_000);
  });

  test('a bare number as latency is refused with the name of the link', () => {
    const { world } = recordedWorld();
    world.peer('a');
    world.peer('b');
    expect(() => world.link('a', 'b', { latency: 20 as never })).toThrow(
      "latency of link a~b is the bare number 20; write it with a unit, as '20ms' or '20s'",
    );
    expect(() => world.link('a', 'b', { latency: ['9ms', '3ms'] })).toThrow(/9ms is more than 3ms/);
  });
});
