import { type Client, type SubscribeOptions, scenario } from 'mqtt-amber';
import { arrive } from './cast/arrive.ts';
import { insist } from './cast/insist.ts';
import { Luck } from './cast/luck.ts';
import { cargoOf, LASTING, mannersOf, protocol } from './cast/manners.ts';

const FILTERS = ['room/+', 'room/#', 'room/light', '+/light'];
/** The last one's maker wrote a byte order mark, which is a character like others. */
const TOPICS = ['room/light', 'room/door', 'hall/light', '\uFEFFhall/light'];

/** Panels read and write the same topics through filters that overlap, each with options of its own. */
export default scenario(
  'Overlapping filters and their options',
  {
    parameters: {
      protocol,
      writings: { default: 12, range: [1, 1_000], whole: true, unit: 'writings of each panel' },
    },
  },
  async (sim, p) => {
    const hubsLuck = new Luck(sim, 'hub');
    const hub = sim.broker('hub', { overlap: hubsLuck.pick(['once', 'each'] as const) });

    const live = async (name: string) => {
      const luck = new Luck(sim, name);
      const manners = mannersOf(luck, p.protocol);
      const modern = manners.protocol === '5.0';
      const panel = sim.client(name, { ...manners, ...LASTING });
      // One answer for all of its filters: a copy that one of them forbids another might bring.
      const deaf = modern && luck.chance(0.5);
      const options = (): SubscribeOptions => ({
        qos: luck.pick([0, 1, 2] as const),
        ...(modern
          ? {
              noLocal: deaf,
              retainAsPublished: luck.chance(0.5),
              retainHandling: luck.pick([0, 1, 2] as const),
              ...(luck.chance(0.6) ? { subscriptionIdentifier: luck.between(1, 9) } : {}),
              ...(luck.chance(0.2) ? { userProperties: [['panel', name]] as const } : {}),
            }
          : {}),
      });
      await arrive(sim, panel, hub);
      await insist(sim, () => panel.subscribe(FILTERS[0]!, options()));
      for (let writing = 1; writing <= p.writings; writing++) {
        if (luck.chance(0.3)) {
          const [filter, wanted] = [luck.pick(FILTERS), options()];
          await insist(sim, () => panel.subscribe(filter, wanted));
        }
        const settings = { qos: luck.pick([0, 1, 2] as const), ...cargoOf(luck, manners.protocol) };
        // Who is deaf to its own words may still find them when they were retained.
        const retain = !deaf && luck.chance(0.3);
        panel.publish(luck.pick(TOPICS), `${name} ${writing}`, { ...settings, retain });
        await sim.sleep(luck.pause(500, 5_000));
      }
      return { panel, deaf, modern };
    };
    const panels = await Promise.all(['east', 'west', 'north'].map(live));
    await sim.quiet();

    for (const { panel, deaf, modern } of panels) {
      sim.always(!deaf || !heardItself(panel), 'who is deaf to its own words does not hear them');
      sim.always(
        modern ||
          [...panel.received].every(({ subscriptionIdentifiers }) => subscriptionIdentifiers.length === 0),
        'who speaks no 5.0 is told no numbers',
      );
    }
    sim.sometimes(
      panels.some(({ panel }) =>
        [...panel.received].some(({ subscriptionIdentifiers: all }) => all.length > 1),
      ) || p.protocol === '3.1.1',
      'a message came for two subscriptions at once',
    );
  },
);

function heardItself(panel: Client): boolean {
  return [...panel.received].some(({ text }) => text.startsWith(`${panel.name} `));
}
