import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WakeKey } from '../../src/mqtt/machine.ts';
import { RealClock } from '../../src/net/clock.ts';
import { RealWakes } from '../../src/net/wakes.ts';

const SECOND = 1_000_000;
const DAY_SECONDS = 86_400;

describe('wakes in real time', () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'hrtime', 'Date'],
    });
  });
  afterEach(() => void vi.useRealTimers());

  const rig = () => {
    const clock = new RealClock();
    const woken: [key: WakeKey, seconds: number][] = [];
    const wakes = new RealWakes(clock, (key) => woken.push([key, clock.now() / SECOND]));
    return { clock, wakes, woken };
  };

  it('come once, when they are due', () => {
    const { wakes, woken } = rig();
    wakes.set('b', 2 * SECOND);
    wakes.set('a', SECOND);
    vi.advanceTimersByTime(10_000);
    expect(woken).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('come later, earlier or never when they are moved', () => {
    const { wakes, woken } = rig();
    for (const key of ['later', 'earlier', 'never']) wakes.set(key, 5 * SECOND);
    wakes.set('later', 9 * SECOND);
    wakes.set('earlier', SECOND);
    wakes.set('never', Infinity);
    vi.advanceTimersByTime(60_000);
    expect(woken).toEqual([
      ['earlier', 1],
      ['later', 9],
    ]);
  });

  it('keep one timer however often a deadline moves away', () => {
    const { wakes } = rig();
    for (let seconds = 1; seconds < 100; seconds++) wakes.set('keep-alive', seconds * SECOND);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('wait longer than a timer can', () => {
    const { wakes, woken } = rig();
    wakes.set('session', 60 * DAY_SECONDS * SECOND);
    vi.advanceTimersByTime(59 * DAY_SECONDS * 1_000);
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(DAY_SECONDS * 1_000);
    expect(woken).toEqual([['session', 60 * DAY_SECONDS]]);
  });

  it('are forgotten together', () => {
    const { wakes, woken } = rig();
    wakes.set('a', SECOND);
    wakes.clear();
    vi.advanceTimersByTime(10_000);
    expect(woken).toEqual([]);
  });

  it('stand beside a clock that notices when the wall clock is set', () => {
    const { clock } = rig();
    const offset = clock.wallOffset;
    const told: number[] = [];
    clock.watch((wallOffset) => told.push(wallOffset - offset));
    vi.advanceTimersByTime(30_000);
    expect(told).toEqual([]);
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(30_000);
    clock.stop();
    expect(told).toEqual([3_600 * SECOND]);
  });
});
