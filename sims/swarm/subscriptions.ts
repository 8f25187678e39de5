import { type Client, scenario } from 'mqtt-amber';
import { arrive } from './cast/arrive.ts';
import { insist } from './cast/insist.ts';
import { Luck } from './cast/luck.ts';
import { cargoOf, LASTING, mannersOf, protocol } from './cast/manners.ts';

const TOPICS = ['site/a/temp', 'site/a/door', 'site/b/temp', 'site/b'];
const FILTERS = ['site/+/temp', 'site/#', 'site/a/+', 'site/b', '+/b/#', '#'];

/** Readers change their minds about what they want, alone or as a crew that shares it: in the end everybody gets what they last asked for. */
export default scenario(
  'Subscriptions that change',
  {
    parameters: {
      protocol,
      changes: { default: 8, range: [1, 1_000], whole: true, unit: 'changes of each reader' },
    },
  },
  async (sim, p) => {
    const hub = sim.broker('hub', { overlap: 'once' });

    /** A reader, and what it is subscribed to now. */
    const read = async (name: string, crew: boolean) => {
      const luck = new Luck(sim, name);
      const manners = mannersOf(luck, p.protocol);
      const client = sim.client(name, { ...manners, ...LASTING });
      const shares = crew && manners.protocol === '5.0';
      await arrive(sim, client, hub);
      const filters = new Set<string>();
      for (let change = 0; change < p.changes; change++) {
        const filter = luck.pick(FILTERS);
        const shared = `$share/crew/${filter}`;
        if (filters.has(filter) && luck.chance(0.7)) {
          // Now and then along with one that it does not have: the answer tells which is which.
          const others = FILTERS.filter((each) => !filters.has(each));
          const more = others.length > 0 && luck.chance(0.5) ? [luck.pick(others)] : [];
          const all = luck.chance(0.5) ? [filter, ...more] : [...more, filter];
          await insist(sim, () => client.unsubscribe(all));
          filters.delete(filter);
        } else if (shares && luck.chance(0.5)) {
          await insist(sim, () => client.subscribe(shared, { qos: 1 }));
          await sim.sleep(luck.pause(500, 4_000));
          await insist(sim, () => client.unsubscribe(shared));
        } else {
          const more = luck.chance(0.3) ? [luck.pick(FILTERS)] : [];
          const qos = luck.pick([1, 2] as const);
          await insist(sim, () => client.subscribe([filter, ...more], { qos }));
          for (const each of [filter, ...more]) filters.add(each);
        }
        await sim.sleep(luck.pause(500, 4_000));
      }
      return { client, filters, shares };
    };

    const tell = async (name: string) => {
      const luck = new Luck(sim, name);
      const manners = mannersOf(luck, p.protocol);
      const sensor = sim.client(name, { ...manners, ...LASTING });
      await arrive(sim, sensor, hub);
      for (let reading = 1; reading <= 15; reading++) {
        const options = { qos: luck.pick([0, 1, 2] as const), ...cargoOf(luck, manners.protocol) };
        sensor.publish(luck.pick(TOPICS), `${name} ${reading}`, options);
        await sim.sleep(luck.pause(200, 4_000));
      }
      return sensor;
    };
    const [sensor, , ...readers] = await Promise.all([
      tell('north'),
      tell('south'),
      read('ann', true),
      read('bob', true),
      read('cyn', false),
    ]);
    await sim.quiet();

    sim.note('The world is at rest: one message on each topic, and those who share are a crew once more.');
    const crew = readers.filter(({ shares }) => shares).map(({ client }) => client);
    for (const member of crew) await member.subscribe('$share/crew/job/#', { qos: 1 });
    const topics = [...TOPICS, 'job/1', 'job/2'];
    for (const topic of topics) await sensor.publish(topic, 'the last word', { qos: 1 });
    await sim.quiet();
    const heard = (client: Client, topic: string) =>
      client.received.on(topic).filter(({ text }) => text === 'the last word').length;
    for (const { client, filters } of readers) {
      for (const topic of TOPICS) {
        const wanted = [...filters].some((filter) => covers(filter, topic));
        // QoS 1 may come twice: a keep-alive on its way is no reason not to rest, and its connection may yet be found dead.
        sim.always(heard(client, topic) > 0 === wanted, 'everybody gets what they last asked for');
      }
    }
    for (const topic of ['job/1', 'job/2']) {
      const takers = crew.filter((member) => heard(member, topic) > 0);
      // Who also asked for everything is told of every job.
      const nosy = readers.some(({ client, filters }) => crew.includes(client) && filters.has('#'));
      sim.always(crew.length === 0 || nosy || takers.length === 1, 'a job is done by one of the crew');
    }
  },
);

/** Whether one of {@link FILTERS} matches one of {@link TOPICS}. */
function covers(filter: string, topic: string): boolean {
  const levels = topic.split('/');
  const wanted = filter.split('/');
  for (const [at, each] of wanted.entries()) {
    if (each === '#') return true;
    if (at >= levels.length || (each !== '+' && each !== levels[at])) return false;
  }
  return wanted.length === levels.length;
}
