// A process that runs a story by itself, and imports what it hosts first.
import mqtt from 'mqtt';
import { scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/host';
import { later, soon } from './captures.js';

const seen = [];
const story = scenario('own process', async (sim) => {
  const app = sim.host('app', { cpu: { perEvent: '0us' } });
  await app.do(() => {
    soon(() => seen.push(`soon ${performance.now()}`));
    later(() => seen.push(`later ${performance.now()}`));
    const client = mqtt.connect('mqtt://hub', { manualConnect: true });
    setTimeout(() => client.subscribe('no/#/topic', (error) => seen.push(error.message)), 10);
  });
  await sim.sleep('1s');
});
const { verdict } = await runScenario(story, { seed: 1 });
console.log(JSON.stringify({ verdict, seen }));
