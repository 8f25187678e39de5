/** `process.env` of a hosted process: what its node was given. The script's, and that of everything outside of runs, is the real one. */
import { presentObject } from './present-object.ts';
import { currentProcessWorld } from './process-world.ts';

export function installEnvironment(): void {
  let outside = process.env;
  // Packages keep it, and so does `import { env } from 'node:process'`: one object for whoever looks.
  const env = presentObject(() => currentProcessWorld()?.env ?? outside, asText);
  Object.defineProperty(process, 'env', {
    configurable: true,
    enumerable: true,
    get: () => env,
    set: (given: NodeJS.ProcessEnv) => {
      if (given === env) return;
      const world = currentProcessWorld();
      if (world === undefined) outside = given;
      else
        world.env = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, asText(value)]));
    },
  });
}

/** Whatever is put there is text from then on. */
function asText(value: unknown): string {
  return `${value}`;
}
