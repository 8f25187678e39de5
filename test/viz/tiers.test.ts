import { describe, expect, it } from 'vitest';
import type { Packet } from '../../src/mqtt/codec/packet.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { CENSUS_KINDS, Census } from '../../viz/layout/census.ts';
import { type Choice, EVERYTHING } from '../../viz/layout/choice.ts';
import type { DisplayList } from '../../viz/layout/display-list.ts';
import { layoutMinimap } from '../../viz/layout/minimap.ts';
import { nearestEvent } from '../../viz/layout/nearest.ts';
import { readFacts } from '../../viz/layout/packet-facts.ts';
import { buildScene, type Scene, stage } from '../../viz/layout/scene.ts';
import { layoutSequence } from '../../viz/layout/sequence.ts';
import { tableMeasure } from '../../viz/layout/text-measure.ts';
import { placeAt } from '../../viz/layout/time-map.ts';
import { Draughtsman, type Fixture, plantFixture } from './fixture.ts';

function sceneOf(fixture: Fixture, zoom = 1, choice: Partial<Choice> = {}): Scene {
  const staged = stage(readStory(fixture), new Set(), { ...EVERYTHING, ...choice });
  return buildScene(staged, 1_200, zoom, tableMeasure, readFacts);
}

function wholeOf(scene: Scene): DisplayList {
  return layoutSequence(scene, 0, scene.axis.height);
}

const FAULT = CENSUS_KINDS.indexOf('fault');
const MESSAGES = 8_000;
const LOST = 5_003;

/** Many messages of which one is lost and one is accused. */
function haystack(): Fixture {
  const d = new Draughtsman();
  for (const node of ['hub', 'a', 'b'])
    d.put(0, 'node.added', node, undefined, { role: node === 'hub' ? 'broker' : 'client' });
  for (let each = 0; each < MESSAGES; each++) {
    const packet: Packet = {
      type: 'publish',
      topic: 'a/b',
      payload: new Uint8Array(2),
      qos: 0,
      retain: false,
      dup: false,
    };
    const t = 1_000 + each * 900;
    if (each === LOST) {
      const sent = d.send(t, 'a', 'a>hub#1', packet, undefined);
      d.lose(t + 100, 'hub', sent, 'network', 'partition', sent);
      continue;
    }
    const got = d.pass(t, 'a', 'hub', 'a>hub#1', packet, 100, undefined);
    const on = d.pass(t + 100, 'hub', 'b', 'b>hub#1', packet, 100, got);
    if (each !== 7_000) continue;
    d.put(t + 200, 'verdict', 'b', on, {
      rule: 'delivery.order',
      outcome: 'broken',
      text: 'one came too late',
      aboutDrafts: [got, on],
    });
  }
  return d.finish('a haystack', '1', 'failed');
}

const hay = haystack();

describe('packets as counts', () => {
  const scene = sceneOf(hay, 0.001);
  const list = wholeOf(scene);

  it('are a bar for each lane and bin, as many as there are', () => {
    expect(list).toMatchObject({ tier: 'density', arrows: [], packets: 2 * MESSAGES - 1 });
    const bins = Math.ceil(scene.axis.height / list.density!.step);
    expect(list.density!.kind.length).toBeLessThan(bins * 4 * 3);
    const census = new Census(scene.story, scene.roster, scene.rows, undefined);
    const sums = new Uint32Array(census.lanes * CENSUS_KINDS.length);
    for (const part of [1, 511, 512, 513, 20_000, hay.events.length]) {
      census.before(part, sums);
      const happened = hay.events
        .slice(0, part)
        .filter(({ k }) => k === 'packet.sent' || k === 'packet.received' || k === 'packet.lost');
      expect(sums.reduce((sum, count) => sum + count, 0)).toBe(happened.length);
    }
  });

  it('never leave out the one packet that was lost', () => {
    const lost = hay.events.find(({ k }) => k === 'packet.lost')!;
    const y = scene.axis.y(lost.i - 1);
    const { kind, step, width, y: tops } = list.density!;
    const stripes = [...kind.keys()].filter((at) => kind[at] === FAULT);
    // To either side of the broker's lane.
    expect(stripes).toHaveLength(2);
    for (const at of stripes) {
      expect(tops[at]!).toBeLessThanOrEqual(y);
      expect(tops[at]! + step).toBeGreaterThan(y - step);
      expect(width[at]!).toBeGreaterThanOrEqual(3);
    }
  });

  it('have a flag and a line for the one promise that was broken', () => {
    const verdict = hay.events.find(({ k }) => k === 'verdict')!;
    expect(list.flags).toHaveLength(1);
    expect(list.flags[0]).toMatchObject({ i: verdict.i, tone: 'broken', count: 1 });
    expect(list.flags[0]!.lines).toHaveLength(1);
    expect(Math.abs(list.flags[0]!.y - scene.axis.y(verdict.i - 1))).toBeLessThan(1);
  });

  it('are asked what went wrong before what is nearer', () => {
    const lost = hay.events.find(({ k }) => k === 'packet.lost')!;
    const verdict = hay.events.find(({ k }) => k === 'verdict')!;
    expect(nearestEvent(scene, scene.laneX[1]!, scene.axis.y(lost.i - 1) + 1)).toBe(lost.i);
    expect(nearestEvent(scene, 0, scene.axis.y(verdict.i - 1))).toBe(verdict.i);
    expect(nearestEvent(scene, 0, -500)).toBe(0);
  });

  it('cost what the window is high, not what is in it', () => {
    let asked = 0;
    const census = scene.census();
    const counting = {
      ...scene,
      census: () =>
        ({
          lanes: census.lanes,
          before: (position: number, into: Uint32Array) => {
            asked++;
            census.before(position, into);
          },
        }) as Census,
    };
    layoutSequence(counting, 0, 400);
    expect(asked).toBeLessThan(210);
  });

  it('stand for the whole trace in the map below, with the same trouble', () => {
    const map = layoutMinimap(scene, 'compressed', 800);
    const sum = map.counts.reduce((all, count) => all + count, 0);
    expect(sum).toBe(hay.events.filter(({ k }) => k.startsWith('packet.')).length);
    const verdict = hay.events.find(({ k }) => k === 'verdict')!;
    expect(map.violations).toEqual([placeAt(map.timeMap, verdict.t)].map((x) => expect.closeTo(x, 0)));
    const wrong = [...map.counts.keys()].filter(
      (cell) => cell % CENSUS_KINDS.length === FAULT && map.counts[cell]! > 0,
    );
    expect(wrong).toHaveLength(1);
    const plant = layoutMinimap(sceneOf(plantFixture()), 'linear', 500);
    expect(plant.bands.map(({ kind }) => kind).sort()).toEqual(['down', 'fault', 'fault']);
    expect(plant.ticks[0]).toEqual({ x: 0, text: '0' });
  });
});

