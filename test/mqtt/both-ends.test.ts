/** Our client against our broker in 5.0, whatever happens between them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QoS } from '../../src/mqtt/codec/packet.ts';
import { BothEnds, CLIENTS, type Terms } from './both-ends.ts';

const harmless = [
  ...(['publish 0', 'publish 1', 'publish 2', 'publish 2', 'connect', 'connect', 'cut'] as const),
  ...(['hub reads', 'hub reads', 'hub reads', 'client reads', 'client reads', 'client reads'] as const),
  ...(['sync', 'hub syncs', 'hub syncs'] as const),
];
type Event =
  | (typeof harmless)[number]
  | 'client crashes'
  | 'client loses power'
  | 'hub crashes'
  | 'hub loses power';
type Happening = readonly [event: Event, client: number, topic: number];

const happen: Record<Event, (world: BothEnds, client: number, topic: number) => void> = {
  'publish 0': publishing(0),
  'publish 1': publishing(1),
  'publish 2': publishing(2),
  connect: (world, client) => world.connect(client),
  cut: (world, client) => world.cut(client),
  'hub reads': (world, client) => world.hubReads(client),
  'client reads': (world, client) => world.clientReads(client),
  sync: (world, client) => world.sync(client),
  'hub syncs': (world) => world.hubSyncs(),
  'client crashes': (world, client) => world.die(client, 'crash'),
  'client loses power': (world, client) => world.die(client, 'power-cut'),
  'hub crashes': (world) => world.hubDies('crash'),
  'hub loses power': (world) => world.hubDies('power-cut'),
};

function publishing(qos: QoS) {
  return (world: BothEnds, client: number, topic: number) => world.publish(client, qos, topic);
}

const happenings = (...extra: Event[]): fc.Arbitrary<Happening[]> =>
  fc.array(
    fc.tuple(
      fc.constantFrom<Event>(...harmless, ...extra),
      fc.integer({ min: 0, max: CLIENTS - 1 }),
      fc.integer({ min: 0, max: 2 }),
    ),
    { maxLength: 200, size: 'max' },
  );

const terms = (durability: Terms['durability']): fc.Arbitrary<Terms> =>
  fc.record({
    hubReceiveMaximum: fc.integer({ min: 1, max: 4 }),
    clientReceiveMaximum: fc.integer({ min: 1, max: 4 }),
    aliases: fc.integer({ min: 0, max: 2 }),
    durability: fc.constant(durability),
  });

function problems(happened: readonly Happening[], told: Terms): string[] {
  const world = new BothEnds(told);
  for (const [event, client, topic] of happened) happen[event](world, client, topic);
  world.heal();
  return world.broken();
}

describe('our client and our broker in 5.0, whatever happens between them', () => {
  it.each<[string, number, Event[]]>([
    ['cuts', 51, []],
    ['crashes of the clients', 52, ['client crashes', 'client loses power']],
    ['crashes of the hub', 53, ['hub crashes', 'hub loses power']],
    ['crashes of all', 54, ['client crashes', 'client loses power', 'hub crashes', 'hub loses power']],
  ])(
    'deliver as each QoS asks, in order, within the quota and by the right alias, over %s [5.0/MQTT-4.9.0-1] [5.0/MQTT-3.3.2-7]',
    (_what, seed, extra) => {
      fc.assert(
        fc.property(happenings(...extra), terms('sync'), (happened, told) => {
          expect(problems(happened, told)).toEqual([]);
        }),
        { seed, numRuns: 150 },
      );
    },
  );

  it('do lose or double messages when the hub does not wait for its disk: the check can fail', () => {
    const check = fc.check(
      fc.property(happenings('hub loses power'), terms('interval'), (happened, told) => {
        const world = new BothEnds(told);
        for (const [event, client, topic] of happened) happen[event](world, client, topic);
        try {
          world.heal();
        } catch {
          return false;
        }
        return world.broken().length === 0;
      }),
      { seed: 55, numRuns: 300, endOnFailure: true },
    );
    expect(check.failed).toBe(true);
  });
});
