import { describe, expect, test } from 'vitest';
import type { Fault, FaultFilter } from '../../src/sim/fault.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { LoggingMachine, PINGREQ, pair } from './fakes.ts';

const SECOND = 1_000_000;

/** What was recorded of faults: `3000000 began device~hub/partition#1`. */
function faultLines(events: readonly TraceEvent[]): string[] {
  return events.flatMap((event) =>
    event.k === 'fault.began'
      ? [`${event.t} began ${event.fault}`]
      : event.k === 'fault.ended'
        ? [`${event.t} ended ${event.fault}`]
        : [],
  );
}

/** A run with a few faults, as a script would strike them. */
function troubled(faults: FaultFilter = {}) {
  const parts = pair({ transport: 'ideal', faults });
  const { world, hub, device, link } = parts;
  device.command(() => device.dial(1));
  world.simulator.run(SECOND);
  link.partition({ for: '2s' });
  world.simulator.run(4 * SECOND);
  hub.pause({ for: '1s' });
  link.spike({ by: '50ms', for: '3s' });
  world.simulator.run(6 * SECOND);
  link.partition({ for: '1s', direction: 'hub>device' });
  world.simulator.run(20 * SECOND);
  return parts;
}

describe('faults', () => {
  test('are recorded when they begin and end, with an id a target and family', () => {
    const { events, world } = troubled();
    expect(faultLines(events)).toEqual([
      '1000000 began device~hub/partition#1',
      '3000000 ended device~hub/partition#1',
      '4000000 began hub/pause#1',
      '4000000 began device~hub/latency#1',
      '5000000 ended hub/pause#1',
      '6000000 began device~hub/partition#2',
      '7000000 ended device~hub/latency#1',
      '7000000 ended device~hub/partition#2',
    ]);
    expect(world.faults.struck).toEqual([
      {
        id: 'device~hub/partition#1',
        at: 1_000_000,
        family: 'partition',
        target: 'device~hub',
        duration: 2_000_000,
        detail: { direction: 'both' },
      },
      { id: 'hub/pause#1', at: 4_000_000, family: 'pause', target: 'hub', duration: 1_000_000, detail: {} },
      {
        id: 'device~hub/latency#1',
        at: 4_000_000,
        family: 'latency',
        target: 'device~hub',
        duration: 3_000_000,
        detail: { by: 50_000, direction: 'both' },
      },
      {
        id: 'device~hub/partition#2',
        at: 6_000_000,
        family: 'partition',
        target: 'device~hub',
        duration: 1_000_000,
        detail: { direction: 'hub>device' },
      },
    ]);
  });

  test('leaving some out renames none of the others', () => {
    const without = troubled({ without: ['device~hub/partition#1', 'hub/pause#1'] });
    expect(faultLines(without.events)).toEqual([
      '4000000 began device~hub/latency#1',
      '6000000 began device~hub/partition#2',
      '7000000 ended device~hub/latency#1',
      '7000000 ended device~hub/partition#2',
    ]);
    const only = troubled({ only: ['device~hub/partition#2'] });
    expect(faultLines(only.events)).toEqual([
      '6000000 began device~hub/partition#2',
      '7000000 ended device~hub/partition#2',
    ]);
  });

  test('struck again from a list, they make the same run', () => {
    const first = troubled();
    const list = JSON.parse(JSON.stringify(first.world.faults.struck)) as Fault[];
    const again = pair({ transport: 'ideal', faults: { plan: list } });
    again.device.command(() => again.device.dial(1));
    again.world.simulator.run(20 * SECOND);
    expect(faultLines(again.events)).toEqual(faultLines(first.events));
    expect(again.hub.machine!.log).toEqual(first.hub.machine!.log);
  });

  test('a list leaves no room for what a script has in mind, and passes over targets that are not there', () => {
    const fault: Fault = {
      id: 'hub/pause#9',
      at: 5,
      family: 'pause',
      target: 'hub',
      duration: 10,
      detail: {},
    };
    const nobody: Fault = { id: 'x/crash#1', at: 5, family: 'crash', target: 'x', detail: {} };
    const { world, hub, events } = pair({ faults: { plan: [fault, nobody] } });
    hub.crash({ for: '2s' });
    world.simulator.run(10 * SECOND);
    expect(faultLines(events)).toEqual(['5 began hub/pause#9', '15 ended hub/pause#9']);
  });

  test('a node that is down does not crash again', () => {
    const { world, hub, events } = pair();
    hub.crash({ for: '2s' });
    hub.crash({ for: '9s' });
    world.simulator.run(10 * SECOND);
    expect(faultLines(events)).toEqual(['0 began hub/crash#1', '2000000 ended hub/crash#1']);
    expect(hub.life).toBe(2);
    expect(hub.restarts).toBe(1);
  });

  test('a power cut during a crash keeps the node down until both are over', () => {
    const { world, hub } = pair();
    hub.crash({ for: '2s' });
    hub.powerCut({ for: '5s' });
    world.simulator.run(3 * SECOND);
    expect([hub.alive, hub.powered]).toEqual([false, false]);
    world.simulator.run(6 * SECOND);
    expect([hub.alive, hub.powered, hub.life]).toEqual([true, true, 2]);
  });

  test('healing ends everything at once: links, stopped and dead nodes', () => {
    const { world, hub, device, link, events } = pair({ transport: 'ideal' });
    hub.crash();
    device.pause();
    link.partition();
    link.hold();
    world.simulator.run(5 * SECOND);
    world.heal();
    expect([hub.alive, device.paused, world.faults.active.length]).toEqual([true, false, 0]);
    expect(faultLines(events).slice(4)).toEqual([
      '5000000 ended hub/crash#1',
      '5000000 ended device/pause#1',
      '5000000 ended device~hub/partition#1',
      '5000000 ended device~hub/hold#1',
    ]);
    device.command(() => device.dial(1));
    world.simulator.run(6 * SECOND);
    expect(device.machine!.log.at(-1)).toBe('5020000 opened 1');
  });

  test('overlapping partitions last until the last is over', () => {
    const { world, link, hub, device } = pair({ transport: 'ideal' });
    link.partition({ for: '2s' });
    world.simulator.run(SECOND);
    link.partition({ for: '3s' });
    device.command(() => device.dial(1));
    world.simulator.run(3_900_000);
    expect(hub.machine!.log.length).toBe(1);
    world.simulator.run(5 * SECOND);
    expect(hub.machine!.log.length).toBe(2);
  });

  test('a direction that the link does not have is refused', () => {
    const { link } = pair();
    expect(() => link.partition({ direction: 'hub>moon' })).toThrow(
      "link device~hub has no direction 'hub>moon'; it has 'device>hub', 'hub>device' and 'both'",
    );
  });

  test('a latency spike delays, a throttle takes its time, loss loses', () => {
    const { world, link, hub, device, events } = pair({ transport: 'ideal' });
    device.command(() => device.dial(1));
    world.simulator.run(SECOND);
    link.spike({ by: '70ms', for: '1s' });
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(2 * SECOND);
    expect(hub.machine!.log.at(-1)).toBe('1080000 received 1 c000');
    link.throttle({ rate: 4_320, for: '1s' });
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(4 * SECOND);
    // 54 bytes at 4,320 bit/s take 100 ms.
    expect(hub.machine!.log.at(-1)).toBe('2110000 received 1 c000');
    events.length = 0;
    link.lose({ probability: 1, for: '100ms' });
    device.command(() => device.send(1, PINGREQ));
    world.simulator.run(4_200_000);
    expect(events.filter((event) => event.k === 'segment.lost').map((event) => event.t)).toEqual([4_000_000]);
    world.simulator.run(6 * SECOND);
    expect(hub.machine!.log.at(-1)).toBe('4260000 received 1 c000');
  });
});

