/** A process that does nothing but measure CAL and print it, in nanoseconds: `node cal-process.mjs ROUNDS`. */
import { registerLoader } from '../dist/src/host/loader.js';

registerLoader();
const { objectHeapNanos } = await import('./object-heap.ts');
console.log(objectHeapNanos(Number(process.argv[2])));
