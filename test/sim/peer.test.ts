import { describe, expect, test } from 'vitest';
import type { Peer } from '../../src/sim/peer.ts';
import type { World } from '../../src/sim/world.ts';
import { EchoMachine, PINGREQ, publish, recordedWorld } from './fakes.ts';

const SECOND = 1_000_000;

function peers(): { world: World; server: Peer; peer: Peer } {
  const { world } = recordedWorld({ transport: 'tcp' });
  const server = world.peer('server');
  server.listen();
  const peer = world.peer('peer');
  world.link('peer', 'server', { latency: '10ms' });
  return { world, server, peer };
}

describe('a peer', () => {
  test('sends any bytes in any pieces, and sees what comes back and when', () => {
    const { world } = recordedWorld({ transport: 'tcp' });
    world.machine('hub', 'broker', { create: (s) => new EchoMachine(s), listens: [1883] });
    const peer = world.peer('peer');
    world.link('peer', 'hub', { latency: '10ms' });
    const connection = peer.dial('hub');
    world.simulator.run(SECOND);
    connection.send(PINGREQ.subarray(0, 1));
    world.simulator.run(2 * SECOND);
    connection.send(PINGREQ.subarray(1));
    world.simulator.run(3 * SECOND);
    // The echo looks at the first byte of what it reads, and answers a piece of a packet as well.
    expect(connection.chunks.map(({ at, bytes }) => [at, ...bytes])).toEqual([[1_020_000, 0xd0, 0]]);
  });

  test('reads whatever has arrived at once, across packets', () => {
    const { world, server, peer } = peers();
    const connection = peer.dial('server');
    world.simulator.run(SECOND);
    server.pause({ for: '1s' });
    connection.send(PINGREQ);
    connection.send(PINGREQ);
    world.simulator.run(3 * SECOND);
    expect(server.connections[0]!.chunks.map(({ at, bytes }) => [at, bytes.length])).toEqual([
      [2_000_000, 4],
    ]);
  });

  test('that stops reading closes the window, and opens it when it reads on', () => {
    const { world, server, peer } = peers();
    const connection = peer.dial('server');
    world.simulator.run(SECOND);
    server.connections[0]!.reading = false;
    for (let i = 0; i < 20; i++) connection.send(publish(10_000));
    world.simulator.run(10 * SECOND);
    expect(server.connections[0]!.bytes.length).toBe(0);
    expect(connection.backlog).toBeGreaterThan(130_000);
    server.connections[0]!.reading = true;
    expect(server.connections[0]!.chunks[0]!.at).toBe(10 * SECOND);
    world.simulator.run(60 * SECOND);
    expect(server.connections[0]!.bytes.length).toBe(20 * 10_006);
    expect(connection.backlog).toBe(0);
  });

  test('may finish writing and go on reading', () => {
    const { world, server, peer } = peers();
    const connection = peer.dial('server');
    world.simulator.run(SECOND);
    connection.finish();
    world.simulator.run(2 * SECOND);
    const accepted = server.connections[0]!;
    expect([accepted.end, accepted.state]).toEqual(['finished', 'open']);
    accepted.send(PINGREQ);
    world.simulator.run(3 * SECOND);
    expect([...connection.bytes]).toEqual([...PINGREQ]);
    accepted.close();
    world.simulator.run(4 * SECOND);
    expect([connection.state, connection.end]).toEqual(['over', 'finished']);
    expect([...world.network.endpointsOf(peer), ...world.network.endpointsOf(server)]).toEqual([]);
  });

  test('is refused where nobody listens, and cannot dial while it is down', () => {
    const { world, peer } = peers();
    const connection = peer.dial('server', 8883);
    world.simulator.run(SECOND);
    expect([connection.state, connection.end]).toEqual(['over', 'refused']);
    expect(() => peer.dial('nowhere')).toThrow('peer dials nowhere, which is not a node of this run');
    peer.crash();
    expect(() => peer.dial('server')).toThrow('peer is down and cannot dial');
  });
});
