import { describe, expect, it } from 'vitest';
import type { LoopTimer } from '../../src/sim/event-loop.ts';
import { type Process, ProcessNode } from '../../src/sim/process-node.ts';
import { recordedWorld } from './fakes.ts';

const SECOND = 1_000_000;

/** One process in a world of its own, each of whose tasks takes 50 us. */
function ground(taskTime: readonly [number, number] = [50, 50]) {
  const { world } = recordedWorld();
  const node = world.node(
    'app',
    (surroundings) =>
      new ProcessNode('app', surroundings, { taskTime, execute: (task) => task(), started: () => {} }),
  );
  const { simulator } = world;
  const pass = (micros: number): void => {
    const until = simulator.now + micros;
    while (simulator.run(until) === 'process');
  };
  return { node, process: node.process as Process, simulator, pass };
}

describe('an event loop', () => {
  it('carries out tasks one after the other, each of which takes its time', () => {
    const { process, simulator, pass } = ground();
    const at: number[] = [];
    for (let i = 0; i < 4; i++) process.loop.post(() => at.push(simulator.now));
    pass(120);
    expect(at).toEqual([0, 50, 100]);
    expect(process.loop.tasks).toBe(1);
    pass(SECOND);
    expect(at).toEqual([0, 50, 100, 150]);
  });

  it('draws how long a task takes between the two, differently each time', () => {
    const { process, simulator, pass } = ground([100, 200]);
    const at: number[] = [];
    for (let i = 0; i < 200; i++) process.loop.post(() => at.push(simulator.now));
    pass(SECOND);
    const took = at.slice(1).map((micros, i) => micros - at[i]!);
    expect(Math.min(...took)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...took)).toBeLessThanOrEqual(200);
    expect(new Set(took).size).toBeGreaterThan(50);
  });

  it('keeps nothing of timers that were cancelled: to arm one again and again leaves one', () => {
    const { process, simulator, pass } = ground();
    const { loop } = process;
    let fired = 0;
    const timers: LoopTimer[] = [];
    for (let i = 0; i < 140; i++) timers.push(loop.after(60 * SECOND, () => fired++));
    const pending = simulator.queue.size;
    for (let round = 0; round < 1_000; round++) {
      const i = round % timers.length;
      timers[i]!.cancel();
      timers[i] = loop.after(60 * SECOND, () => fired++);
      pass(1_000);
    }
    expect(loop.pending).toBe(140);
    expect(simulator.queue.size).toBe(pending);
    pass(120 * SECOND);
    expect(fired).toBe(140);
    expect(loop.pending).toBe(0);
  });

  it('does not carry out what was cancelled when it was due, and waited for its turn', () => {
    const { process, pass } = ground();
    const done: string[] = [];
    const late = process.loop.after(1_000, () => done.push('late'));
    process.loop.after(980, () => {
      done.push('early');
      process.loop.post(() => {
        done.push('cancels');
        late.cancel();
      });
    });
    pass(SECOND);
    expect(done).toEqual(['early', 'cancels']);
  });

  it('does nothing any more once its process has died', () => {
    const { node, process, simulator, pass } = ground();
    const pending = simulator.queue.size;
    let done = 0;
    process.loop.post(() => done++);
    process.loop.after(1_000, () => done++);
    node.crash();
    process.loop.post(() => done++);
    process.loop.after(1_000, () => done++).cancel();
    expect([process.loop.pending, simulator.queue.size]).toEqual([0, pending]);
    pass(SECOND);
    expect(done).toBe(0);
  });

  it('measures its timers with the clock of its node, also when that changes its pace', () => {
    const { node, process, simulator, pass } = ground([0, 0]);
    const at: number[] = [];
    // By the end of it five of the ten seconds are over.
    node.driftClock({ rate: 0.25, for: '4s' });
    process.loop.after(10 * SECOND, () => at.push(simulator.now));
    pass(20 * SECOND);
    expect(at).toEqual([9 * SECOND]);
  });
});
