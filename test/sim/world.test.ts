import { describe, expect, test } from 'vitest';
import { lines, PINGREQ, pair, publish } from './fakes.ts';

describe.each(['ideal', 'tcp'] as const)('a world of two machines over %s', (transport) => {
  test('carries a packet there and its answer back, at the latency of the link', () => {
    const { world, hub, device, events } = pair({ transport });
    device.command(() => device.dial(1));
    expect(world.simulator.run(1_000_000)).not.toBe('script');
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(2_000_000);
    expect(hub.machine!.log).toContain('1010000 received 1 c000');
    expect(device.machine!.log).toEqual(['0 recover', '20000 opened 1', '1020000 received 1 d000']);
    expect(lines(events, 'packet', 'conn')).toEqual([
      '0 device conn.dialled',
      ...(transport === 'ideal'
        ? ['10000 hub conn.accepted', '20000 device conn.established']
        : ['20000 device conn.established', '30000 hub conn.accepted']),
      '1000000 device packet.sent',
      '1010000 hub packet.received',
      '1010000 hub packet.sent',
      '1020000 device packet.received',
    ]);
  });

  test('an answer is caused by the packet it answers, also when several arrive at once', () => {
    const { world, hub, device, events } = pair({ transport });
    device.command(() => device.dial(1));
    world.simulator.run(1_000_000);
    hub.pause({ for: '1s' });
    device.command(() => {
      device.send(1, PINGREQ);
      device.send(1, publish(10));
      device.send(1, PINGREQ);
    });
    world.simulator.run(5_000_000);
    const chains = events.flatMap((event) => {
      if (event.k !== 'packet.sent' || event.n !== 'hub') return [];
      const received = events[event.c - 1];
      return received?.k === 'packet.received' ? [[events[received.of - 1], received.c]] : [];
    });
    const requests = events.filter((event) => event.k === 'packet.sent' && event.bytes[0] === 0xc0);
    expect(chains).toEqual(requests.map((request) => [request, request.i]));
    expect(chains.length).toBe(2);
  });
});

describe('the links of a world', () => {
  test('are found by their nodes in either order, whoever of them has many, and told in the order of their declaration', () => {
    const { world } = pair({ transport: 'ideal' });
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) world.peer(name);
    const told = [...world.links].map(({ name }) => name);
    for (const [from, to] of names.flatMap((from, i) =>
      names.slice(i + 1).map((to) => [from, to] as const),
    )) {
      const link = from < 'c' ? world.link(from, to) : world.link(to, from);
      told.push(link.name);
      expect(world.linkBetween(from, to)).toBe(link);
      expect(world.linkBetween(to, from)).toBe(link);
      expect(() => world.link(to, from)).toThrow(`there is a link between ${to} and ${from} already`);
    }
    expect([...world.links].map(({ name }) => name)).toEqual(told);
    expect(told.slice(-10)).toEqual([
      ...['a~b', 'a~c', 'a~d', 'a~e', 'b~c', 'b~d', 'b~e', 'd~c', 'e~c', 'e~d'],
    ]);
    expect(world.linkBetween('a', 'a')).toBeUndefined();
    expect(world.linkBetween('a', 'nobody')).toBeUndefined();
  });
});