/** Keep-alives of an idle client, one of which nobody answers in the end. */
function idle(exchanges: number): Fixture {
  const d = new Draughtsman();
  d.put(0, 'node.added', 'hub', undefined, { role: 'broker' });
  d.put(0, 'node.added', 'a', undefined, { role: 'client' });
  for (let each = 0; each < exchanges; each++) {
    const got = d.pass(each * 60_000_000, 'a', 'hub', 'a>hub#1', { type: 'pingreq' }, 1_000, undefined);
    d.pass(each * 60_000_000 + 1_000, 'hub', 'a', 'a>hub#1', { type: 'pingresp' }, 1_000, got);
  }
  const sent = d.send(exchanges * 60_000_000, 'a', 'a>hub#1', { type: 'pingreq' }, undefined);
  d.lose(exchanges * 60_000_000 + 5, 'hub', sent, 'network', 'partition', sent);
  return d.finish('idle', '1', 'passed');
}

describe('keep-alives', () => {
  it('that follow one another are one exchange with their number, and the unanswered one stands alone', () => {
    const list = wholeOf(sceneOf(idle(12)));
    expect(list.arrows.map(({ count, end }) => `${end} ${count}`)).toEqual([
      'arrived 12',
      'arrived 12',
      'lost 1',
    ]);
    const words = list.arrows[0]!.label!.spans.map(({ text }) => text);
    expect(words.slice(0, 2)).toEqual(['PINGREQ', '× 12']);
    expect(list.gaps.map(({ pings }) => pings)).toContain(22);
  });

  it('are drawn one by one when there are few, and on demand', () => {
    expect(wholeOf(sceneOf(idle(2))).arrows).toHaveLength(5);
    expect(wholeOf(sceneOf(idle(12), 1, { pingRuns: false })).arrows).toHaveLength(25);
  });
});

describe('a choice of what is drawn', () => {
  const plant = plantFixture();
  const publishes = new Set(
    plant.events.filter((event) => event.k === 'packet.sent' && event.bytes[0]! >> 4 === 3).map(({ i }) => i),
  );

  it('leaves out lanes, and what goes to or from them', () => {
    const scene = sceneOf(plant, 1, { hiddenNodes: new Set(['sensor', 'archive']) });
    expect(scene.roster.lanes.map(({ title }) => title)).toEqual(['meter', 'hub', 'screen', 'screen-spare']);
    const expected = plant.events.filter((event) => {
      if (event.k !== 'packet.sent') return false;
      return !/sensor|archive/.test(event.conn);
    });
    const list = wholeOf(scene);
    expect(list.arrows.map(({ i }) => i)).toEqual(expected.map(({ i }) => i));
    for (const band of list.bands) expect(Number.isNaN(band.x1 + band.y1)).toBe(false);
  });

  it('pales what a filter does not find, or leaves it out', () => {
    const dim = wholeOf(sceneOf(plant, 1, { matches: publishes }));
    expect(new Set(dim.arrows.filter(({ dimmed }) => !dimmed).map(({ i }) => i))).toEqual(publishes);
    const hidden = sceneOf(plant, 1, { matches: publishes, others: 'hide' });
    const list = wholeOf(hidden);
    expect(new Set(list.arrows.map(({ i }) => i))).toEqual(publishes);
    expect(hidden.axis.height).toBeLessThan(sceneOf(plant).axis.height);
    // Under which faults it happened is still seen.
    expect(list.bands.filter(({ kind }) => kind === 'fault')).toHaveLength(2);
  });

  it('counts what a filter does not find apart', () => {
    const toHub = new Set(
      hay.events.filter((event) => event.k === 'packet.sent' && event.n === 'a').map(({ i }) => i),
    );
    const { kind } = wholeOf(sceneOf(hay, 0.001, { matches: toHub })).density!;
    expect(kind.includes(CENSUS_KINDS.indexOf('dimmed'))).toBe(true);
    expect(kind.includes(CENSUS_KINDS.indexOf('publish'))).toBe(true);
  });
});
