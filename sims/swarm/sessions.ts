import { CallError, scenario } from 'mqtt-amber';
import { arrive } from './cast/arrive.ts';
import { insist } from './cast/insist.ts';
import { Luck } from './cast/luck.ts';
import { LASTING, mannersOf, protocol } from './cast/manners.ts';

/**
 * A session for each way to have one: kept for ever, kept for a while, ended with its connection, and one that two devices take from
 * each other. Whose session was there all the time has missed nothing.
 */
export default scenario(
  'Sessions, takeover and expiry',
  {
    parameters: {
      protocol,
      news: { default: 25, range: [1, 1_000], whole: true, unit: 'messages' },
    },
  },
  async (sim, p) => {
    const hub = sim.broker('hub', new Luck(sim, 'hub').chance(0.3) ? { sessionExpiryMaximum: '1d' } : {});

    const reader = async (name: string, lasting: object) => {
      const luck = new Luck(sim, name);
      const client = sim.client(name, { ...mannersOf(luck, p.protocol), ...lasting });
      await arrive(sim, client, hub);
      await insist(sim, () => client.subscribe('news/#', { qos: luck.pick([1, 2] as const) }));
      return { client, luck };
    };
    /** Comes and goes, and subscribes again whenever nobody remembers it. */
    const wander = async (name: string, lasting: object, away: readonly [number, number]) => {
      const { client, luck } = await reader(name, lasting);
      for (let stay = 0; stay < 3; stay++) {
        await sim.sleep(luck.pause(2_000, 10_000));
        await insist(sim, () => client.disconnect());
        await sim.sleep(luck.pause(...away));
        const { sessionPresent } = await insist(sim, () => client.connect(hub));
        if (!sessionPresent)
          await insist(sim, () => client.subscribe('news/#', { qos: luck.pick([1, 2] as const) }));
      }
    };

    /** Two devices with one name, neither of which comes back by itself: whoever came last has the session. */
    const rival = async (name: string) => {
      const luck = new Luck(sim, name);
      const manners = { ...mannersOf(luck, p.protocol), ...LASTING };
      const client = sim.client(name, { ...manners, clientId: 'someone', reconnect: 'off' });
      for (let turn = 0; turn < 4; turn++) {
        await sim.sleep(luck.pause(1_000, 9_000));
        await client.connect(hub).catch(refusedOrLost);
        // Where the other took the session meanwhile, this waits until the session comes back.
        client.subscribe('news/#', { qos: 1 });
      }
      return client;
    };

    const { client: faithful } = await reader('faithful', LASTING);
    const tell = async () => {
      const luck = new Luck(sim, 'agency');
      const agency = sim.client('agency', { ...mannersOf(luck, p.protocol), ...LASTING });
      await arrive(sim, agency, hub);
      const told: string[] = [];
      for (let item = 1; item <= p.news; item++) {
        const text = `item ${item}`;
        agency
          .publish(`news/${luck.pick(['sports', 'weather'])}`, text, { qos: luck.pick([1, 2] as const) })
          .then(
            () => told.push(text),
            () => {},
          );
        await sim.sleep(luck.pause(200, 3_500));
      }
      return told;
    };
    const [told, , , ...rivals] = await Promise.all([
      tell(),
      wander('forgetful', { cleanStart: false, sessionExpiry: '12s' }, [1_000, 30_000]),
      wander('guest', { cleanStart: true }, [500, 4_000]),
      rival('phone'),
      rival('tablet'),
    ]);
    await sim.quiet();
    // Somebody has to come for what waits in the session of the two.
    await rivals[1]!.connect(hub);
    await sim.quiet();

    const seen = new Set([...faithful.received].map(({ text }) => text));
    sim.always(
      told.every((text) => seen.has(text)),
      'who was never forgotten has missed nothing',
    );
    sim.always(rivals.filter(({ connected }) => connected).length === 1, 'one name has one connection');
  },
);

/** Who does not come back by itself loses what it tried: that is no mistake. */
function refusedOrLost(error: unknown): void {
  if (!(error instanceof CallError) || (error.kind !== 'crashed' && error.kind !== 'connection-lost'))
    throw error;
}
