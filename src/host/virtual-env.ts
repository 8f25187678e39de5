/** `process.env` of a hosted process: what its node was given. The script's, and that of everything outside of runs, is the real one. */
import { currentProcessWorld } from './process-world.ts';

export function installEnvironment(): void {
  let outside = process.env;
  Object.defineProperty(process, 'env', {
    configurable: true,
    enumerable: true,
    get: () => currentProcessWorld()?.env ?? outside,
    set: (given: NodeJS.ProcessEnv) => {
      outside = given;
    },
  });
}
