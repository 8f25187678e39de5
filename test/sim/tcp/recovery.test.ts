/** How the sending half grows, finds losses and repairs them, step by step. */
import { describe, expect, it } from 'vitest';
import type { TcpSegment } from '../../../src/sim/tcp/segments.ts';
import type { Segment } from '../../../src/sim/transport.ts';
import { MS, S, type Station, Wire } from './wire.ts';

/** A wire whose round trip of 50 ms is well known to both ends. */
function warm(options: ConstructorParameters<typeof Wire>[0] = {}): Wire {
  const wire = new Wire(options).connect();
  for (let i = 0; i < 20; i++) {
    wire.write(wire.dialler, 100);
    wire.run(wire.now + S);
  }
  wire.dialler.sent.length = 0;
  wire.listener.sent.length = 0;
  return wire;
}

/** Loses the transmissions of payload with these numbers, from 1. */
function lose(station: Station, ...numbers: number[]): void {
  let count = 0;
  station.loses = (segment) => segment.to > segment.from && numbers.includes(++count);
}

const rangesIn = (segment: Segment) => (segment as TcpSegment).sack;

const payloads = (station: Station) => station.sent.filter(({ segment }) => segment.to > segment.from);

describe('the congestion window', () => {
  it('lets ten segments out at first and doubles every round trip', () => {
    const wire = new Wire().connect();
    wire.dialler.sent.length = 0;
    const start = wire.now;
    wire.write(wire.dialler, 100 * 1448);
    wire.run(start + 140 * MS);
    const inRoundTrip = (n: number): number =>
      payloads(wire.dialler).filter(({ at }) => at >= start + n * 50 * MS && at < start + (n + 1) * 50 * MS)
        .length;
    // The third flight meets the receiver's window of 65,535 bytes.
    expect([inRoundTrip(0), inRoundTrip(1)]).toEqual([10, 20]);
    expect(payloads(wire.dialler).every(({ segment }) => segment.to - segment.from === 1448)).toBe(true);
  });

  it('counts segments, not bytes: what waits behind ten small ones goes out together', () => {
    const wire = new Wire().connect();
    wire.dialler.sent.length = 0;
    for (let i = 0; i < 15; i++) wire.write(wire.dialler, 100);
    expect(payloads(wire.dialler)).toHaveLength(10);
    wire.run();
    expect(payloads(wire.dialler).map(({ segment }) => segment.to - segment.from)).toEqual([
      ...Array<number>(10).fill(100),
      500,
    ]);
  });

  it('is halved by a loss, once a round trip', () => {
    const wire = warm();
    lose(wire.dialler, 2, 4);
    for (let i = 0; i < 10; i++) wire.write(wire.dialler, 1448);
    wire.run(wire.now + S);
    expect(wire.dialler.resent.filter(({ trigger }) => trigger === 'fast')).toHaveLength(2);
    wire.dialler.sent.length = 0;
    wire.write(wire.dialler, 20 * 1448);
    expect(payloads(wire.dialler)).toHaveLength(5);
  });

  it('starts at one segment when more than one SYN was lost', () => {
    const wire = new Wire();
    let count = 0;
    wire.dialler.loses = () => ++count <= 2;
    wire.dialler.end.dial(0);
    wire.run(5 * S);
    wire.dialler.sent.length = 0;
    wire.write(wire.dialler, 5 * 1448);
    expect(payloads(wire.dialler)).toHaveLength(1);
  });

  it('sends no faster than the receiver has room for', () => {
    const wire = new Wire({ readsAtOnce: false }).connect();
    wire.write(wire.dialler, 1_000_000);
    wire.run(wire.now + 20 * S);
    expect(wire.listener.readable).toBe(65_535);
    for (const { segment } of payloads(wire.dialler)) expect(segment.to).toBeLessThanOrEqual(65_535);
  });
});

