import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDrawn } from '../../viz/index/group.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { LINES_MAX } from '../../viz/layout/arrow-layout.ts';
import type { DisplayList } from '../../viz/layout/display-list.ts';
import { readFacts } from '../../viz/layout/packet-facts.ts';
import { callRoster } from '../../viz/layout/roster.ts';
import { buildScene, type Scene, stage } from '../../viz/layout/scene.ts';
import { layoutSequence, SHAPES_MAX } from '../../viz/layout/sequence.ts';
import { fitText, type TextMeasure, tableMeasure, wrapText } from '../../viz/layout/text-measure.ts';
import { durationText, exactText, momentText } from '../../viz/layout/time-text.ts';
import { whyChain } from '../../viz/layout/why.ts';
import {
  anyPackets,
  burstFixture,
  crowdFixture,
  type Fixture,
  plantFixture,
  randomFixture,
} from './fixture.ts';
import { overlapsOf, wordsOf } from './words.ts';

function sceneOf(fixture: Fixture, width = 1200, zoom = 1): Scene {
  return buildScene(stage(readStory(fixture), new Set()), width, zoom, tableMeasure, readFacts);
}

function wholeOf(scene: Scene): DisplayList {
  return layoutSequence(scene, 0, scene.axis.height);
}

const plant = plantFixture();
const sizes = [
  [1200, 1],
  [1200, 0.4],
  [1200, 3],
  [700, 1],
  [320, 1],
] as const;

