import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from 'mqtt-amber';
import { describe, expect, it } from 'vitest';
import { type RunOptions, type RunResult, run } from '../../src/runner/run.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { repository } from '../programs.ts';

const folder = join(repository, 'sims');
const stories = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .sort();

const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };

async function tell(story: string, options: RunOptions): Promise<RunResult> {
  const module = (await import(join(folder, story))) as { default: Scenario };
  return run(module.default, options, surroundings);
}

/** What went wrong in a run, as a list that is empty when nothing did. */
function complaints(result: RunResult): string[] {
  const broken = result.asserts.filter(({ assertion, held, evaluated }) =>
    assertion === 'always' ? held < evaluated : held === 0,
  );
  return [...broken.map(({ text }) => `not true: ${text}`), ...(result.error ? [result.error.message] : [])];
}

describe('the stories of sims/', () => {
  it('are the twenty-four that the documentation promises', () => {
    expect(stories).toEqual([
      'authentication.ts',
      'durability.ts',
      'flapping-uplink.ts',
      'flow-control.ts',
      'keep-alive.ts',
      'last-will.ts',
      'message-expiry.ts',
      'qos-matrix.ts',
      'qos-under-cuts.ts',
      'qos2-cut.ts',
      'reconnect-storm.ts',
      'refusals.ts',
      'request-response.ts',
      'retained.ts',
      'session-expiry.ts',
      'sessions.ts',
      'shared-subscriptions.ts',
      'subscription-options.ts',
      'takeover.ts',
      'terms.ts',
      'topic-aliases.ts',
      'topics.ts',
      'websocket.ts',
      'will-delay.ts',
    ]);
  });

  for (const story of stories) {
    it(`${story} passes from ten seeds, judged`, async () => {
      const seeds = story === 'reconnect-storm.ts' ? 1 : 10;
      for (let seed = 1; seed <= seeds; seed++) {
        const result = await tell(story, { seed });
        expect(complaints(result), `${story}, seed ${seed}`).toEqual([]);
        expect(result.verdict, `${story}, seed ${seed}`).toBe('passed');
      }
    });

    it(`${story} keeps the digest that is pinned for its seed`, async () => {
      const { digest } = await tell(story, { seed: 7, level: 'digest' });
      expect({ seed: 7, digest }).toMatchSnapshot();
    });
  }

  it('show one packet over two frames, two packets in one, a refusal with 400 and one with 1003', async () => {
    const trace: TraceEvent[] = [];
    await tell('websocket.ts', { seed: 7, onEvent: (event) => trace.push(event) });
    const sent = trace.flatMap((event) => (event.k === 'websocket.sent' ? [event] : []));
    const carried = sent
      .filter(({ n, what }) => n === 'page' && what === 'binary')
      .map(({ i }) => trace.filter(({ k, c }) => k === 'packet.sent' && c === i).length);
    // CONNECT, SUBSCRIBE; a PUBLISH over two frames; two of them in one; PUBACK.
    expect(carried).toEqual([1, 1, 0, 1, 2, 1]);
    const toStranger = sent.filter(({ n, conn }) => n === 'hub' && conn.startsWith('stranger'));
    expect(toStranger.map(({ what }) => what)).toEqual(['response', 'response', 'close']);
    expect(String.fromCharCode(...toStranger[0]!.bytes.subarray(0, 12))).toBe('HTTP/1.1 400');
    expect([...toStranger[2]!.bytes.subarray(2, 4)]).toEqual([1003 >> 8, 1003 & 255]);
  });

  it('have a parameter for each durability and pass at each', async () => {
    for (const durability of ['none', 'interval', 'sync']) {
      const result = await tell('durability.ts', { seed: 3, parameters: { durability } });
      expect(complaints(result), durability).toEqual([]);
    }
  });
});
