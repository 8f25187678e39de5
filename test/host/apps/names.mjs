// Runs a story of two nodes twice, in a process that has imported node:process by no name, and prints what they have seen.
import { scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/host';

for (let time = 0; time < 2; time++) {
  const seen = [];
  const story = scenario('names', async (sim) => {
    for (const ID of ['one', 'two'])
      seen.push(await sim.host(ID, { env: { ID } }).boot(new URL('./names.js', import.meta.url), 'start'));
  });
  const { verdict } = await runScenario(story, { seed: 1 });
  console.log(JSON.stringify({ verdict, seen }));
}
