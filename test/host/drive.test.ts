import { describe, expect, it } from 'vitest';
import { drive } from '../../src/host/drive.ts';
import { yieldToEventLoop } from '../../src/host/real.ts';

/** More than are queued at once. */
const STEPS = 1_000;

/** Each link of a chain runs in a tick, a microtask or the continuation of a promise that the one before made ready. */
function chain(links: number, done: () => void): void {
  if (links === 0) {
    done();
    return;
  }
  const next = (): void => chain(links - 1, done);
  const ways = [
    () => process.nextTick(next),
    () => queueMicrotask(next),
    () => void Promise.resolve().then(next),
    async () => next(),
    async () => {
      await null;
      next();
    },
  ];
  void ways[links % ways.length]!();
}

describe('the drive', () => {
  it('lets all that a step made ready run before the next, however long the chain', async () => {
    let steps = 0;
    let underWay = 0;
    const late: number[] = [];
    await drive(
      () => {
        if (underWay !== 0) late.push(steps);
        for (const links of [1, 20, steps % 70]) {
          underWay++;
          chain(links, () => underWay--);
        }
        return ++steps < STEPS;
      },
      () => undefined,
    );
    expect(steps).toBe(STEPS);
    expect(late).toEqual([]);
  });

  it('ends with the step that says so: nothing of what was queued ahead happens', async () => {
    let steps = 0;
    await drive(
      () => ++steps < 3,
      () => undefined,
    );
    for (let turn = 0; turn < 3; turn++) await yieldToEventLoop();
    expect(steps).toBe(3);
  });

  it('lets nothing happen while it is held', async () => {
    let steps = 0;
    let released = false;
    const early: number[] = [];
    await drive(
      () => {
        if (steps >= 10 && !released) early.push(steps);
        return ++steps < STEPS;
      },
      () => {
        if (steps !== 10 || released) return undefined;
        return new Promise((resolve) => {
          setTimeout(() => {
            released = true;
            resolve();
          }, 5);
        });
      },
    );
    expect(released).toBe(true);
    expect(early).toEqual([]);
    expect(steps).toBe(STEPS);
  });

  it('ends with what a step throws, or with why it could not be released', async () => {
    const fails = (where: string) => (): never => {
      throw new Error(where);
    };
    await expect(drive(fails('step'), () => undefined)).rejects.toThrow('step');
    await expect(drive(() => true, fails('hold'))).rejects.toThrow('hold');
    await expect(
      drive(
        () => true,
        () => Promise.reject(new Error('loader')),
      ),
    ).rejects.toThrow('loader');
  });
});
