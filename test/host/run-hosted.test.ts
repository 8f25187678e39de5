import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';

describe('a hosted run', () => {
  it('gives the script the time and the chance of its run, and the real ones back afterwards', async () => {
    const seen: unknown[] = [];
    const story = scenario('clocks', async (sim) => {
      await sim.sleep('1h');
      seen.push(new Date().toISOString(), Math.random());
      await new Promise((resolve) => setTimeout(resolve, 500));
      seen.push(sim.now);
    });
    const first = await runHosted(story, { seed: 'x' });
    await runHosted(story, { seed: 'x' });
    expect(first.error).toBeUndefined();
    expect(seen.slice(0, 3)).toEqual(['2025-01-01T01:00:00.000Z', expect.any(Number), 3_600_500_000]);
    expect(seen.slice(3)).toEqual(seen.slice(0, 3));
    expect(Date.now()).toBeGreaterThan(Date.UTC(2025, 6, 1));
  });

  it('ends when the script asks for the real world, also if the script catches the error', async () => {
    const { readFileSync } = await import('node:fs');
    const result = await runHosted(
      scenario('files', async (sim) => {
        await sim.sleep('1s');
        try {
          readFileSync('/etc/hostname');
        } catch {
          // As careless code does.
        }
        await sim.sleep('1h');
      }),
    );
    expect(result.verdict).toBe('script-error');
    expect(result.error).toMatchObject({
      name: 'RefusedCallError',
      atMicros: 1_000_000,
      message: expect.stringContaining('fs.readFileSync() is not available while a scenario runs') as string,
    });
  });

  it('waits for its turn: two at once do not see each other', async () => {
    const order: string[] = [];
    const story = (name: string) =>
      scenario(name, async (sim) => {
        order.push(`${name} begins at ${sim.now}`);
        await sim.sleep('1s');
        order.push(`${name} ends at ${Date.now() - Date.UTC(2025, 0, 1)} ms`);
      });
    await Promise.all([runHosted(story('one')), runHosted(story('two'))]);
    expect(order).toEqual([
      'one begins at 0',
      'one ends at 1000 ms',
      'two begins at 0',
      'two ends at 1000 ms',
    ]);
  });

  it('ends with a rejection of the script that nobody handled', async () => {
    const result = await runHosted(
      scenario('background', async (sim) => {
        void (async () => {
          await sim.sleep('2s');
          throw new Error('in the background');
        })();
        await sim.sleep('1h');
      }),
    );
    expect(result.error).toMatchObject({
      message: 'in the background',
      atMicros: 2_000_000,
      blame: 'script',
    });
  });
});
