import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../bench/counts.ts';
import { aimed, type Row, timesOf } from '../../bench/measure.ts';
import { type MeasuredFamily, type Measurement, readMeasured } from '../../bench/measurement.ts';
import { performancePage } from '../../bench/performance-page.ts';

const family = (rows: readonly Row[]): MeasuredFamily => ({
  ...{ day: '2026-01-01', machine: 'a machine', node: '20.0.0', load: [0, 1], rows },
});

const more: Row = { what: 'more is better', value: 30, unit: '/s', aim: { row: 1, floor: 10, goal: 20 } };
const less: Row = { what: 'less is better', value: 3, unit: 'ms', aim: { row: 2, floor: 2, goal: 1 } };

describe('an aim', () => {
  it('is reached at 1 whichever way is better', () => {
    expect(timesOf(aimed(more), 20, more.aim!)).toBe(1.5);
    expect(timesOf(aimed(less), 2, less.aim!)).toBeCloseTo(0.667, 3);
  });

  it('is about the ratio to a peer, or the figure of another machine, where it says so', () => {
    const peer = { name: 'a peer', value: 10, ratio: 3 };
    expect(aimed({ ...more, peer, aim: { ...more.aim!, of: 'ratio' } })).toBe(3);
    expect(aimed({ ...more, aim: { ...more.aim!, scaled: 45 } })).toBe(45);
  });
});

describe('the page of performance', () => {
  it('counts a row as held when every figure of it is, and says what was not measured', () => {
    const measurement: Measurement = {
      queue: family([more, { ...more, value: 9 }]),
      codec: family([{ ...less, value: 1 }]),
    };
    const page = performancePage(measurement);
    expect(page).toContain('Of 2 rows the floor holds in 1 and the goal is reached in 1');
    expect(page).toContain('Not measured: row 3, 4, 5,');
    expect(page).toContain('| 1 | more is better | 9 /s |  | **10 (0.90x)** | **20 (0.45x)** |');
  });

  it('is written from what was measured last, by nobody else', () => {
    expect(readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8')).toBe(
      performancePage(readMeasured()),
    );
  });

  it('tells below the figures of a family where its time goes', () => {
    expect(performancePage({ seeds: family([more]) })).toContain(
      '| more is better | 30 /s |  |\n\nThe profile',
    );
  });

  it('says why a family was not measured', () => {
    const page = performancePage({ page: { ...family([]), failure: 'there is no Chromium' } });
    expect(page).toContain('Not measured: there is no Chromium.');
  });
});

describe('a count', () => {
  it('that is not the pinned one is told, and one that is not pinned', () => {
    expect(changesOf([{ what: 'pending events, ideal', value: 4, unit: 'a client' }])).toEqual([
      'pending events, ideal: 4 a client instead of 3.13',
    ]);
    expect(changesOf([{ what: 'something new', value: 1, unit: '' }])).toEqual([
      'something new: 1  instead of nothing',
    ]);
  });
});
