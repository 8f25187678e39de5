/**
 * Hostile peers of both machines, from seeds. A short run is part of the tests; `npm run fuzz -- --seconds 600 --seed 1000` is a long one.
 * A finding is printed with its seed, the command that shows it again, and the fewest deeds that still show it: it becomes a test of its own below.
 */
import { describe, expect, it } from 'vitest';
import { minimize } from '../../src/runner/minimize.ts';
import { attackBroker, drawAttack } from './broker.ts';
import { attackClient, drawSiege } from './client.ts';
import type { Deed } from './deeds.ts';

const seconds = Number(process.env.AMBER_FUZZ_SECONDS ?? 0);
const firstSeed = Number(process.env.AMBER_FUZZ_SEED ?? 1);
const seeds = Number(process.env.AMBER_FUZZ_SEEDS ?? 150);

/** In words that can be pasted into a test. */
async function describeFinding(
  seed: number,
  wrong: string,
  deeds: readonly Deed[],
  attack: (deeds: readonly Deed[], seed: number) => string | undefined,
): Promise<string> {
  // The same kind of thing has to go wrong: numbers and places of a stack may differ.
  const kind = (text: string) => text.replace(/\d+/g, '#').slice(0, 60);
  const fewest = await minimize(deeds, async (fewer) => {
    const now = attack(fewer, seed);
    return now !== undefined && kind(now) === kind(wrong);
  });
  const again = `again: npm run fuzz -- --seed ${seed} --seeds 1`;
  return `seed ${seed}: ${wrong}\n${again}\n${fewest.map((deed) => JSON.stringify(deed)).join('\n')}`;
}

describe.each([
  { machine: 'broker', draw: drawAttack, attack: attackBroker },
  { machine: 'client', draw: drawSiege, attack: attackClient },
])('a $machine among hostile peers', ({ draw, attack }) => {
  it(
    'throws nothing, sends only what its peers take, keeps to its limits, and serves the others',
    async () => {
      const end = Date.now() + (seconds * 1_000) / 2;
      let seed = firstSeed;
      for (; seconds > 0 ? Date.now() < end : seed < firstSeed + seeds; seed++) {
        const deeds = draw(seed);
        const wrong = attack(deeds, seed);
        if (wrong !== undefined) expect.fail(await describeFinding(seed, wrong, deeds, attack));
        // Other workers of the test runner want to be heard of.
        if (seed % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      if (seconds > 0) console.log(`seeds ${firstSeed} to ${seed - 1}, nothing found`);
    },
    240_000 + seconds * 1_000,
  );
});
