import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirectedLink, type LinkFault, type LinkOptions } from '../../src/sim/link.ts';

const MS = 1_000;
const S = 1_000_000;
const PLAIN: LinkOptions = { latencyMicros: 25 * MS };

/** Fates of one segment of 152 bytes every 10 ms. */
function fates(link: DirectedLink, count: number, every = 10 * MS, firstKey = 0) {
  return Array.from({ length: count }, (_, i) => link.send(i * every, 152, firstKey + i));
}

describe('a directed link', () => {
  it('takes the fixed time', () => {
    expect(new DirectedLink(PLAIN, 1).send(100, 1500, 7)).toBe(25_100);
  });

  it('puts one after the other on the wire: departure = max(now, busy) + 8 * bytes / rate', () => {
    const link = new DirectedLink({ ...PLAIN, rate: 8_000_000 }, 1);
    expect(link.send(0, 1000, 1)).toBe(26_000);
    expect(link.send(0, 1000, 2)).toBe(27_000);
    expect(link.send(500, 500, 3)).toBe(27_500);
    expect(link.send(10_000, 500, 4)).toBe(35_500);
  });

  it('gives whole microseconds and loses no fraction of the rate', () => {
    const link = new DirectedLink({ latencyMicros: 0, rate: 1_000_000_000 }, 1);
    let last = 0;
    for (let i = 0; i < 1_000; i++) last = link.send(0, 100, i) as number;
    expect(last).toBe(800);
  });

  it('drops the last to come when its queue of packets is full', () => {
    const link = new DirectedLink({ ...PLAIN, rate: 8_000, queue: { packets: 3 } }, 1);
    expect(fates(link, 4, 0)).toEqual([25_000 + 152_000, 25_000 + 304_000, 25_000 + 456_000, 'queue-full']);
    // The first has left by then.
    expect(link.send(152_000, 152, 9)).toBe(25_000 + 608_000);
    expect(link.send(152_000, 152, 9)).toBe('queue-full');
  });

  it('drops the last to come when its queue of bytes is full', () => {
    const link = new DirectedLink({ ...PLAIN, rate: 8_000, queue: { bytes: 500 } }, 1);
    expect(fates(link, 5, 0).filter((fate) => fate === 'queue-full')).toHaveLength(2);
    expect(link.send(S, 152, 9)).toBe(S + 152_000 + 25_000);
  });

  it('always takes one packet when it is idle', () => {
    const link = new DirectedLink({ ...PLAIN, rate: 8_000, queue: { bytes: 10 } }, 1);
    expect(typeof link.send(0, 1500, 1)).toBe('number');
  });

  it('keeps order in spite of jitter, unless it may reorder', () => {
    const jitter = { kind: 'uniform', widthMicros: 50 * MS } as const;
    const ordered = fates(new DirectedLink({ ...PLAIN, jitter }, 3), 300) as number[];
    const free = fates(new DirectedLink({ ...PLAIN, jitter, reorder: true }, 3), 300) as number[];
    const swaps = (times: number[]): number =>
      times.filter((time, i) => i > 0 && time < times[i - 1]!).length;
    expect(swaps(ordered)).toBe(0);
    expect(swaps(free)).toBeGreaterThan(50);
    // Waiting for those in front is all that keeping order adds.
    ordered.forEach((time, i) => {
      expect(time).toBe(Math.max(...free.slice(0, i + 1)));
    });
  });

  it('loses as much as it was told to', () => {
    const lost = fates(new DirectedLink({ ...PLAIN, loss: 0.1 }, 4), 20_000).filter(
      (fate) => fate === 'loss',
    );
    expect(lost.length / 20_000).toBeCloseTo(0.1, 2);
    expect(fates(new DirectedLink({ ...PLAIN, loss: 0 }, 4), 1000)).not.toContain('loss');
    expect(new Set(fates(new DirectedLink({ ...PLAIN, loss: 1 }, 4), 1000))).toEqual(new Set(['loss']));
  });

  it('loses in bursts, delays and slows in bad times', () => {
    const loss = {
      goodMicros: 900 * MS,
      badMicros: 100 * MS,
      badLoss: 0.5,
      badDelayMicros: 7 * MS,
      badRate: 0.1,
    };
    const link = new DirectedLink({ ...PLAIN, rate: 1_216_000, loss, reorder: true }, 4);
    const all = Array.from({ length: 20_000 }, (_, i) => ({
      at: i * 10 * MS,
      fate: link.send(i * 10 * MS, 152, i),
    }));
    const lost = all.filter(({ fate }) => fate === 'burst').length;
    expect(lost / all.length).toBeGreaterThan(0.035);
    expect(lost / all.length).toBeLessThan(0.065);
    const delays = new Set(all.flatMap(({ at, fate }) => (typeof fate === 'number' ? [fate - at] : [])));
    expect(delays).toContain(26 * MS);
    // Ten times as long on the wire, and 7 ms of delay.
    expect(delays).toContain(10 * MS + 25 * MS + 7 * MS);
  });
});