describe('the sequence diagram of the plant', () => {
  it('shows every packet once, from its sender to its receiver', () => {
    const scene = sceneOf(plant);
    const list = wholeOf(scene);
    const sent = plant.events.filter((event) => event.k === 'packet.sent').map((event) => event.i);
    expect(list.arrows.map((arrow) => arrow.i)).toEqual(sent);
    expect(list.packets).toBe(sent.length);
    expect(list.tier).toBe('shapes');
    for (const arrow of list.arrows) {
      const flight = scene.story.flightOf(arrow.i)!;
      expect(arrow.x1).toBe(scene.laneX[scene.roster.laneOf.get(flight.from)!.index]);
      const target = scene.laneX[scene.roster.laneOf.get(flight.to)!.index];
      if (arrow.end === 'arrived') expect(arrow.x2).toBe(target);
      else expect(arrow.x2).not.toBe(target);
    }
  });

  it('has the broker in the middle, publishers to its left and subscribers to its right', () => {
    const { lanes } = callRoster(readStory(plant), new Set());
    expect(lanes.map((lane) => `${lane.side} ${lane.title}`)).toEqual([
      'left sensor',
      'left meter',
      'middle hub',
      'right screen',
      'right archive',
      'right screen-spare',
    ]);
  });

  it.each(sizes)('lets no words lie on others at %i pixels and zoom %d', (width, zoom) => {
    const list = wholeOf(sceneOf(plant, width, zoom));
    expect(overlapsOf(list)).toEqual([]);
    expect(wordsOf(list).length).toBeGreaterThan(40);
  });

  it('names every packet at full size', () => {
    const list = wholeOf(sceneOf(plant));
    expect(list.arrows.filter((arrow) => arrow.label === undefined)).toEqual([]);
  });

  it.each(sizes)(
    'draws no arrival above its departure and no effect above its cause at %i pixels and zoom %d',
    (width, zoom) => {
      const scene = sceneOf(plant, width, zoom);
      for (const arrow of wholeOf(scene).arrows) expect(arrow.y2).toBeGreaterThanOrEqual(arrow.y1);
      for (const event of plant.events) {
        if (event.c === 0 || !isDrawn(event) || !isDrawn(plant.events[event.c - 1]!)) continue;
        expect(scene.axis.y(event.i - 1)).toBeGreaterThanOrEqual(scene.axis.y(event.c - 1));
      }
    },
  );

  it('cuts lost packets between the lanes and says why', () => {
    const list = wholeOf(sceneOf(plant));
    const lost = plant.events.filter((event) => event.k === 'packet.lost');
    const crossed = list.arrows.filter((arrow) => arrow.end === 'lost');
    expect(crossed.map((arrow) => arrow.i)).toEqual(lost.map((event) => event.of));
    for (const [index, arrow] of crossed.entries()) {
      const { at, reason } = lost[index]!;
      const share = (arrow.x2 - arrow.x1) / (arrow.aimX - arrow.x1);
      const [least, most] = { sender: [0.05, 0.3], network: [0.3, 0.7], receiver: [0.7, 0.97] }[at] as [
        number,
        number,
      ];
      expect(share).toBeGreaterThan(least);
      expect(share).toBeLessThan(most);
      expect(arrow.note?.spans.map((span) => span.text)).toEqual([reason]);
    }
  });

  it('shows DUP, RETAIN and WILL as badges, and nowhere else', () => {
    const list = wholeOf(sceneOf(plant));
    const badges: Record<string, number> = {};
    for (const { label, note } of list.arrows) {
      for (const span of [...label!.spans, ...(note?.spans ?? [])])
        if (span.style === 'badge') badges[span.text] = (badges[span.text] ?? 0) + 1;
    }
    expect(badges).toEqual({ DUP: 3, RETAIN: 3, WILL: 2 });
  });

  it('breaks the axis where nothing happens, with the length of the break', () => {
    const scene = sceneOf(plant);
    const { gaps } = wholeOf(scene);
    expect(gaps.map((gap) => gap.text)).toContain('59.8 s');
    for (const gap of gaps) expect(gap.y2 - gap.y1).toBeLessThan(50);
    const times = [...scene.rows.times];
    const lengths = times.slice(1).map((time, index) => time - times[index]!);
    const median = [...lengths].sort((one, other) => one - other)[lengths.length >>> 1]!;
    expect(gaps.length).toBe(lengths.filter((length) => length > 5 * median).length);
  });

  it('draws crashes, faults, connections, notes and the broken promise', () => {
    const list = wholeOf(sceneOf(plant));
    const kinds = (kind: string): number => list.bands.filter((band) => band.kind === kind).length;
    expect([kinds('down'), kinds('fault'), kinds('connection')]).toEqual([1, 2, 9]);
    for (const band of list.bands) expect(band.y2).toBeGreaterThan(band.y1);
    expect(list.signs.map((sign) => sign.tone)).toEqual(['note', 'note', 'note', 'broken']);
    const accused = list.arrows.filter((arrow) => arrow.accused);
    expect(accused).toHaveLength(1);
  });

  it('draws the same from the middle as from the whole', () => {
    const scene = sceneOf(plant);
    const whole = wholeOf(scene);
    const top = scene.axis.height * 0.4;
    const bottom = scene.axis.height * 0.6;
    const part = layoutSequence(scene, top, bottom);
    const touching = whole.arrows.filter((arrow) => arrow.y2 >= top && arrow.y1 <= bottom);
    expect(part.arrows.length).toBeLessThan(whole.arrows.length);
    for (const arrow of touching) {
      const same = part.arrows.find((each) => each.i === arrow.i);
      expect(same).toMatchObject({ x1: arrow.x1, y1: arrow.y1, x2: arrow.x2, y2: arrow.y2 });
    }
  });

  it('follows the causes of a delivery back to the call that began it', () => {
    const story = readStory(plant);
    const delivered = plant.events.find((event) => event.k === 'app.delivered')!;
    const chain = whyChain(story, delivered);
    expect(chain.whole).toBe(true);
    expect(chain.events.map((event) => event.k)).toEqual([
      'app.call',
      'packet.sent',
      'packet.received',
      'packet.sent',
      'packet.received',
      'app.delivered',
    ]);
  });
});

describe('any conversation', () => {
  const packets = anyPackets(60);

  it('has no words on others, no arrow upwards, and no two arrows on one line', () => {
    fc.assert(
      fc.property(packets, fc.constantFrom(0.3, 1, 2), (random, zoom) => {
        const scene = sceneOf(randomFixture(random), 1000, zoom);
        const list = wholeOf(scene);
        expect(list.arrows).toHaveLength(random.length);
        expect(overlapsOf(list)).toEqual([]);
        const lines = new Set<string>();
        for (const arrow of list.arrows) {
          expect(arrow.y2).toBeGreaterThanOrEqual(arrow.y1);
          lines.add(`${arrow.x1} ${arrow.y1} ${arrow.aimX}`);
        }
        expect(lines.size).toBe(list.arrows.length);
      }),
      { seed: 20, numRuns: 60 },
    );
  });
});

