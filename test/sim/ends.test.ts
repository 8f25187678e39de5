import { describe, expect, test } from 'vitest';
import {
  EchoMachine,
  LoggingMachine,
  lines,
  PINGREQ,
  PINGRESP,
  pair,
  publish,
  recordedWorld,
} from './fakes.ts';

const SECOND = 1_000_000;
const text = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A device that is connected to an echoing hub, one second into the run. */
function connected(options: Parameters<typeof pair>[0]) {
  const parts = pair(options);
  parts.device.command(() => parts.device.dial(1));
  parts.world.simulator.run(SECOND);
  expect(parts.device.machine!.log).toContain('20000 opened 1');
  parts.events.length = 0;
  return parts;
}

/** A raw peer that is connected to an echoing hub, one second into the run. */
function connectedPeer(transport: 'ideal' | 'tcp') {
  const { world, events } = recordedWorld({ transport });
  const hub = world.machine('hub', 'broker', { create: (s) => new EchoMachine(s), listens: [1883] });
  const peer = world.peer('peer');
  const link = world.link('peer', 'hub', { latency: '10ms' });
  const connection = peer.dial('hub');
  world.simulator.run(SECOND);
  expect(connection.state).toBe('open');
  events.length = 0;
  return { world, events, hub, peer, link, connection };
}

