/** Runs the benches from their sources: the loader that lets scenarios be TypeScript serves them too. */
import { registerLoader } from '../dist/src/host/loader.js';

registerLoader();
const { main } = await import('../bench/main.ts');
process.exitCode = await main(process.argv.slice(2));
