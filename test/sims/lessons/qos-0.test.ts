/** What lesson 6 says of a bad line, over many seeds: over TCP loss is delay, and only a cut loses a message. */
import { describe, expect, it } from 'vitest';
import qos0 from '../../../sims/lessons/qos-0.ts';
import { run } from '../../../src/runner/run.ts';

const SEEDS = 50;
const READINGS = 5;
const DUP = 0b1000;

const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };

async function told(trouble: 'none' | 'loss' | 'cut', seed: number) {
  const seen = { delivered: 0, packetsLost: 0, marked: 0, connectionsEnded: 0, slowestMicros: 0 };
  const sentAt = new Map<number, number>();
  const { verdict } = await run(
    qos0,
    {
      seed,
      parameters: { trouble },
      level: 'full',
      onEvent: (event) => {
        if (event.k === 'app.delivered') seen.delivered++;
        if (event.k === 'packet.lost') seen.packetsLost++;
        if (event.k === 'conn.ended') seen.connectionsEnded++;
        if (event.k === 'packet.sent') {
          sentAt.set(event.i, event.t);
          const first = event.bytes[0]!;
          if (first >> 4 === 3 && (first & DUP) !== 0) seen.marked++;
        }
        if (event.k === 'packet.received')
          seen.slowestMicros = Math.max(seen.slowestMicros, event.t - sentAt.get(event.of)!);
      },
    },
    surroundings,
  );
  return { verdict, ...seen };
}

describe('five readings at QoS 0', () => {
  it('all arrive late over a line that loses three segments in ten, without DUP [5.0/MQTT-3.3.1-2]', async () => {
    let late = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { slowestMicros, ...rest } = await told('loss', seed);
      expect(rest, `seed ${seed}`).toEqual({
        verdict: 'passed',
        delivered: READINGS,
        packetsLost: 0,
        marked: 0,
        connectionsEnded: 0,
      });
      if (slowestMicros > 100_000) late++;
    }
    expect(late).toBeGreaterThan(SEEDS / 2);
  });

  it('are four when the connection is cut under one of them, and it is not sent again [5.0/MQTT-3.3.1-2]', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      expect(await told('cut', seed), `seed ${seed}`).toMatchObject({
        delivered: READINGS - 1,
        packetsLost: 1,
        marked: 0,
      });
    }
  });
});
