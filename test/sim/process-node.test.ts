/** A node of foreign code: what it waits for is told by the wire, its loop and its disk, for nobody sees what its code has in mind. */
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/mqtt/codec/encode.ts';
import type { Packet } from '../../src/mqtt/codec/packet.ts';
import type { Endpoint } from '../../src/sim/endpoint.ts';
import type { Attendant } from '../../src/sim/host.ts';
import { type Process, ProcessNode } from '../../src/sim/process-node.ts';
import type { World } from '../../src/sim/world.ts';
import { recordedWorld } from './fakes.ts';

const SECOND = 1_000_000;

const CONNECT: Packet = {
  type: 'connect',
  protocolVersion: 5,
  clientId: 'c',
  cleanStart: true,
  keepAlive: 0,
};
const CONNACK: Packet = { type: 'connack', sessionPresent: false, reasonCode: 0 };
const publish = (qos: 1 | 2, packetId: number): Packet => ({
  type: 'publish',
  topic: 't',
  payload: new Uint8Array(1),
  qos,
  retain: false,
  dup: false,
  packetId,
});

/** Reads whatever comes. */
const reader: Attendant<Endpoint> = {
  established: () => {},
  readable: (endpoint) => {
    while (endpoint.readBytes(65_536) !== undefined);
    endpoint.consumed();
  },
  finished: (endpoint) => endpoint.close('finish'),
  ended: () => {},
  drained: () => {},
};

/** A hub that takes connections and a client, both foreign; the test says what they write. */
function hosted(profile?: 'swarm') {
  const { world, events } = recordedWorld(profile === undefined ? {} : { profile });
  const taken: Endpoint[] = [];
  const node = (name: string, started: (process: Process) => void): ProcessNode =>
    world.node(
      name,
      (surroundings) =>
        new ProcessNode(name, surroundings, { taskTime: [50, 50], execute: (task) => task(), started }),
    );
  const hub = node('hub', (process) => {
    process.listen(1883, (endpoint) => {
      endpoint.attendant = reader;
      taken.push(endpoint);
    });
  });
  const client = node('client', () => {});
  world.link('client', 'hub', { latency: '5ms' });
  return { world, events, hub, client, taken, node };
}

function pass(world: World, micros: number): void {
  const until = world.now + micros;
  while (world.simulator.run(until) === 'process');
}

const write = (endpoint: Endpoint, packet: Packet): boolean => endpoint.write(encode(packet, 5));

const owed = (world: World): string[] =>
  world.debts().map(({ node, entity, awaits }) => `${node} ${entity}: ${awaits}`);

/** A connection that stands, on which nothing is open. */
function connected() {
  const stage = hosted();
  const { world, client, taken } = stage;
  const dialled = client.process!.dial('hub', 1883, reader);
  write(dialled, CONNECT);
  pass(world, SECOND);
  write(taken[0]!, CONNACK);
  pass(world, SECOND);
  expect(owed(world)).toEqual([]);
  return { ...stage, dialled, accepted: taken[0]! };
}

