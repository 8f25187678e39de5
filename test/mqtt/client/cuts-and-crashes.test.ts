import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

const harmless = [
  'publish 1',
  'publish 2',
  'publish 2',
  'server publishes 1',
  'server publishes 2',
  'server publishes 2',
  'server reads',
  'server reads',
  'server reads',
  'client reads',
  'client reads',
  'client reads',
  'connect',
  'connect',
  'sync',
  'sync',
  'cut',
] as const;
type Event = (typeof harmless)[number] | 'crash' | 'power cut' | 'server forgets';

const happen: Record<Event, (world: World) => void> = {
  'publish 1': (world) => world.publish(1),
  'publish 2': (world) => world.publish(2),
  'server publishes 1': (world) => world.serverPublishes(1),
  'server publishes 2': (world) => world.serverPublishes(2),
  'server reads': (world) => world.serverReads(),
  'client reads': (world) => world.clientReads(),
  connect: (world) => world.connect(),
  sync: (world) => world.sync(),
  cut: (world) => world.cut(),
  crash: (world) => world.die('crash'),
  'power cut': (world) => world.die('power-cut'),
  'server forgets': (world) => world.serverForgets(),
};

const events = (...extra: Event[]) =>
  fc.array(fc.constantFrom<Event>(...harmless, ...extra), { maxLength: 150, size: 'max' });
const window = fc.integer({ min: 1, max: 4 });

describe('whatever happens between a client and a server', () => {
  it('QoS 2 arrives exactly once and QoS 1 at least once, in order, over any cuts', () => {
    fc.assert(
      fc.property(events(), window, (happenings, inflightLimit) => {
        const world = new World({ inflightLimit, durability: 'sync', syncs: 'by-hand' });
        for (const event of happenings) happen[event](world);
        world.heal();
        expect(world.broken()).toEqual([]);
      }),
      { seed: 21, numRuns: 300 },
    );
  });

  it('and over any crashes and power cuts of the client, when it syncs', () => {
    fc.assert(
      fc.property(events('crash', 'power cut'), window, (happenings, inflightLimit) => {
        const world = new World({ inflightLimit, durability: 'sync', syncs: 'by-hand' });
        for (const event of happenings) happen[event](world);
        world.heal();
        expect(world.broken()).toEqual([]);
      }),
      { seed: 22, numRuns: 500 },
    );
  });

  it('over crashes of the process alone a client that never waits for its disk does as well', () => {
    fc.assert(
      fc.property(events('crash'), window, (happenings, inflightLimit) => {
        const world = new World({ inflightLimit, durability: 'interval', syncs: 'by-hand' });
        for (const event of happenings) happen[event](world);
        world.heal();
        expect(world.broken()).toEqual([]);
      }),
      { seed: 23, numRuns: 200 },
    );
  });

  it('nothing of the client is lost when the server forgets its session, though it may arrive again', () => {
    fc.assert(
      fc.property(events('server forgets', 'crash'), window, (happenings, inflightLimit) => {
        const world = new World({ inflightLimit, durability: 'sync', syncs: 'by-hand' });
        for (const event of happenings) happen[event](world);
        world.heal();
        expect(world.broken()).toEqual([]);
      }),
      { seed: 24, numRuns: 200 },
    );
  });

  it('a client that does not wait for its disk does lose or double messages: the check can fail', () => {
    const check = fc.check(
      fc.property(events('power cut'), window, (happenings, inflightLimit) => {
        const world = new World({ inflightLimit, durability: 'interval', syncs: 'by-hand' });
        for (const event of happenings) happen[event](world);
        world.heal();
        return world.broken().length === 0;
      }),
      { seed: 25, numRuns: 500, endOnFailure: true },
    );
    expect(check.failed).toBe(true);
  });
});