describe('clocks of a node', () => {
  /** A node whose machine asks to be woken at given times of its own clock. */
  function sleeper() {
    const parts = pair({ transport: 'ideal' });
    const wakeAt = (at: number): void => {
      parts.device.command(() => parts.device.wake('alarm', at));
    };
    return { ...parts, wakeAt };
  }

  test('a fast clock wakes early in true time, and right by itself', () => {
    const { world, device, wakeAt, events } = sleeper();
    device.driftClock({ rate: 0.25 });
    wakeAt(10 * SECOND);
    world.simulator.run(60 * SECOND);
    expect(device.machine!.log.at(-1)).toBe('10000000 woken alarm');
    expect(events.find((event) => event.k === 'timer.fired')?.t).toBe(8 * SECOND);
  });

  test('a drift that begins later moves what is already asked for', () => {
    const { world, device, wakeAt, events } = sleeper();
    wakeAt(10 * SECOND);
    world.simulator.run(2 * SECOND);
    device.driftClock({ rate: -0.5, for: '4s' });
    world.simulator.run(60 * SECOND);
    expect(device.machine!.log.at(-1)).toBe('10000000 woken alarm');
    // Two seconds were lost: four true ones counted for two.
    expect(events.find((event) => event.k === 'timer.fired')?.t).toBe(12 * SECOND);
  });

  test('of two drifts the later counts while it lasts, and nothing is left when both are over', () => {
    const { world, device, wakeAt, events } = sleeper();
    device.driftClock({ rate: 0.5, for: '4s' });
    world.simulator.run(2 * SECOND);
    device.driftClock({ rate: -0.5, for: '4s' });
    wakeAt(10 * SECOND);
    world.simulator.run(60 * SECOND);
    // Two seconds at 1.5, four at 0.5, and the rest at 1.
    expect(device.machine!.log.at(-1)).toBe('10000000 woken alarm');
    expect(events.find((event) => event.k === 'timer.fired')?.t).toBe(11 * SECOND);
  });

  test('a skew sets the wall clock and sets it back', () => {
    const { world, device } = sleeper();
    const before = device.machine!.wallOffset;
    device.skewClock({ ahead: '1h', for: '10s' });
    expect(device.machine!.wallOffset).toBe(before + 3_600 * SECOND);
    world.simulator.run(60 * SECOND);
    expect(device.machine!.log.slice(1)).toEqual([
      `0 wall ${before + 3_600 * SECOND}`,
      `10000000 wall ${before}`,
    ]);
    device.skewClock({ behind: '1s' });
    expect(device.machine!.wallOffset).toBe(before - SECOND);
  });

  test('after a power cut the monotone clock begins anew and the wall clock goes on', () => {
    const { world, device } = sleeper();
    world.simulator.run(100 * SECOND);
    const wall = device.localNow + device.clock.wallOffset;
    device.powerCut({ for: '7s' });
    world.simulator.run(110 * SECOND);
    expect(device.localNow).toBe(3 * SECOND);
    expect(device.localNow + device.machine!.wallOffset).toBe(wall + 10 * SECOND);
  });

  test('wakes die with the process', () => {
    const { world, device, wakeAt } = sleeper();
    wakeAt(10 * SECOND);
    device.crash({ for: '1s' });
    world.simulator.run(60 * SECOND);
    expect(device.machine!.log).toEqual(['1000000 recover']);
  });

  test('a wake that moves is one event, and none when it is forgotten', () => {
    const { world, device, wakeAt } = sleeper();
    for (let at = 1; at < 1_000; at++) wakeAt(at * SECOND);
    expect(world.simulator.queue.size).toBe(1);
    wakeAt(Infinity);
    expect(world.simulator.queue.size).toBe(0);
    wakeAt(5);
    world.simulator.run();
    expect(device.machine!.log.at(-1)).toBe('5 woken alarm');
  });

  test('a stopped process is woken when it goes on', () => {
    const { world, device, wakeAt } = sleeper();
    wakeAt(2 * SECOND);
    device.pause({ for: '5s' });
    world.simulator.run(60 * SECOND);
    expect(device.machine!.log.slice(1)).toEqual(['5000000 woken alarm']);
  });
});

