/** What is done one after the other. */
import { describe, expect, it } from 'vitest';
import { Turns } from '../../../viz/lessons/view/turns.ts';

describe('turns', () => {
  it('come one after the other, also after one that failed', async () => {
    const turns = new Turns();
    const told: string[] = [];
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const first = turns.take(async () => {
      told.push('first begins');
      await ended;
      told.push('first ends');
      return 1;
    });
    const second = turns.take(async () => {
      told.push('second');
      throw new Error('no run');
    });
    const third = turns.take(async () => told.push('third'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual(['first begins']);
    end();
    expect(await first).toBe(1);
    await expect(second).rejects.toThrow('no run');
    await third;
    expect(told).toEqual(['first begins', 'first ends', 'second', 'third']);
  });
});
