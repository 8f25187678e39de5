/** What holds for every stream, whatever the way does to it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Jitter } from '../../../src/sim/jitter.ts';
import type { LinkFault, LinkOptions } from '../../../src/sim/link.ts';
import type { TcpOptions } from '../../../src/sim/tcp/index.ts';
import { S, type Station, Wire } from './wire.ts';

const FC = { seed: 20_260_101 };

/** The byte at an offset of a direction: what the network would have kept for it. */
function byteAt(offset: number, direction: number): number {
  return (Math.imul(offset + 1, 2_654_435_761) ^ (direction * 77)) & 0xff;
}

/**
 * Carries the bytes beside the wire: every segment that arrives brings its bytes, the reader takes what became readable and compares it
 * with what was written. A hole, a double or a swap shows as a wrong byte.
 */
function witness(to: Station, direction: number): void {
  const arrived = new Map<number, number>();
  let read = 0;
  to.onArrived = (segment) => {
    for (let i = Math.max(read, segment.from); i < segment.to; i++) arrived.set(i, byteAt(i, direction));
  };
  to.onReadable = (readable) => {
    for (; read < readable; read++) {
      if (arrived.get(read) !== byteAt(read, direction)) throw new Error(`byte ${read} never arrived`);
      arrived.delete(read);
    }
  };
}

const jitters: fc.Arbitrary<Jitter> = fc.oneof(
  fc.constant<Jitter>({ kind: 'none' }),
  fc.record({ kind: fc.constant('uniform' as const), widthMicros: fc.integer({ min: 0, max: 100_000 }) }),
  fc.record({ kind: fc.constant('exponential' as const), meanMicros: fc.integer({ min: 0, max: 50_000 }) }),
);

const ways: fc.Arbitrary<LinkOptions> = fc.record({
  latencyMicros: fc.integer({ min: 0, max: 200_000 }),
  jitter: jitters,
  loss: fc.oneof(
    fc.double({ min: 0, max: 0.4, noNaN: true }),
    fc.record({
      goodMicros: fc.integer({ min: 100_000, max: 5_000_000 }),
      badMicros: fc.integer({ min: 1_000, max: 500_000 }),
      goodLoss: fc.constant(0.01),
      badLoss: fc.constant(0.9),
    }),
  ),
  rate: fc.constantFrom(Number.POSITIVE_INFINITY, 100_000, 1_000_000),
  queue: fc.constantFrom({ packets: 1000 }, { packets: 5 }, { bytes: 20_000 }),
  reorder: fc.boolean(),
});

/** Losses that are independent, so that everything gets through at last. */
const mildWays = ways.map((way) => (typeof way.loss === 'number' ? way : { ...way, loss: 0.4 }));

const writes = fc.array(
  fc.record({
    afterMicros: fc.integer({ min: 0, max: 500_000 }),
    length: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 20_000 })),
    from: fc.constantFrom('dialler' as const, 'listener' as const),
  }),
  { maxLength: 40 },
);

const faults = fc.array(
  fc.record({
    atMicros: fc.integer({ min: 0, max: 10_000_000 }),
    forMicros: fc.integer({ min: 1, max: 20_000_000 }),
    on: fc.constantFrom('dialler' as const, 'listener' as const, 'both' as const),
    fault: fc.oneof(
      fc.constant<LinkFault>({ kind: 'partition' }),
      fc.constant<LinkFault>({ kind: 'black-hole' }),
      fc.constant<LinkFault>({ kind: 'hold' }),
      fc.constant<LinkFault>({ kind: 'latency', extraMicros: 300_000 }),
      fc.constant<LinkFault>({ kind: 'loss', probability: 0.5 }),
      fc.constant<LinkFault>({ kind: 'bandwidth', rate: 50_000 }),
    ),
  }),
  { maxLength: 4 },
);

interface Story {
  seed: number;
  there: LinkOptions;
  back: LinkOptions;
  writes: readonly { afterMicros: number; length: number; from: 'dialler' | 'listener' }[];
  faults: readonly {
    atMicros: number;
    forMicros: number;
    on: 'dialler' | 'listener' | 'both';
    fault: LinkFault;
  }[];
}

const stories: fc.Arbitrary<Story> = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  there: ways,
  back: ways,
  writes,
  faults,
});

