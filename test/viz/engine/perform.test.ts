import { describe, expect, it } from 'vitest';
import { runHosted } from '../../../src/host/run-hosted.ts';
import { scenario } from '../../../src/scenario/scenario.ts';
import { readTrace } from '../../../src/trace/reader.ts';
import type { RunRequest } from '../../../viz/engine/messages.ts';
import { perform } from '../../../viz/engine/perform.ts';
import { simNamed } from './sims.ts';

/** A run as the worker does it, and all that it wrote. */
async function performed(request: RunRequest, story = simNamed(request.story as string)) {
  const pieces: Uint8Array[] = [];
  const told: number[] = [];
  let time = 0;
  const result = await perform(story, request, {
    yieldToScript: () => new Promise((resolve) => setImmediate(resolve)),
    // Each look at the clock takes ten milliseconds, so that nothing here depends on the machine.
    clock: () => (time += 10),
    write: (piece) => pieces.push(piece),
    async *readBack() {
      yield* pieces;
    },
    progress: (now) => told.push(now),
    version: 'test',
  });
  return { result, pieces, told, bytes: new Uint8Array(Buffer.concat(pieces)) };
}

describe('a run for the page', () => {
  it('writes the trace that the command line writes, in pieces of whole lines', async () => {
    const { result, pieces, bytes } = await performed({ story: 'flapping-uplink', seed: '7' });
    const hosted = await runHosted(simNamed('flapping-uplink'), { seed: '7', level: 'full' });
    expect(result.digest).toBe(hosted.digest);
    expect(pieces.length).toBeGreaterThan(3);
    for (const piece of pieces) expect(piece.at(-1)).toBe(10);
    expect(readTrace(bytes).footer).toMatchObject({ digest: hosted.digest, verdict: 'passed' });
  });

  it('ends with the obituaries of a run that broke promises, and gives them back', async () => {
    const { result, bytes, told } = await performed({ story: 'qos2-cut', mutant: 'qos2-forgotten' });
    expect(result.obituaries?.[0]).toMatchObject({ fate: 'doubled', rules: ['delivery.exactly-once'] });
    const { list, footer, problems } = readTrace(bytes);
    expect(problems).toEqual([]);
    expect(list.at(-1)).toMatchObject({ k: 'obituary', i: footer!.events, fate: 'doubled' });
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it('is the same without the judge, and has nothing to say of what went wrong then', async () => {
    const bug = { story: 'qos2-cut', mutant: 'qos2-forgotten' };
    const judged = await performed(bug);
    const { result, bytes } = await performed({ ...bug, checks: 'none' });
    expect(result.report).toBeUndefined();
    expect(result.digest).toBe(judged.result.digest);
    expect(readTrace(bytes).list.filter(({ k }) => k === 'verdict' || k === 'obituary')).toEqual([]);
  });

  it('tells how far it is while it goes on, and writes what there is with it', async () => {
    const { told } = await performed({ story: 'flapping-uplink', seed: '7' });
    expect(told.length).toBeGreaterThan(1);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it('refuses a parameter that the story does not have, and one out of bounds', async () => {
    await expect(performed({ story: 'keep-alive', parameters: { keepalive: 3 } })).rejects.toThrow(
      "there is no parameter 'keepalive'; this scenario has keepAlive",
    );
    await expect(performed({ story: 'keep-alive', parameters: { keepAlive: '1' } })).rejects.toThrow(
      "the parameter 'keepAlive' is 1; it can be 2 to 600 s",
    );
    await expect(performed({ story: 'keep-alive', mutant: 'of-tomorrow' })).rejects.toThrow(
      "there is no mutant 'of-tomorrow' in the zoo of this version",
    );
  });

  it.each([
    ['events', { events: 500 }, 'the run reached its limit of 500 events at'],
    ['bytes', { bytes: 100_000 }, 'the trace reached its limit of 0.1 MB'],
    ['real time', { millis: 150 }, 'the run reached its limit of 0.15 s in this page'],
  ])('ends at its limit of %s, with a trace up to there that can be read', async (_what, limits, message) => {
    const { result, bytes } = await performed({ story: 'flapping-uplink', seed: '7', limits });
    expect(result.verdict).toBe('limit');
    expect(result.error?.message).toContain(message);
    const { footer, problems } = readTrace(bytes);
    expect(problems).toEqual([]);
    expect(footer?.verdict).toBe('limit');
  });

  it('ends at its limit also when a script catches what it is told', async () => {
    const stubborn = scenario('stubborn', async (sim) => {
      const client = sim.client('client');
      void client.connect(sim.broker('hub'));
      for (;;) {
        try {
          await client.publish('a', 'x'.repeat(1_000));
        } catch {}
      }
    });
    const { result } = await performed({ story: 'stubborn', limits: { bytes: 200_000 } }, stubborn);
    expect(result.verdict).toBe('limit');
  });
});
