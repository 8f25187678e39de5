/** Lets the engine go on step by step, with everything that a step made ready run before the next. */
import { realTimers } from './real.ts';

/** Node runs ticks and microtasks between immediates: many queued at once cost a third of one at a time. */
const AT_ONCE = 256;

/**
 * @param step is called until it answers false.
 * @param hold is asked after each step: while what it gives back is pending, nothing happens.
 */
export function drive(step: () => boolean, hold: () => Promise<void> | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let batch = 0;
    let left = 0;
    const fill = (): void => {
      batch++;
      left = AT_ONCE;
      for (let i = 0; i < AT_ONCE; i++) realTimers.setImmediate(turn, batch);
    };
    const end = (): void => {
      batch++;
    };
    const turn = (of: number): void => {
      if (of !== batch) return;
      left--;
      try {
        const wait = hold();
        if (wait !== undefined) {
          end();
          wait.then(fill, reject);
        } else if (!step()) {
          end();
          resolve();
        } else if (left === 0) fill();
      } catch (error) {
        end();
        reject(error);
      }
    };
    fill();
  });
}
