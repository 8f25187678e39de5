import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

type Disk = 'eager' | 'lazy';
type Act = (world: World) => void;

/** Messages of every QoS in both directions, more than the window holds, and identifiers that are used again. */
const story: readonly Act[] = [
  (world) => world.publish(2),
  (world) => world.publish(2),
  (world) => world.serverPublishes(2),
  (world) => world.publish(1),
  (world) => world.serverPublishes(2),
  (world) => world.serverPublishes(1),
  (world) => world.publish(2),
  (world) => world.serverPublishes(2),
  (world) => world.publish(2),
  (world) => world.serverPublishes(2),
];

const options = { inflightLimit: 2, durability: 'sync', syncs: 'by-hand' } as const;

/** Three inputs after each act, so that acts fall into exchanges under way; ends early when the process dies. */
function tell(world: World, disk: Disk): void {
  while (!world.rig.dead && world.step(disk));
  for (const act of story) {
    if (world.rig.dead) return;
    act(world);
    for (let inputs = 0; inputs < 3 && !world.rig.dead; inputs++) world.step(disk);
  }
  while (!world.rig.dead && world.step(disk));
}

function outputsOf(disk: Disk): number {
  for (let outputs = 1; ; outputs++) {
    const world = new World(options, { lifetimeOutputs: outputs });
    tell(world, disk);
    if (!world.rig.dead) return outputs;
  }
}

describe('a client that dies between two of its outputs', () => {
  for (const disk of ['eager', 'lazy'] as const) {
    for (const end of ['crash', 'power-cut'] as const) {
      for (const lastWords of ['lost', 'heard'] as const) {
        it(`loses and doubles nothing: ${end}, ${disk} disk, last words ${lastWords}`, () => {
          const outputs = outputsOf(disk);
          expect(outputs).toBeGreaterThan(50);
          const problems: string[] = [];
          for (let point = 1; point < outputs; point++) {
            const world = new World(options, { lifetimeOutputs: point });
            tell(world, disk);
            expect(world.rig.dead).toBe(true);
            world.die(end, lastWords);
            // What the application had not handed over yet it hands over now.
            for (const act of story.slice(world.handed.length + world.sentByServer.length)) act(world);
            world.heal();
            problems.push(...world.broken().map((problem) => `after output ${point}: ${problem}`));
          }
          expect(problems).toEqual([]);
        });
      }
    }
  }
});