describe('the luck of a segment', () => {
  const LOSSY: LinkOptions = {
    ...PLAIN,
    loss: 0.3,
    jitter: { kind: 'uniform', widthMicros: 10 * MS },
    reorder: true,
  };

  it('is its own: what else is sent changes nothing', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.boolean(), { minLength: 50, maxLength: 50 }), (seed, sent) => {
        const all = fates(new DirectedLink(LOSSY, seed), 50);
        const link = new DirectedLink(LOSSY, seed);
        sent.forEach((isSent, i) => {
          if (isSent) expect(link.send(i * 10 * MS, 152, i)).toBe(all[i]);
        });
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('is left alone by a fault that is removed', () => {
    const plain = fates(new DirectedLink(LOSSY, 8), 300);
    const link = new DirectedLink(LOSSY, 8);
    link.impose('f1', { kind: 'loss', probability: 0.5 });
    const faulty = fates(link, 300);
    faulty.forEach((fate, i) => {
      // What the link loses by itself is lost still, what survives the fault arrives when it would have.
      if (plain[i] === 'loss') expect(fate).toBe('loss');
      else if (fate !== 'loss') expect(fate).toBe(plain[i]);
    });
    expect(faulty.filter((fate) => fate === 'loss').length).toBeGreaterThan(150);
  });

  it('says nothing about its jitter', () => {
    const link = new DirectedLink({ ...LOSSY, loss: 0.5 }, 8);
    const delays = Array.from({ length: 10_000 }, (_, i) => link.send(0, 152, i)).flatMap((fate) =>
      typeof fate === 'number' ? [fate] : [],
    );
    const mean = delays.reduce((sum, each) => sum + each, 0) / delays.length;
    expect(mean / (30 * MS)).toBeCloseTo(1, 2);
  });
});

describe('faults of a link', () => {
  it('cut it, and heal', () => {
    const link = new DirectedLink(PLAIN, 1);
    link.impose('a', { kind: 'partition' });
    expect(link.send(0, 100, 1)).toBe('partition');
    link.lift('a');
    expect(link.send(0, 100, 1)).toBe(25_000);
  });

  it('are each lifted on their own', () => {
    const link = new DirectedLink(PLAIN, 1);
    link.impose('a', { kind: 'partition' });
    link.impose('b', { kind: 'black-hole' });
    expect(link.send(0, 100, 1)).toBe('partition');
    link.lift('a');
    expect(link.send(0, 100, 1)).toBe('black-hole');
    link.lift('a');
    link.lift('b');
    expect(link.send(0, 100, 1)).toBe(25_000);
  });

  it('hold what is sent, unless something worse loses it', () => {
    const link = new DirectedLink({ ...PLAIN, loss: 1 }, 1);
    link.impose('h', { kind: 'hold' });
    expect(link.isHeld).toBe(true);
    expect(link.send(0, 100, 1)).toBe('hold');
    link.impose('p', { kind: 'partition' });
    expect(link.isHeld).toBe(false);
    expect(link.send(0, 100, 1)).toBe('partition');
    link.lift('p');
    link.lift('h');
    // Only now does the luck of the segment count.
    expect(link.send(0, 100, 1)).toBe('loss');
  });

  it('add up in time, and the worst of them counts in loss and rate', () => {
    const link = new DirectedLink({ ...PLAIN, rate: 8_000_000 }, 1);
    link.impose('a', { kind: 'latency', extraMicros: 100 });
    link.impose('b', { kind: 'latency', extraMicros: 30 });
    link.impose('c', { kind: 'bandwidth', rate: 800_000 });
    link.impose('d', { kind: 'bandwidth', rate: 80_000_000 });
    expect(link.send(0, 1000, 1)).toBe(25_000 + 130 + 10_000);
    link.impose('e', { kind: 'loss', probability: 0 });
    link.impose('f', { kind: 'loss', probability: 1 });
    expect(link.send(S, 1000, 1)).toBe('loss');
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) link.lift(id);
    expect(link.send(2 * S, 1000, 1)).toBe(2 * S + 26_000);
  });

  it('that end let nothing overtake what the spike delayed', () => {
    const link = new DirectedLink(PLAIN, 1);
    link.impose('spike', { kind: 'latency', extraMicros: S });
    expect(link.send(0, 100, 1)).toBe(S + 25_000);
    link.lift('spike');
    expect(link.send(1, 100, 2)).toBe(S + 25_000);
  });

  it('are refused when they make no sense, or are imposed twice', () => {
    const link = new DirectedLink(PLAIN, 1);
    const refused: [LinkFault, string][] = [
      [{ kind: 'latency', extraMicros: -5 }, 'extra latency of fault x'],
      [{ kind: 'loss', probability: 7 }, 'loss of fault x'],
      [{ kind: 'bandwidth', rate: 0 }, 'rate of fault x'],
    ];
    for (const [fault, message] of refused) expect(() => link.impose('x', fault)).toThrow(message);
    link.impose('y', { kind: 'partition' });
    expect(() => link.impose('y', { kind: 'partition' })).toThrow('fault y is already in force');
  });
});

describe('options of a link', () => {
  it('are refused when they make no sense', () => {
    const refused: [Partial<LinkOptions>, string][] = [
      [{ latencyMicros: -1 }, 'latency must be a length of time, not -1'],
      [{ rate: 0 }, 'rate must be above 0'],
      [{ rate: Number.NaN }, 'rate must be above 0'],
      [{ queue: { packets: 0 } }, 'a queue must hold something'],
      [{ loss: 2 }, 'loss must be a probability'],
      [{ jitter: { kind: 'uniform', widthMicros: -1 } }, 'jitter width'],
    ];
    for (const [options, message] of refused) {
      expect(() => new DirectedLink({ ...PLAIN, ...options }, 1)).toThrow(message);
    }
  });
});
