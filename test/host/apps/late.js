// An application that loads a part of itself only when it is needed, and says what it sees of itself.
import { readFileSync } from 'node:fs';

export const address = import.meta.url;
export const found = import.meta.resolve('./parts/unit.js');
export const bytes = readFileSync(new URL(import.meta.url)).length;
export const stack = () => new Error('here').stack.split('\n').slice(1, 3).join();

/** 100 ms from now. */
export function count() {
  return new Promise((resolve) =>
    setTimeout(async () => {
      const { next } = await import('./parts/late-part.js');
      resolve(`${next()} at ${performance.now()}`);
    }, 100),
  );
}

/** In a callback that nobody awaits. */
export function lost() {
  setTimeout(async () => {
    await import('./parts/none.js');
  }, 100);
}

/** What stacks say behind an import() that was answered, ten times, and of one of what is not there. */
export async function stacks() {
  const all = [];
  for (let at = 0; at < 10; at++) {
    await import(`./parts/unit.js?${at}`);
    all.push(new Error('behind').stack);
  }
  await import('./parts/none.js').catch((error) => all.push(error.stack));
  return all;
}