describe('a lost segment', () => {
  it('is repeated at once when three behind it arrived', () => {
    const wire = warm();
    lose(wire.dialler, 1);
    const start = wire.now;
    for (let i = 0; i < 4; i++) wire.write(wire.dialler, 100);
    wire.run();
    expect(wire.dialler.resent.map(({ at, trigger }) => [at - start, trigger])).toEqual([[50 * MS, 'fast']]);
    expect(wire.listener.readable).toBe(2_400);
  });

  it('is repeated a quarter of a round trip later when only one behind it arrived: order may just be broken', () => {
    const wire = warm();
    lose(wire.dialler, 1);
    const start = wire.now;
    wire.write(wire.dialler, 100);
    wire.write(wire.dialler, 100);
    wire.run();
    expect(wire.dialler.resent.map(({ at, trigger }) => [at - start, trigger])).toEqual([[62_500, 'fast']]);
  });

  it('is repeated as soon as something sent much later arrives', () => {
    const wire = warm();
    lose(wire.dialler, 1);
    const start = wire.now;
    wire.write(wire.dialler, 100);
    wire.run(start + 30 * MS);
    wire.write(wire.dialler, 100);
    wire.run();
    expect(wire.dialler.resent.map(({ at, trigger }) => [at - start, trigger])).toEqual([[80 * MS, 'fast']]);
  });

  it('at the tail of several is probed for after two round trips and 2 ms', () => {
    const wire = warm();
    lose(wire.dialler, 3);
    const start = wire.now;
    for (let i = 0; i < 3; i++) wire.write(wire.dialler, 100);
    wire.run();
    // The probe counts anew from the acknowledgement of the second: one is left, so 200 ms are allowed for a delayed one.
    expect(wire.dialler.resent.map(({ at, trigger }) => [at - start, trigger])).toEqual([
      [300 * MS, 'tail-probe'],
    ]);
    const again = warm();
    again.dialler.loses = ({ to, from, attempt }) => to > from && attempt === 1;
    const then = again.now;
    for (let i = 0; i < 3; i++) again.write(again.dialler, 100);
    again.run();
    expect(again.dialler.resent[0]).toMatchObject({ at: then + 102 * MS, trigger: 'tail-probe' });
    expect(again.listener.readable).toBe(2_300);
  });

  it('takes the small ones behind it along when it is repeated', () => {
    const wire = warm();
    wire.dialler.loses = ({ to, from, attempt }) => to > from && attempt === 1;
    for (let i = 0; i < 8; i++) wire.write(wire.dialler, 100);
    wire.run();
    const repeated = payloads(wire.dialler).filter(({ segment }) => segment.attempt > 1);
    // The probe repeats the last; its arrival shows all the others lost, which go in one.
    expect(repeated.map(({ segment }) => segment.to - segment.from)).toEqual([100, 700]);
    expect(wire.listener.readable).toBe(2_800);
  });

  it('is found again when its repetition is lost too, without waiting for the timeout', () => {
    const wire = warm();
    let repetitions = 0;
    lose(wire.dialler, 1);
    const losesFirst = wire.dialler.loses;
    wire.dialler.loses = (segment) => losesFirst(segment) || (segment.attempt === 2 && ++repetitions === 1);
    const start = wire.now;
    const write = (): void => {
      wire.write(wire.dialler, 100);
      if (wire.now < start + 300 * MS) wire.at(wire.now + 10 * MS, write);
    };
    wire.at(wire.now, write);
    wire.run();
    const first = wire.dialler.resent.filter(({ from }) => from === 2_000);
    expect(first.map(({ trigger }) => trigger)).toEqual(['fast', 'fast']);
  });
});