describe('a node and its disk', () => {
  class StoringMachine extends LoggingMachine {
    override opened(now: number, connection: number): void {
      super.opened(now, connection);
      this.sink.store([[`seen ${connection}`, Uint8Array.of(1)]]);
    }
  }

  function storing() {
    const parts = pair({ transport: 'ideal' });
    const store = parts.world.machine('store', 'broker', {
      create: (s) => new StoringMachine(s),
      listens: [1883],
    });
    parts.device.server = { name: 'store', port: 1883 };
    parts.world.link('device', 'store', { latency: '10ms' });
    parts.device.command(() => parts.device.dial(1));
    return { ...parts, store };
  }

  test('a process that starts again finds what was written, and counts batches anew', () => {
    const { world, store, device } = storing();
    world.simulator.run(SECOND);
    expect(store.machine!.log.at(-1)).toBe('10500 stored 1');
    store.crash({ for: '1s' });
    world.simulator.run(3 * SECOND);
    expect(store.machine!.log).toEqual(['2000000 recover seen 1']);
    device.command(() => device.dial(2));
    world.simulator.run(4 * SECOND);
    expect(store.machine!.log.slice(1)).toEqual(['3010000 opened 2', '3010500 stored 1']);
  });

  test('a power cut before the sync loses the batch', () => {
    const { world, store } = storing();
    world.simulator.run(10_200);
    store.powerCut({ for: '1s' });
    world.simulator.run(3 * SECOND);
    expect(store.machine!.log).toEqual(['0 recover']);
  });

  test('a disk that is full keeps the machine waiting until there is room', () => {
    const { world, store } = storing();
    store.fillDisk({ for: '1s' });
    world.simulator.run(2 * SECOND);
    expect(store.machine!.log.at(-1)).toBe('1000500 stored 1');
  });

  test('a slow disk keeps the machine waiting', () => {
    const { world, store } = storing();
    store.slowDisk({ by: '40ms', for: '1s' });
    world.simulator.run(SECOND);
    expect(store.machine!.log.at(-1)).toBe('50500 stored 1');
  });
});