/** Tells a story on a wire to its end, and what each side wrote. */
function tell(
  story: Story,
  options: TcpOptions = {},
): { wire: Wire; wrote: { dialler: number; listener: number } } {
  const { seed, there, back } = story;
  const wire = new Wire({ seed, there, back, dialler: options, listener: options, records: false });
  witness(wire.listener, 1);
  witness(wire.dialler, 2);
  for (const [index, { atMicros, forMicros, on, fault }] of story.faults.entries()) {
    const sides = on === 'both' ? [wire.dialler, wire.listener] : [wire[on]];
    for (const side of sides) {
      wire.at(atMicros, () => side.link.impose(`fault ${index}`, fault));
      wire.at(atMicros + forMicros, () => {
        side.link.lift(`fault ${index}`);
        if (!side.link.isHeld) wire.release(side);
      });
    }
  }
  wire.dialler.end.dial(0);
  while (wire.pending > 0 && (wire.dialler.established < 0 || wire.listener.established < 0)) {
    if (wire.dialler.ended !== undefined) break;
    // The listener hears of the end of the handshake by the first bytes, if not before.
    if (wire.dialler.established >= 0 && wire.now > 200 * S) break;
    wire.run(wire.now + S);
  }
  const wrote = { dialler: 0, listener: 0 };
  let at = wire.now;
  for (const { afterMicros, length, from } of story.writes) {
    at += afterMicros;
    wire.at(at, () => {
      if (wire[from].ended !== undefined) return;
      wrote[from] += length;
      wire.write(wire[from], length);
      const { end } = wire[from];
      if (end.acknowledged > wire.peerOf(wire[from]).readable)
        throw new Error('acknowledged more than arrived');
    });
  }
  wire.run();
  return { wire, wrote };
}

describe('any stream over any way', () => {
  it('arrives whole and in order, or the connection ends; nothing is scheduled once it is at rest', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { wire, wrote } = tell(story);
        const { dialler, listener } = wire;
        const alive = dialler.ended === undefined && listener.ended === undefined;
        if (alive) {
          expect(listener.readable).toBe(wrote.dialler);
          expect(dialler.readable).toBe(wrote.listener);
          expect(dialler.end.backlog).toBe(0);
          expect(listener.end.backlog).toBe(0);
        } else {
          // An end by itself: somebody gave up, and the other knows or will.
          expect(['timed-out', 'reset']).toContain(dialler.ended ?? listener.ended);
        }
        expect(dialler.end.acknowledged).toBeLessThanOrEqual(listener.readable);
        expect(listener.end.acknowledged).toBeLessThanOrEqual(dialler.readable);
        expect(wire.pending).toBe(0);
        expect(wire.longestWait).toBeLessThanOrEqual(120 * S);
      }),
      { ...FC, numRuns: 600 },
    );
  });

  it('arrives whole when less than everything is lost and nobody gives up', () => {
    fc.assert(
      fc.property(
        fc.record({ seed: fc.integer(), there: mildWays, back: mildWays, writes, faults: fc.constant([]) }),
        (story) => {
          // Three hours of patience outlast any luck. A handshake has less, and may fail.
          const { wire, wrote } = tell(story, { retries: 100 });
          fc.pre(wire.dialler.established >= 0 && wire.listener.established >= 0);
          expect(wire.dialler.ended).toBeUndefined();
          expect(wire.listener.readable).toBe(wrote.dialler);
          expect(wire.dialler.readable).toBe(wrote.listener);
        },
      ),
      { ...FC, numRuns: 300 },
    );
  });

  it('comes out the same for the same seed', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const traces = [tell(story), tell(story)].map(({ wire }) => [
          wire.now,
          wire.events,
          wire.dialler.resent,
          wire.listener.resent,
        ]);
        expect(traces[0]).toEqual(traces[1]);
      }),
      { ...FC, numRuns: 40 },
    );
  });

  it('can be closed in the middle: what was written before arrives, then the end, on both sides', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.integer({ min: 0, max: 2_000_000 }),
        (seed, there, back, loss, later) => {
          const way = { latencyMicros: 20_000, loss };
          const wire = new Wire({ seed, there: way, back: way });
          wire.dialler.end.dial(0);
          wire.run(60 * S);
          fc.pre(wire.dialler.established >= 0 && wire.listener.established >= 0);
          wire.write(wire.dialler, there);
          wire.dialler.end.finish(wire.now);
          wire.write(wire.listener, back);
          wire.at(wire.now + later, () => wire.listener.end.finish(wire.now));
          wire.run();
          expect(wire.listener.readable).toBe(there);
          expect(wire.dialler.readable).toBe(back);
          expect(wire.listener.finished).toBeGreaterThan(0);
          expect(wire.dialler.finished).toBeGreaterThan(0);
          expect(wire.dialler.ended).toBe('closed');
          expect(['closed', 'finished']).toContain(wire.listener.ended);
          expect(wire.pending).toBe(0);
        },
      ),
      { ...FC, numRuns: 200 },
    );
  });
});
