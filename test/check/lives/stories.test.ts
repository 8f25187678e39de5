/** Lives in real runs: our machines, and mutants of the zoo. The pages are read by people, and pinned as they read them. */
import { describe, expect, it } from 'vitest';
import { Life, Lives, obituariesOf, pageOf } from '../../../src/check/lives/index.ts';
import { type RunOptions, run } from '../../../src/runner/run.ts';
import { type Scenario, scenario } from '../../../src/scenario/scenario.ts';
import type { TraceEvent } from '../../../src/trace/event.ts';
import { mutantNamed, substitutionOf } from '../../../src/zoo/index.ts';
import { drawPlan } from '../../chaos/plan.ts';
import { play } from '../../chaos/play.ts';
import { fatesIn, livesOf, printed } from './pages.ts';

const sims = new URL('../../../sims/', import.meta.url);

async function told(story: Scenario | string, options: RunOptions = {}): Promise<TraceEvent[]> {
  const given =
    typeof story === 'string'
      ? ((await import(new URL(story, sims).href)) as { default: Scenario }).default
      : story;
  const events: TraceEvent[] = [];
  await run(
    given,
    { level: 'full', checks: 'none', ...options, onEvent: (event) => events.push(event) },
    { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) },
  );
  return events;
}

function mutant(name: string): Pick<RunOptions, 'substitute'> {
  return { substitute: substitutionOf(mutantNamed(name)!) };
}

/** The first publication of this QoS that has a life of this fate. */
function firstOf(lives: Lives, fate: string, qos: number): number {
  return lives.publications.findIndex(
    (publication) =>
      publication.qos === qos && pageOf(lives, publication).lives.some((life) => life.fate === fate),
  );
}

describe('the page of a message', () => {
  it('tells how the disk of a hub lost it, that answered too early', async () => {
    const lives = livesOf(
      await told('zoo/power.ts', { seed: 3, profile: 'swarm', ...mutant('acknowledges-before-stored') }),
    );
    expect(printed(lives, firstOf(lives, 'never sent', 1))).toMatchSnapshot();
  });

  it('tells how it was doubled by a hub that forgets the identifiers of QoS 2', async () => {
    const lives = livesOf(await told('zoo/cuts.ts', { seed: 3, ...mutant('qos2-forgotten') }));
    expect(printed(lives, firstOf(lives, 'doubled', 2))).toMatchSnapshot();
  });

  it('tells how it was delivered twice at QoS 1 as it may be, when an acknowledgement was lost', async () => {
    const lives = livesOf(await told('qos-under-cuts.ts', { seed: 1 }));
    expect(printed(lives, firstOf(lives, 'doubled', 1))).toMatchSnapshot();
  });

  it('tells how it expired in the queue of a client that was away', async () => {
    const lives = livesOf(await told('message-expiry.ts', { seed: 1 }));
    expect(printed(lives, firstOf(lives, 'expired', 1))).toMatchSnapshot();
  });

  const crowded = scenario('a short queue', async (sim) => {
    const hub = sim.broker('hub', { limits: { queue: 2 } });
    const screen = sim.client('screen', { cleanStart: false, sessionExpiry: '1h' });
    const sensor = sim.client('sensor');
    await screen.connect(hub);
    await screen.subscribe('reading', { qos: 1 });
    await screen.disconnect();
    await sensor.connect(hub);
    for (const payload of ['1', '2', '3']) await sensor.publish('reading', payload, { qos: 1 });
    await screen.connect(hub);
    await sim.quiet();
  });

  it('tells how a limit of the queue dropped it, and without the words of the hub that the queue was full', async () => {
    const lives = livesOf(await told(crowded));
    expect(fatesIn(lives)).toEqual(['screen: delivered', 'screen: delivered', 'screen: dropped']);
    expect(printed(lives, 2)).toMatchSnapshot();
    const untold = livesOf(await told(crowded, { level: 'packets' }));
    expect(fatesIn(untold)).toEqual(['screen: delivered', 'screen: delivered', 'screen: never sent']);
    expect(printed(untold, 2)).toMatchSnapshot();
  });
});

describe('lives', () => {
  const SEEDS = [1, 2, 3, 4, 5, 6];

  it.each(SEEDS)('account for every PUBLISH and every delivery of a random story, seed %i', async (seed) => {
    const plan = drawPlan(seed);
    const events = await told(play(plan), { seed, transport: plan.transport });
    const lives = livesOf(events);
    let deliveries = 0;
    for (const event of events) {
      const owner = lives.ownerOf(event.i);
      if (event.k === 'app.delivered') {
        deliveries++;
        expect(owner, `event ${event.i}`).toBeInstanceOf(Life);
        const { topic, payload } = (owner as Life).publication;
        expect([topic, payload]).toEqual([event.message.topic, event.message.payload]);
      }
      if (event.k === 'packet.sent' && event.bytes[0]! >> 4 === 3 && event.malformed === undefined) {
        expect(owner, `event ${event.i}`).toBeDefined();
      }
    }
    const counted = lives.publications.flatMap((publication) =>
      publication.lives.map(({ delivered }) => delivered.length),
    );
    expect(counted.reduce((sum, each) => sum + each, 0)).toBe(deliveries);
    for (const { kind, topic } of lives.publications) {
      if (kind === 'unknown') expect(topic.startsWith('$')).toBe(true);
    }
  });

  it('have an obituary for every verdict about a message', async () => {
    const events = await told('zoo/cuts.ts', {
      ...{ seed: 3, profile: 'swarm', checks: 'all' },
      ...mutant('qos2-forgotten'),
    } as RunOptions);
    const lives = new Lives('both-ends');
    for (const event of events) lives.observe(event);
    const obituaries = obituariesOf(lives);
    const verdicts = events.filter((event) => event.k === 'verdict' && event.outcome === 'broken');
    expect(verdicts.length).toBeGreaterThan(0);
    expect(new Set(obituaries.flatMap((each) => each.verdicts))).toEqual(new Set(verdicts.map(({ i }) => i)));
    for (const { fate, to, steps } of obituaries) {
      expect([fate, to]).toEqual(['doubled', 'screen']);
      expect(steps.map(({ i }) => i)).toEqual(steps.map(({ i }) => i).sort((a, b) => a - b));
    }
    expect(obituariesOf(lives, 2)).toEqual(obituaries.slice(0, 2));
  });
});