describe.each(['ideal', 'tcp'] as const)('the ends of a connection over %s', (transport) => {
  test('FIN: the peer hears that this end finished, and finishes too', () => {
    const { world, hub, device, events } = connected({ transport });
    device.command(() => {
      device.send(1, PINGREQ);
      device.close(1, 'finish');
    });
    world.simulator.run(2 * SECOND);
    expect(device.machine!.log.slice(2)).toEqual(['1000000 closed 1 closed']);
    expect(hub.machine!.log.slice(2)).toEqual(['1010000 received 1 c000', '1010000 closed 1 finished']);
    expect(lines(events, 'conn')).toEqual([
      '1000000 device conn.ended closed',
      '1010000 hub conn.ended finished',
    ]);
    expect([...world.network.endpointsOf(hub)]).toEqual([]);
    expect([...world.network.endpointsOf(device)]).toEqual([]);
  });

  test('RST: what had arrived stays readable, the peer is reset', () => {
    const { world, hub, device } = connected({ transport });
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(SECOND + 5_000);
    device.command(() => device.close(1, 'abort'));
    world.simulator.run(2 * SECOND);
    expect(hub.machine!.log.slice(2)).toEqual(['1010000 received 1 c000', '1015000 closed 1 reset']);
  });

  test('a closed port refuses after one round trip', () => {
    const { world, device } = pair({ transport });
    device.server = { name: 'hub', port: 8883 };
    device.command(() => device.dial(1));
    world.simulator.run(SECOND);
    expect(device.machine!.log.slice(1)).toEqual(['20000 closed 1 refused']);
  });

  test('a host without power does not answer: dialling times out after 135 seconds', () => {
    const { world, hub, device } = pair({ transport });
    hub.powerCut();
    device.command(() => device.dial(1));
    world.simulator.run(200 * SECOND);
    const [, over] = device.machine!.log;
    expect(over).toMatch(/closed 1 timed-out$/);
    const at = Number(over!.split(' ')[0]);
    expect(at).toBeGreaterThan(125 * SECOND);
    expect(at).toBeLessThan(140 * SECOND);
  });

  test('process crash: its host finishes; what the peer wrote before it knew is lost without an error', () => {
    const { world, hub, device, events } = connected({ transport });
    hub.crash();
    world.simulator.run(SECOND + 5_000);
    device.command(() => device.send(1, publish(20)));
    world.simulator.run(2 * SECOND);
    expect(device.machine!.log.slice(2)).toEqual(['1010000 closed 1 finished']);
    expect(lines(events, 'packet')).toEqual([
      '1005000 device packet.sent',
      '1005000 hub packet.lost network: crash of hub',
    ]);
  });

  test('process crash: the first write after the FIN still succeeds, the next one fails', () => {
    const { world, hub, connection } = connectedPeer(transport);
    hub.crash();
    world.simulator.run(2 * SECOND);
    expect([connection.state, connection.end]).toEqual(['open', 'finished']);
    expect(connection.send(PINGREQ)).toBe(true);
    world.simulator.run(3 * SECOND);
    expect(connection.state).toBe('over');
    expect(connection.send(PINGREQ)).toBe(false);
  });

  test('process crash with unread data: the peer is reset, and keeps what had arrived', () => {
    const { world, hub, connection, events } = connectedPeer(transport);
    connection.send(PINGREQ);
    world.simulator.run(SECOND + 500_000);
    hub.pause();
    connection.send(PINGREQ);
    world.simulator.run(2 * SECOND);
    hub.crash();
    world.simulator.run(3 * SECOND);
    expect(text(connection.bytes)).toBe(text(PINGRESP));
    expect(connection.end).toBe('reset');
    expect(lines(events, 'packet.lost')).toEqual(['2000000 hub packet.lost receiver: crash of hub']);
  });

  test('power cut: silence; the host that came back answers with a reset', () => {
    const { world, hub, device } = connected({ transport });
    hub.powerCut({ for: '10s' });
    world.simulator.run(5 * SECOND);
    expect(device.machine!.log.slice(2)).toEqual([]);
    world.simulator.run(20 * SECOND);
    expect(device.machine!.log.slice(2)).toEqual([]);
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(30 * SECOND);
    expect(device.machine!.log.slice(2)).toEqual(['20020000 closed 1 reset']);
  });

  test('power cut of the writer: what it had not sent is lost, what was under way arrives', () => {
    const { world, hub, device, events } = connected({ transport });
    hub.pause();
    device.command(() => {
      for (let i = 0; i < 40; i++) device.send(1, publish(10_000));
    });
    world.simulator.run(2 * SECOND);
    device.powerCut();
    const lost = lines(events, 'packet.lost');
    expect(lost.length).toBeGreaterThan(25);
    expect(new Set(lost)).toEqual(new Set(['2000000 hub packet.lost sender: power cut of device']));
    hub.resume();
    world.simulator.run(3 * SECOND);
    expect(lines(events, 'packet.received').length + lost.length).toBeLessThanOrEqual(40);
    expect(lines(events, 'packet.received').length).toBeGreaterThan(4);
  });

  test('pause: bytes are accepted until the window is closed, and read in order when it goes on', () => {
    const { world, hub, device } = connected({ transport });
    hub.pause({ for: '5s' });
    device.command(() => {
      for (let i = 0; i < 100; i++) device.send(1, publish(4_000, i));
    });
    world.simulator.run(4 * SECOND);
    expect(hub.machine!.log.length).toBe(2);
    const backlog = device.backlog(1);
    // 65,535 bytes fit into the receiver; the rest waits at the sender.
    expect(backlog).toBeGreaterThan(400_000 - 70_000);
    world.simulator.run(20 * SECOND);
    expect(device.backlog(1)).toBe(0);
    expect(device.machine!.log.slice(2).map((line) => line.replace(/^\d+ /, ''))).toEqual(['drained 1']);
    expect(world.debts()).toEqual([]);
  });

  test('a process that goes on is not led from one connection into another while it writes', () => {
    /** Answers whoever speaks, and everybody else too, and minds being called meanwhile. */
    class Gossip extends LoggingMachine {
      nested = 0;
      #busy = false;
      override received(now: number, connection: number, bytes: Uint8Array): void {
        if (this.#busy) this.nested++;
        this.#busy = true;
        super.received(now, connection, bytes);
        for (const each of this.open) this.sink.send(each, PINGRESP);
        this.#busy = false;
      }
    }
    const { world } = recordedWorld({ transport });
    const hub = world.machine('hub', 'broker', { create: (s) => new Gossip(s), listens: [1883] });
    const devices = ['one', 'two'].map((name) => {
      const device = world.machine(name, 'client', { create: (s) => new LoggingMachine(s) });
      device.server = { name: 'hub', port: 1883 };
      device.command(() => device.dial(1));
      return device;
    });
    world.simulator.run(SECOND);
    hub.pause({ for: '1s' });
    for (const device of devices) device.send(1, PINGREQ);
    world.simulator.run(5 * SECOND);
    expect(hub.machine!.log.filter((line) => line.includes('received'))).toHaveLength(2);
    expect(hub.machine!.nested).toBe(0);
  });

  test('a process that is stopped is told afterwards that the connection is over', () => {
    const { world, hub, device } = connected({ transport });
    hub.pause({ for: '5s' });
    device.command(() => {
      device.send(1, PINGREQ);
      device.close(1, 'finish');
    });
    world.simulator.run(4 * SECOND);
    expect(hub.machine!.log.slice(2)).toEqual([]);
    world.simulator.run(8 * SECOND);
    expect(hub.machine!.log.slice(2)).toEqual(['6000000 received 1 c000', '6000000 closed 1 finished']);
  });

  test('partition: neither side is told, and what was sent arrives after it healed', () => {
    const { world, link, hub, device } = connected({ transport });
    link.partition({ for: '3s' });
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(3_900_000);
    expect(hub.machine!.log.length).toBe(2);
    world.simulator.run(12 * SECOND);
    expect(hub.machine!.log.slice(2)).toEqual([expect.stringMatching(/received 1 c000/)]);
    expect(device.machine!.log.slice(2)).toEqual([expect.stringMatching(/received 1 d000/)]);
  });

  test('one-way cut: the request arrives, the answer comes after it healed', () => {
    const { world, link, hub, device } = connected({ transport });
    link.partition({ for: '3s', direction: 'hub>device' });
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(3_900_000);
    expect(hub.machine!.log.slice(2)).toEqual(['1010000 received 1 c000']);
    expect(device.machine!.log.length).toBe(2);
    world.simulator.run(12 * SECOND);
    expect(device.machine!.log.slice(2)).toEqual([expect.stringMatching(/received 1 d000/)]);
    expect(hub.machine!.log.length).toBe(3);
  });

  test('black hole: the connection is silent for ever, a new one gets through', () => {
    const { world, link, hub, device } = connected({ transport });
    link.blackHole();
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(60 * SECOND);
    expect(hub.machine!.log.length).toBe(2);
    expect(device.machine!.log.length).toBe(2);
    device.command(() => device.dial(2));
    world.simulator.run(61 * SECOND);
    expect(device.machine!.log.slice(2)).toEqual(['60020000 opened 2']);
    world.simulator.run(2_000 * SECOND);
    expect(device.machine!.log[3]).toMatch(/closed 1 timed-out/);
  });

  test('reset: both ends are told at once', () => {
    const { world, link, hub, device } = connected({ transport });
    link.reset();
    world.simulator.run(2 * SECOND);
    expect(hub.machine!.log.slice(2)).toEqual(['1000000 closed 1 reset']);
    expect(device.machine!.log.slice(2)).toEqual(['1000000 closed 1 reset']);
  });

  test('NAT expiry: an idle connection is forgotten, and the next to send is reset or hears nothing', () => {
    for (const answer of ['reset', 'silence'] as const) {
      const { world, link, hub, device } = connected({ transport });
      world.simulator.run(10 * SECOND);
      link.expireNat({ idle: '5s', answer });
      device.command(() => device.send(1, PINGREQ));
      world.simulator.run(20 * SECOND);
      expect(hub.machine!.log.length).toBe(2);
      expect(device.machine!.log.slice(2)).toEqual(answer === 'reset' ? ['10000000 closed 1 reset'] : []);
    }
  });

  test('NAT expiry: a connection that was in use is kept', () => {
    const { world, link, device } = connected({ transport });
    link.expireNat({ idle: '5s', answer: 'reset' });
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(2 * SECOND);
    expect(device.machine!.log.slice(2)).toEqual(['1020000 received 1 d000']);
  });

  test('a link with a NAT forgets by itself what is idle for too long', () => {
    const { world } = recordedWorld({ transport });
    const hub = world.machine('hub', 'broker', { create: (s) => new EchoMachine(s), listens: [1883] });
    const device = world.machine('device', 'client', { create: (s) => new LoggingMachine(s) });
    device.server = { name: 'hub', port: 1883 };
    world.link('device', 'hub', { latency: '10ms', nat: { idle: '30s', answer: 'reset' } });
    device.command(() => device.dial(1));
    for (const at of [1, 20, 45, 80]) {
      world.simulator.run(at * SECOND);
      device.command(() => device.send(1, PINGREQ));
    }
    world.simulator.run(100 * SECOND);
    expect(hub.machine!.log.filter((line) => line.includes('received')).length).toBe(3);
    expect(device.machine!.log.at(-1)).toBe('80000000 closed 1 reset');
  });

  test('hold: nothing passes and nothing is lost until it is released', () => {
    const { world, link, hub, device, events } = connected({ transport });
    link.hold({ direction: 'device>hub' });
    device.command(() => device.send(1, publish(3)));
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(1_100_000);
    expect(hub.machine!.log.length).toBe(2);
    link.release();
    world.simulator.run(3 * SECOND);
    expect(hub.machine!.log.slice(2)).toEqual(['1110000 received 1 30060001(8)', '1110000 received 1 c000']);
    expect(lines(events, 'segment.lost')).toEqual([]);
  });

  test('with a third of the segments lost, everything arrives once and in order', () => {
    const { world, events } = recordedWorld({ transport, seed: '77' });
    const hub = world.machine('hub', 'broker', { create: (s) => new LoggingMachine(s), listens: [1883] });
    const device = world.machine('device', 'client', { create: (s) => new LoggingMachine(s) });
    device.server = { name: 'hub', port: 1883 };
    world.link('device', 'hub', { latency: ['10ms', '30ms'], loss: 0.3 });
    device.command(() => device.dial(1));
    world.simulator.run(30 * SECOND);
    let sentBytes = 0;
    for (let i = 0; i < 200; i++) {
      device.command(() => device.send(1, publish(i, i)));
      sentBytes += publish(i).length;
      world.simulator.run(30 * SECOND + i * 20_000);
    }
    world.simulator.run(600 * SECOND);
    const received = events.filter((event) => event.k === 'packet.received');
    const ofs = received.map((event) => (event.k === 'packet.received' ? event.of : 0));
    const sentOrdinals = events.filter((event) => event.k === 'packet.sent').map((event) => event.i);
    expect(sentOrdinals.length).toBe(200);
    expect(ofs).toEqual(sentOrdinals);
    const bytes = hub.machine!.receivedBytes;
    expect(bytes).toBe(sentBytes);
    expect(lines(events, 'segment.lost').length).toBeGreaterThan(15);
  });
});
