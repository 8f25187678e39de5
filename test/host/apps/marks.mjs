// Runs a story twice and prints what its node has seen of itself.
import { scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/host';

const runs = [];
for (let time = 0; time < 2; time++) {
  const story = scenario('marks', async (sim) => {
    runs.push(await sim.host('app').boot(new URL('./marks.js', import.meta.url), 'start'));
  });
  await runScenario(story, { seed: 1 });
}
console.log(JSON.stringify(runs));