describe('a long trace of a crowd', () => {
  const crowd = crowdFixture(1_000, 10_000);

  it('folds a thousand clients into one lane', () => {
    const { lanes } = callRoster(readStory(crowd), new Set());
    expect(lanes.map((lane) => `${lane.title} (${lane.subtitle})`)).toEqual([
      'client-* (1,000 clients)',
      'hub (broker)',
    ]);
  });

  it('costs what is in the window, not what is in the trace', () => {
    const long = sceneOf(crowd);
    const short = sceneOf(crowdFixture(1_000, 1_000));
    let measured = 0;
    const measure: TextMeasure = (text, style) => {
      measured++;
      return tableMeasure(text, style);
    };
    const counting = (scene: Scene): number => {
      measured = 0;
      layoutSequence({ ...scene, measure }, 2_000, 3_500);
      return measured;
    };
    const costs = [counting(short), counting(long)];
    expect(costs[0]).toBeGreaterThan(100);
    expect(costs[1]! / costs[0]!).toBeLessThan(1.3);
  });

  it('draws what lies on each other between folded lanes once, with its number', () => {
    const list = wholeOf(sceneOf(burstFixture(300)));
    expect(list.arrows.length).toBeLessThan(15);
    expect(list.arrows.reduce((sum, arrow) => sum + arrow.count, 0)).toBe(600);
    const most = list.arrows.find((arrow) => arrow.count > 1)!;
    expect(most.label?.spans.map((span) => span.text)).toContain(`× ${most.count}`);
  });

  it('draws lines where a window holds many, and counts where it holds more than lines can tell', () => {
    const scene = sceneOf(crowd, 1200, 0.2);
    const lines = layoutSequence(scene, 0, 6_000);
    expect(lines.tier).toBe('lines');
    expect(lines.arrows.length).toBeGreaterThan(SHAPES_MAX);
    expect(lines.arrows.length).toBeLessThanOrEqual(LINES_MAX);
    const counts = layoutSequence(scene, 0, scene.axis.height);
    expect(counts).toMatchObject({ tier: 'density', arrows: [], packets: 20_000 });
    expect(counts.density!.kind.length).toBeGreaterThan(100);
  });
});

describe('texts', () => {
  it('says durations at the precision that matters', () => {
    const said = [
      0, 250, 1_500, 20_500, 999_900, 1_490_000, 58_300_000, 65_000_000, 3_600_000_000, 7_380_000_000,
    ];
    expect(said.map(durationText)).toEqual([
      '0 µs',
      '250 µs',
      '1.5 ms',
      '20.5 ms',
      '999.9 ms',
      '1.49 s',
      '58.3 s',
      '1 min 5 s',
      '1 h',
      '2 h 3 min',
    ]);
  });

  it('says moments on the axis, and exactly', () => {
    expect([0, 34, 20_500, 12_345_678, 65_200_000, 7_384_500_000].map(momentText)).toEqual([
      '0',
      '0.03 ms',
      '20.5 ms',
      '12.346 s',
      '1:05.200',
      '2:03:04.500',
    ]);
    expect(exactText(12_345_678)).toBe('12.345 678 s');
  });

  it('shortens a text in its middle until it fits, and a word too long for a line', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.integer({ min: 5, max: 200 }), (text, width) => {
        const fitted = fitText(text, 'detail', width, tableMeasure);
        expect(tableMeasure(fitted, 'detail')).toBeLessThanOrEqual(width);
        const lines = wrapText(text, 'note', width, tableMeasure, 3);
        expect(lines.length).toBeLessThanOrEqual(3);
        for (const line of lines) expect(tableMeasure(line, 'note')).toBeLessThanOrEqual(width);
      }),
      { seed: 3 },
    );
    expect(fitText('plant/1/temperature', 'detail', 90, tableMeasure)).toMatch(/^plant.*….*e$/);
  });
});