describe('a hosted node', () => {
  it('waits for the connection it dials, and for the CONNACK', () => {
    const { world, client, taken } = hosted();
    const dialled = client.process!.dial('hub', 1883, reader);
    expect(owed(world)).toEqual(['client client>hub#1: an answer to its dialling']);
    write(dialled, CONNECT);
    pass(world, SECOND);
    expect(owed(world)).toEqual(['client client>hub#1: the CONNACK']);
    write(taken[0]!, CONNACK);
    pass(world, SECOND);
    expect(owed(world)).toEqual([]);
  });

  it.each([
    [publish(1, 7), [{ type: 'puback', packetId: 7 }], 'the PUBACK of #7'],
    [
      { type: 'subscribe', packetId: 8, subscriptions: [{ filter: 't', qos: 1 }] },
      [{ type: 'suback', packetId: 8, reasonCodes: [1] }],
      'the SUBACK of #8',
    ],
    [
      { type: 'unsubscribe', packetId: 9, filters: ['t'] },
      [{ type: 'unsuback', packetId: 9, reasonCodes: [0] }],
      'the UNSUBACK of #9',
    ],
    [publish(2, 4), [{ type: 'pubrec', packetId: 4, reasonCode: 0x97 }], 'the PUBREC of #4'],
  ] as const)('waits for the end of what it began: %o', (begins, [ends], awaits) => {
    const { world, dialled, accepted } = connected();
    write(dialled, begins as Packet);
    pass(world, 3_600 * SECOND);
    expect(owed(world)).toEqual([`client client>hub#1: ${awaits}`]);
    write(accepted, ends as Packet);
    pass(world, SECOND);
    expect(owed(world)).toEqual([]);
  });

  it('waits at QoS 2 until PUBCOMP, also as the one that listens', () => {
    const { world, dialled, accepted } = connected();
    for (const [writer, packet] of [
      [accepted, publish(2, 3)],
      [dialled, { type: 'pubrec', packetId: 3 }],
      [accepted, { type: 'pubrel', packetId: 3 }],
    ] as const) {
      write(writer, packet);
      pass(world, SECOND);
      expect(owed(world)).toEqual([
        `hub client>hub#1: the ${packet.type === 'publish' ? 'PUBREC' : 'PUBCOMP'} of #3`,
      ]);
    }
    write(dialled, { type: 'pubcomp', packetId: 3 });
    pass(world, SECOND);
    expect(owed(world)).toEqual([]);
  });

  it('may come back for half a minute after it has lost a connection, and need not once it is there or has said goodbye', () => {
    const { world, client, dialled, accepted } = connected();
    accepted.close('abort');
    pass(world, 10 * SECOND);
    expect(owed(world)).toEqual([
      expect.stringMatching(/^client : hub, which it lost 9\.99\d*s ago and may dial again$/),
    ]);
    pass(world, 21 * SECOND);
    expect(owed(world)).toEqual([]);
    expect(dialled.known).toBe(false);

    const again = client.process!.dial('hub', 1883, reader);
    pass(world, SECOND);
    expect(owed(world)).toEqual([]);
    again.close('finish');
    pass(world, SECOND);
    expect(owed(world)).toHaveLength(1);
    const last = client.process!.dial('hub', 1883, reader);
    write(last, CONNECT);
    write(last, { type: 'disconnect' });
    last.close('finish');
    pass(world, SECOND);
    expect(owed(world)).toEqual([]);
  });

  it('may dial again after it was refused', () => {
    const { world, client } = hosted();
    client.process!.dial('hub', 4_242, reader);
    pass(world, SECOND);
    expect(owed(world)).toEqual([expect.stringContaining('client : hub, which it lost')]);
  });

  it('waits for its tasks, its disk and its start', () => {
    const { world, client } = hosted();
    client.process!.loop.post(() => {});
    client.process!.loop.post(() => {});
    expect(owed(world)).toEqual(['client : the end of 2 tasks']);
    pass(world, SECOND);
    client.disk.attach(() => {});
    client.disk.append([['key', new Uint8Array(1)]]);
    expect(owed(world)).toEqual(['client disk: what is written to be safe']);
    pass(world, SECOND);
    expect(owed(world)).toEqual([]);
    client.crash();
    expect(owed(world)).toEqual(['client : a start']);
    world.heal();
    expect(owed(world)).toEqual([]);
  });

  it('with Keep Alive looks after a connection at whose other end nobody is, and without one does not', () => {
    for (const keepAlive of [0, 60]) {
      const { world, client, hub } = hosted();
      const dialled = client.process!.dial('hub', 1883, reader);
      write(dialled, { ...CONNECT, keepAlive } as Packet);
      write(dialled, { type: 'pingreq' });
      pass(world, SECOND);
      hub.powerCut();
      hub.restart();
      const waits = owed(world).filter((debt) => debt.endsWith('nobody is there'));
      expect(waits).toHaveLength(keepAlive === 0 ? 0 : 1);
    }
  });

  it('owes nothing for what is no MQTT, but the bytes that are under way', () => {
    const { world, client } = hosted();
    const dialled = client.process!.dial('hub', 1883, reader);
    pass(world, SECOND);
    dialled.write(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'));
    expect(owed(world)).toEqual(['hub client>hub#1: 18 bytes that are under way']);
    pass(world, SECOND);
    expect(owed(world)).toEqual([]);
  });

  it('is struck by the nemesis as other nodes are, its disk too', () => {
    const struck = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) {
      const { world, events } = recordedWorld({ profile: 'swarm', seed: `${seed}` });
      world.node(
        'app',
        (surroundings) =>
          new ProcessNode('app', surroundings, {
            taskTime: [0, 0],
            execute: (task) => task(),
            started: () => {},
          }),
      );
      pass(world, 600 * SECOND);
      for (const event of events) if (event.k === 'fault.began') struck.add(event.family);
    }
    expect([...struck]).toEqual(
      expect.arrayContaining(['crash', 'power-cut', 'pause', 'clock-skew', 'disk-slow', 'disk-full']),
    );
  });
});
