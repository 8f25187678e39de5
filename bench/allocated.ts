/**
 * Prints how many bytes a simulated packet allocates: `node --no-opt --single-threaded --min-semi-space-size=256
 * --max-semi-space-size=256 scripts/bench.mjs --allocated`. So nothing is collected meanwhile and nothing optimised, and the figure
 * is the code's and not the compiler's.
 */
import { Recorder } from '../src/trace/recorder.ts';
import { activeWorld, HEADER, SECOND } from './simulation.ts';

const CLIENTS = 100;
const WARM_SECONDS = 10;
const SECONDS = 5;
/** A message at QoS 1 from a client to itself: two PUBLISHes and two PUBACKs. */
const PACKETS_A_MESSAGE = 4;

/** Of the leanest second: what Node itself does now and then is not ours. */
export function allocatedPerPacket(): number {
  let delivered = 0;
  const recorder = new Recorder({ level: 'digest', header: HEADER });
  const { world } = activeWorld(CLIENTS, 'ideal', 4, recorder, () => {
    delivered++;
  });
  world.simulator.run(WARM_SECONDS * SECOND);
  const seconds: number[] = [];
  for (let second = 1; second <= SECONDS; second++) {
    const [before, heard] = [process.memoryUsage().heapUsed, delivered];
    world.simulator.run((WARM_SECONDS + second) * SECOND);
    const bytes = process.memoryUsage().heapUsed - before;
    seconds.push(bytes / (PACKETS_A_MESSAGE * (delivered - heard)));
  }
  return Math.min(...seconds);
}
