import { describe, expect, test } from 'vitest';
import { LoggingMachine, lines, PINGREQ, pair, publish, recordedWorld } from './fakes.ts';

const SECOND = 1_000_000;

describe.each(['ideal', 'tcp'] as const)('a slow consumer over %s', (transport) => {
  /** A device that is connected to an echoing hub, one second into the run. */
  function connected() {
    const parts = pair({ transport });
    parts.device.command(() => parts.device.dial(1));
    parts.world.simulator.run(SECOND);
    parts.events.length = 0;
    return parts;
  }

  test('reads a packet, and the next when it is through with it', () => {
    const { world, hub, device, events } = connected();
    // A packet of 105 bytes takes more than a second.
    hub.readSlowly({ bytesPerSecond: 100, for: '1min' });
    device.command(() => {
      for (let i = 0; i < 3; i++) device.send(1, publish(100, i));
    });
    world.simulator.run(20 * SECOND);
    const taken = lines(events, 'packet.received');
    expect(taken[0]).toBe('1010000 hub packet.received');
    expect(taken).toHaveLength(3);
    expect(hub.machine!.receivedBytes).toBe(3 * 105);
    const [first, last] = [taken[0], taken[2]].map((line) => Number(line!.split(' ')[0]));
    expect(last! - first!).toBeGreaterThanOrEqual(SECOND);
  });

  test('lets the window close: the rest waits at the sender, and all of it is read in the end', () => {
    const { world, hub, device, events } = connected();
    hub.readSlowly({ bytesPerSecond: 1_000, for: '1min' });
    device.command(() => {
      for (let i = 0; i < 100; i++) device.send(1, publish(4_000, i));
    });
    world.simulator.run(31 * SECOND);
    const read = hub.machine!.receivedBytes;
    expect(read).toBeGreaterThan(29_000);
    expect(read).toBeLessThanOrEqual(32_048);
    // 65,535 bytes fit into the receiver.
    expect(device.backlog(1)).toBeGreaterThan(400_000 - read - 66_000);
    expect(device.backlog(1)).toBeLessThan(400_000 - read - 60_000);
    world.simulator.run(100 * SECOND);
    expect(device.backlog(1)).toBe(0);
    expect(lines(events, 'packet.received')).toHaveLength(100);
    expect(world.debts()).toEqual([]);
  });

  test('hears that the peer has finished after the last byte', () => {
    const { world, hub, device } = connected();
    hub.readSlowly({ bytesPerSecond: 1_000 });
    device.command(() => {
      device.send(1, publish(3_000));
      device.close(1, 'finish');
    });
    world.simulator.run(3 * SECOND);
    expect(hub.machine!.receivedBytes).toBe(2_048);
    world.simulator.run(9 * SECOND);
    expect(hub.machine!.receivedBytes).toBe(3_006);
    // The last bytes were taken when it was through with 2,048 others.
    expect(hub.machine!.log.slice(-1)).toEqual(['3058000 closed 1 finished']);
  });

  test('resets the peer when it closes with bytes unread', () => {
    const { world, hub, device, events } = connected();
    hub.readSlowly({ bytesPerSecond: 10 });
    device.command(() => {
      for (let i = 0; i < 3; i++) device.send(1, publish(1_000));
    });
    world.simulator.run(2 * SECOND);
    hub.command(() => hub.close(1, 'finish'));
    world.simulator.run(3 * SECOND);
    expect(device.machine!.log.at(-1)).toMatch(/ closed 1 reset$/);
    expect(lines(events, 'packet.lost')).toEqual(
      Array(2).fill('2000000 hub packet.lost receiver: hub closed'),
    );
  });

  test('reads each of its connections at its pace, also those that come while it is slow', () => {
    const { world } = recordedWorld({ transport });
    const hub = world.machine('hub', 'broker', { create: (s) => new LoggingMachine(s), listens: [1883] });
    const devices = ['one', 'two'].map((name) => {
      const device = world.machine(name, 'client', { create: (s) => new LoggingMachine(s) });
      device.server = { name: 'hub', port: 1883 };
      return device;
    });
    hub.readSlowly({ bytesPerSecond: 1_000 });
    for (const device of devices) device.command(() => device.dial(1));
    world.simulator.run(SECOND);
    for (const device of devices) device.command(() => device.send(1, publish(5_000)));
    world.simulator.run(3 * SECOND);
    const pieces = hub.machine!.log.filter((line) => line.includes('received'));
    expect(pieces.filter((line) => line.includes('received 1'))).toHaveLength(2);
    expect(pieces.filter((line) => line.includes('received 2'))).toHaveLength(2);
  });

  test('of two paces the slower counts while it lasts, and healing ends both', () => {
    const { world, hub, device } = connected();
    hub.readSlowly({ bytesPerSecond: 10, for: '5s' });
    hub.readSlowly({ bytesPerSecond: 1_000 });
    expect(hub.readingPace).toBe(10);
    device.command(() => device.send(1, publish(9_000)));
    world.simulator.run(7 * SECOND);
    expect(hub.readingPace).toBe(1_000);
    expect(hub.machine!.receivedBytes).toBe(1_024);
    world.heal();
    expect(hub.readingPace).toBe(Infinity);
    expect(hub.machine!.receivedBytes).toBe(9_006);
  });

  test('answers in the middle of it, for only its reading is slow', () => {
    const { world, hub, device, events } = connected();
    hub.readSlowly({ bytesPerSecond: 1 });
    device.command(() => {
      device.send(1, PINGREQ);
      device.send(1, PINGREQ);
    });
    world.simulator.run(9 * SECOND);
    const answers = lines(events, 'packet.sent').filter((line) => line.includes('hub'));
    expect(answers).toEqual(['1010000 hub packet.sent', '3010000 hub packet.sent']);
  });
});

test('a pace that is none is refused', () => {
  const { hub } = pair();
  expect(() => hub.readSlowly({ bytesPerSecond: 0 })).toThrow(
    'hub must read more than 0 bytes a second, not 0',
  );
});