describe('a needless repetition', () => {
  it('is known by the age of what is acknowledged, and the halving is taken back', () => {
    const wire = warm();
    wire.listener.link.impose('spike', { kind: 'latency', extraMicros: 400 * MS });
    for (let i = 0; i < 10; i++) wire.write(wire.dialler, 1448);
    wire.run(wire.now + 3 * S);
    expect(wire.dialler.resent.map(({ trigger }) => trigger)).toContain('timeout');
    wire.listener.link.lift('spike');
    wire.dialler.sent.length = 0;
    wire.write(wire.dialler, 30 * 1448);
    expect(payloads(wire.dialler).length).toBeGreaterThanOrEqual(10);
  });

  it('is known by the report that it arrived twice, and the halving is taken back', () => {
    const wire = warm();
    // Nine of ten overtake the first by far: it is taken for lost, repeated, and then there twice.
    let first = true;
    wire.dialler.loses = (segment) => {
      if (first && segment.to > segment.from) {
        first = false;
        wire.at(wire.now + 60 * MS, () => wire.listener.end.arrived(wire.now, segment));
        return true;
      }
      return false;
    };
    for (let i = 0; i < 10; i++) wire.write(wire.dialler, 1448);
    wire.run(wire.now + 3 * S);
    expect(wire.dialler.resent.map(({ trigger }) => trigger)).toEqual(['fast']);
    wire.dialler.sent.length = 0;
    wire.write(wire.dialler, 30 * 1448);
    expect(payloads(wire.dialler).length).toBeGreaterThanOrEqual(10);
  });

  it('does not come of order that is a little broken', () => {
    const wire = warm({
      there: { latencyMicros: 25 * MS, jitter: { kind: 'uniform', widthMicros: 10 * MS }, reorder: true },
      back: { latencyMicros: 25 * MS },
    });
    wire.dialler.resent.length = 0;
    for (let i = 0; i < 100; i++) {
      wire.write(wire.dialler, 100);
      wire.write(wire.dialler, 100);
      wire.run(wire.now + 100 * MS);
    }
    wire.run();
    expect(wire.dialler.resent).toEqual([]);
    expect(wire.listener.readable).toBe(22_000);
  });

  it('is answered at once, with what arrived twice', () => {
    const wire = warm();
    wire.listener.loses = ({ attempt }) => attempt === 1;
    wire.write(wire.dialler, 100);
    wire.run();
    const answers = wire.listener.sent.map(({ segment }) => segment);
    expect(answers.map(({ ack }) => ack)).toEqual([2_100, 2_100]);
    expect(rangesIn(answers[1]!)).toEqual([2_000, 2_100]);
  });
});

describe('acknowledgements', () => {
  it('go out one for each arrival and ride on payload when there is some', () => {
    const wire = warm();
    wire.write(wire.dialler, 3_000);
    wire.run();
    expect(wire.listener.sent.map(({ segment }) => segment.ack)).toEqual([3_448, 4_896, 5_000]);
    wire.listener.sent.length = 0;
    wire.dialler.sent.length = 0;
    wire.write(wire.listener, 100);
    wire.run();
    expect(wire.listener.sent).toHaveLength(1);
    expect(wire.listener.sent[0]!.segment.ack).toBe(5_000);
    expect(wire.dialler.sent).toHaveLength(1);
  });

  it('name up to three ranges beyond the gap, the newest first', () => {
    const wire = warm();
    lose(wire.dialler, 1, 3, 5, 7);
    for (let i = 0; i < 8; i++) wire.write(wire.dialler, 100);
    wire.run(wire.now + 40 * MS);
    expect(wire.listener.sent.map(({ segment }) => rangesIn(segment))).toEqual([
      [2_100, 2_200],
      [2_300, 2_400, 2_100, 2_200],
      [2_500, 2_600, 2_300, 2_400, 2_100, 2_200],
      [2_700, 2_800, 2_500, 2_600, 2_300, 2_400],
    ]);
  });

  it('of nothing are not sent: an idle connection schedules nothing and says nothing', () => {
    const wire = warm();
    wire.run(wire.now + 3_600 * S);
    expect(wire.pending).toBe(0);
    expect(wire.dialler.sent).toEqual([]);
    expect(wire.listener.sent).toEqual([]);
  });
});
