import { describe, expect, it } from 'vitest';
import { Heartbeat } from '../../src/host/run-messages.ts';
import { LOOK_MILLIS, Silence } from '../../src/host/silence.ts';

const PATIENCE_MILLIS = 5 * LOOK_MILLIS;
const times = <T>(count: number, look: () => T): T[] => Array.from({ length: count }, look);

describe('the silence of a thread', () => {
  it('is too long after so many looks in which nothing has moved, however long they took', () => {
    const heartbeat = new Heartbeat();
    const silence = new Silence(heartbeat, PATIENCE_MILLIS);
    heartbeat.beat(0, 0);
    expect(silence.look()).toBe('moved');
    expect(times(5, () => silence.look())).toEqual(times(5, () => 'silent'));
    expect(silence.look()).toBe('stuck');
  });

  it('begins anew with whatever moves, and with something to do', () => {
    const heartbeat = new Heartbeat();
    const silence = new Silence(heartbeat, PATIENCE_MILLIS);
    for (const moves of [() => heartbeat.beat(1, 1), () => silence.end()]) {
      moves();
      times(4, () => silence.look());
      expect(silence.look()).toBe('silent');
    }
  });

  it('may be ten seconds longer before there is a first beat', () => {
    const silence = new Silence(new Heartbeat(), PATIENCE_MILLIS);
    expect(silence.look()).toBe('moved');
    const looks = (10_000 + PATIENCE_MILLIS) / LOOK_MILLIS;
    expect(times(looks, () => silence.look())).not.toContain('stuck');
    expect(silence.look()).toBe('stuck');
  });
});
