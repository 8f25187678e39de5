/** The story from many seeds, as a test: `npx vitest run`, or `AMBER_SEEDS=1000 npx vitest run` for more of them. */
import { testScenario } from 'mqtt-amber/vitest';
import twins from '../sims/twins.ts';

testScenario(twins, { seeds: 20 });
