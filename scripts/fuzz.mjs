/**
 * Lets hostile peers at both machines for a while: `npm run fuzz -- --seconds 600 --seed 1000`.
 *
 * `--seed 1234 --seeds 1` plays one again that was found.
 *
 * Exit code 1 when something was found; it is printed with its seed and the fewest deeds that show it.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = given({
  seconds: { type: 'string', default: '60' },
  seed: { type: 'string', default: '1' },
  seeds: { type: 'string' },
});

function given(options) {
  try {
    return parseArgs({ options });
  } catch (error) {
    console.error(`fuzz: ${error.message}`);
    process.exit(2);
  }
}

for (const [name, value] of Object.entries(values)) {
  if (!/^\d+$/.test(value)) {
    console.error(`fuzz: --${name} is '${value}'; it can be a whole number`);
    process.exit(2);
  }
}
const extent =
  values.seeds === undefined
    ? { AMBER_FUZZ_SECONDS: values.seconds }
    : { AMBER_FUZZ_SECONDS: '0', AMBER_FUZZ_SEEDS: values.seeds };
const { status } = spawnSync('npx', ['vitest', 'run', 'test/fuzz', '--disable-console-intercept'], {
  stdio: 'inherit',
  env: { ...process.env, AMBER_FUZZ_SEED: values.seed, ...extent },
});
process.exit(status ?? 1);
