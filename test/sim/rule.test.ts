import { describe, expect, test } from 'vitest';
import {
  connect,
  cut,
  delay,
  describeVerdict,
  drop,
  pass,
  pingreq,
  pingresp,
  publish,
  resetAfter,
  resetBefore,
  verdictNamed,
} from '../../src/sim/rule.ts';
import { lines, PINGREQ, pair, publish as publishBytes } from './fakes.ts';

const SECOND = 1_000_000;

function connected(transport: 'ideal' | 'tcp', faults = {}) {
  const parts = pair({ transport, faults });
  parts.device.command(() => parts.device.dial(1));
  parts.world.simulator.run(SECOND);
  parts.events.length = 0;
  const ping = (): void => {
    parts.device.command(() => parts.device.send(1, PINGREQ));
  };
  const hubSaw = (): string[] => parts.hub.machine!.log.slice(2);
  const deviceSaw = (): string[] => parts.device.machine!.log.slice(2);
  return { ...parts, ping, hubSaw, deviceSaw };
}

describe.each(['ideal', 'tcp'] as const)('a rule on a link over %s', (transport) => {
  test('drop loses one transmission of the segment, and TCP repeats it', () => {
    const { world, link, ping, hubSaw, events } = connected(transport);
    link.on(pingreq(), drop);
    ping();
    world.simulator.run(10 * SECOND);
    expect(hubSaw().length).toBe(1);
    expect(Number(hubSaw()[0]!.split(' ')[0])).toBeGreaterThan(1_200_000);
    expect(events.filter((event) => event.k === 'segment.lost')).toMatchObject([
      { t: 1_000_000, reason: 'rule' },
    ]);
    expect(events.find((event) => event.k === 'fault.began')).toMatchObject({
      fault: 'device~hub/rule#1',
      family: 'rule',
      detail: { verdict: 'drop', packet: 'pingreq', connection: 'device>hub#1', from: 'device' },
    });
  });

  test('delay makes the packet late, its repetitions too', () => {
    const { world, link, ping, hubSaw } = connected(transport);
    link.on(pingreq(), delay('2s'));
    ping();
    world.simulator.run(10 * SECOND);
    expect(hubSaw()).toEqual(['3010000 received 1 c000']);
  });

  test('reset-before: both ends are reset, and the packet never arrives', () => {
    const { world, link, ping, hubSaw, deviceSaw, events } = connected(transport);
    link.on(pingreq(), resetBefore);
    ping();
    world.simulator.run(10 * SECOND);
    expect(hubSaw()).toEqual(['1000000 closed 1 reset']);
    expect(deviceSaw()).toEqual(['1000000 closed 1 reset']);
    expect(lines(events, 'packet')).toEqual([
      '1000000 device packet.sent',
      '1000000 hub packet.lost network: connection reset',
    ]);
  });

  test('reset-after: the packet arrives, its answer does not', () => {
    const { world, link, ping, hubSaw, deviceSaw } = connected(transport);
    link.on(pingreq(), resetAfter);
    ping();
    world.simulator.run(10 * SECOND);
    expect(hubSaw()).toEqual(['1010000 received 1 c000', '1010000 closed 1 reset']);
    expect(deviceSaw()).toEqual(['1010000 closed 1 reset']);
  });

  test('cut: from the packet on there is silence for a time', () => {
    const { world, link, ping, hubSaw, deviceSaw, events } = connected(transport);
    link.on(pingresp(), cut('3s'));
    ping();
    world.simulator.run(4_000_000);
    expect(hubSaw()).toEqual(['1010000 received 1 c000']);
    expect(deviceSaw()).toEqual([]);
    world.simulator.run(20 * SECOND);
    expect(deviceSaw().length).toBe(1);
    expect(events.filter((event) => event.k === 'fault.ended').map((event) => event.t)).toEqual([4_010_000]);
  });
});

