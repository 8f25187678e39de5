/** Code that was loaded too early holds timers of Node itself, and that is said; `mqtt-amber/register` sees to it that nothing is too early. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';

type Start = (callback: () => void) => unknown;

// As MQTT.js above they are loaded before anything has made time virtual: that happens when the first scenario runs.
const { again, later, soon } = (await import('./apps/captures.js' as string)) as Record<
  'again' | 'later' | 'soon',
  Start
>;
const OWN_PROCESS = fileURLToPath(new URL('./apps/own-process.mjs', import.meta.url));

async function refusal(act: () => unknown): Promise<string | undefined> {
  const { error } = await runHosted(
    scenario('too early', async (sim) => {
      const app = sim.host('app');
      await app.boot(() => {});
      await app.do(() => {
        try {
          act();
        } catch {
          // As careless code does.
        }
      });
      await sim.sleep('1s');
    }),
    { seed: 1, level: 'digest' },
  );
  return error?.message;
}

describe('hosted code that was loaded before time was virtual', () => {
  it.each([
    ['setImmediate', soon],
    ['setTimeout', later],
    ['setInterval', again],
  ])('and kept %s is refused by its line, with what to do', async (call, start) => {
    const called: number[] = [];
    expect(await refusal(() => start(() => called.push(1)))).toMatch(
      new RegExp(
        `^app: ${call}\\(\\) is not available to hosted code: \\S+/captures\\.js:\\d+:\\d+ has the real one, for it was loaded ` +
          'before time was virtual; load mqtt-amber/register before it \\(node --import mqtt-amber/register, or in vitest ' +
          "setupFiles: \\['mqtt-amber/register'\\]\\)$",
      ),
    );
    await new Promise((resolve) => later(() => later(() => resolve(undefined))));
    expect(called).toEqual([]);
  });

  it('is MQTT.js, too, where a test file imports it before Amber', async () => {
    expect(
      await refusal(() => {
        const client = mqtt.connect('mqtt://hub', { manualConnect: true });
        client.subscribe('no/#/topic', () => {});
      }),
    ).toMatch(
      /^app: setImmediate\(\) is not available to hosted code: \S+\/mqtt\/build\/lib\/client\.js:\d+/,
    );
  });

  it('is left alone outside of runs, and where it starts no timer', async () => {
    await new Promise((resolve) => soon(() => resolve(undefined)));
    await new Promise((resolve) => later(() => resolve(undefined)));
    expect(await refusal(() => queueMicrotask(() => {}))).toBeUndefined();
  });

  it('is virtual all the same with mqtt-amber/register', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      'mqtt-amber/register',
      OWN_PROCESS,
    ]);
    expect(JSON.parse(stdout)).toEqual({
      verdict: 'passed',
      seen: ['soon 0', 'later 5', 'Invalid topic no/#/topic'],
    });
  });
});