describe('a rule', () => {
  test('strikes once, from the nth match on, or as often as it is told', () => {
    const { world, link, ping, hubSaw, events } = connected('ideal');
    link.on(pingreq({ nth: 2, count: 2 }), delay('100ms'));
    for (let i = 0; i < 5; i++) {
      ping();
      world.simulator.run(SECOND + (i + 1) * SECOND);
    }
    expect(hubSaw().map((line) => Number(line.split(' ')[0]) % SECOND)).toEqual([
      10_000, 110_000, 110_000, 10_000, 10_000,
    ]);
    expect(events.filter((event) => event.k === 'fault.began').length).toBe(2);
  });

  test('looks only at what the named node sends', () => {
    const { world, link, ping, hubSaw } = connected('ideal');
    link.on(pingreq({ from: 'hub' }), resetBefore);
    ping();
    world.simulator.run(2 * SECOND);
    expect(hubSaw()).toEqual(['1010000 received 1 c000']);
  });

  test('the first that matches counts; pass lets the packet through', () => {
    const { world, link, ping, hubSaw, events } = connected('ideal');
    link.on(pingreq(), pass);
    link.on(pingreq({ count: Infinity }), delay('1s'));
    ping();
    ping();
    world.simulator.run(5 * SECOND);
    expect(hubSaw()).toEqual(['1010000 received 1 c000', '2010000 received 1 c000']);
    expect(events.filter((event) => event.k === 'fault.began').length).toBe(1);
  });

  test('can be taken away', () => {
    const { world, link, ping, hubSaw } = connected('ideal');
    const remove = link.on(pingreq(), resetBefore);
    remove();
    ping();
    world.simulator.run(2 * SECOND);
    expect(hubSaw()).toEqual(['1010000 received 1 c000']);
  });

  test('matches a PUBLISH by topic filter, QoS, DUP and retain', () => {
    const packet = {
      type: 'publish',
      topic: 'a/b',
      qos: 1,
      dup: false,
      retain: false,
      packetId: 1,
      payload: new Uint8Array(),
    } as const;
    expect(publish({ topic: 'a/+', qos: 1, dup: false, retain: false }).matches(packet)).toBe(true);
    for (const other of [{ topic: 'b/#' }, { qos: 2 as const }, { dup: true }, { retain: true }]) {
      expect(publish(other).matches(packet)).toBe(false);
    }
    expect(connect().matches(packet)).toBe(false);
  });

  test('packets that share the segment share its fate', () => {
    const { world, link, device, hubSaw } = connected('tcp');
    link.on(pingreq({ nth: 2 }), drop);
    // The window of a fresh connection is ten segments: what is written beyond goes out together.
    device.command(() => {
      device.send(1, publishBytes(20_000));
      for (let i = 0; i < 3; i++) device.send(1, PINGREQ);
    });
    world.simulator.run(10 * SECOND);
    const pings = hubSaw().filter((line) => line.endsWith('c000'));
    expect(pings.length).toBe(3);
    expect(new Set(pings.map((line) => line.split(' ')[0])).size).toBe(1);
    expect(Number(pings[0]!.split(' ')[0])).toBeGreaterThan(1_100_000);
  });

  test('is a fault like others: a run can leave it out by its id', () => {
    const { world, link, ping, hubSaw, events } = connected('ideal', { without: ['device~hub/rule#1'] });
    link.on(pingreq({ count: 2 }), delay('1s'));
    ping();
    ping();
    world.simulator.run(5 * SECOND);
    expect(hubSaw()).toEqual(['1010000 received 1 c000', '2010000 received 1 c000']);
    expect(events.filter((event) => event.k === 'fault.began')).toMatchObject([
      { fault: 'device~hub/rule#2' },
    ]);
  });

  test('of a list is there without anybody who lays it, from its time on, under its id', () => {
    const rule = {
      id: 'device~hub/rule#9',
      family: 'rule',
      target: 'device~hub',
      at: 2 * SECOND,
      detail: { verdict: 'delay 1s', packet: 'pingreq', from: 'device', nth: 2 },
    } as const;
    const { world, link, ping, hubSaw, events } = connected('ideal', { plan: [rule] });
    // In a run with a list, what a script lays does nothing.
    link.on(pingreq({ count: 9 }), drop);
    ping();
    world.simulator.run(2 * SECOND);
    ping();
    ping();
    ping();
    world.simulator.run(9 * SECOND);
    expect(hubSaw().map((line) => Number(line.split(' ')[0]))).toEqual([
      1_010_000, 2_010_000, 3_010_000, 3_010_000,
    ]);
    const began = events.filter((event) => event.k === 'fault.began');
    expect(began).toMatchObject([{ fault: 'device~hub/rule#9', t: 2 * SECOND, detail: { nth: 2 } }]);
    expect(world.faults.struck.map(({ id }) => id)).toEqual(['device~hub/rule#9']);
  });

  test('has a verdict that can be read back from its words', () => {
    for (const verdict of [pass, drop, resetBefore, resetAfter, delay('2s'), cut('90.5s')])
      expect(verdictNamed(describeVerdict(verdict))).toEqual(verdict);
    expect(() => verdictNamed('explode')).toThrow("a rule cannot do 'explode' to a packet");
  });

  test('nth and count below one are refused', () => {
    expect(() => pingreq({ nth: 0 })).toThrow(/nth of a rule on pingreq must be 1 or more/);
    expect(() => pingreq({ count: 0 })).toThrow(/count of a rule on pingreq/);
  });
});
