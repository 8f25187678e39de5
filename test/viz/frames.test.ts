/** What of a lesson only its picture tells: frames around packets, cuts in the words of people, sentences that lie on nothing. */
import { describe, expect, it } from 'vitest';
import type { WebSocketSent } from '../../src/trace/event.ts';
import { readStory, type TraceIndex } from '../../viz/index/trace-index.ts';
import type { Arrow, Label } from '../../viz/layout/display-list.ts';
import { nameOf } from '../../viz/layout/sentence.ts';
import { sceneOf, type Telling, told, wholeOf } from './pictured.ts';
import { overlapsOf } from './words.ts';

async function storyOf(
  name: string,
  parameters: NonNullable<Telling['parameters']>,
  seed = 1,
  mutant?: string,
): Promise<TraceIndex> {
  return readStory(
    await told(`lessons/${name}`, {
      seed,
      parameters,
      checks: 'all',
      ...(mutant === undefined ? {} : { mutant }),
    }),
  );
}

const WIDTH = 820;

const textOf = (label: Label | undefined): string => label?.spans.map(({ text }) => text).join(' ') ?? '';

/** Whether a line goes through words; it may touch their edge. */
function liesOn(label: Label, { x1, x2, y1, y2 }: Arrow): boolean {
  const steps = 200;
  for (let step = 0; step <= steps; step++) {
    const x = x1 + ((x2 - x1) * step) / steps;
    const y = y1 + ((y2 - y1) * step) / steps;
    const within = x > label.x && x < label.x + label.width;
    if (within && y > label.y + 2 && y < label.y + label.height - 2) return true;
  }
  return false;
}

/** The bytes of the frames of each packet that a node sent, in the order of departure. */
function framesOf(story: TraceIndex, node: string): number[][] {
  const sizes: number[][] = [];
  for (let each = 0; each < story.flightCount; each++) {
    const { sent } = story.flight(each);
    if (sent.n !== node) continue;
    sizes.push(story.framesOf(sent.i).map((frame) => (story.event(frame) as WebSocketSent).bytes.length));
  }
  return sizes;
}

describe('frames of a WebSocket', () => {
  it('are those that have bytes of a packet: one each, one for two, and two for one [5.0/MQTT-6.0.0-2]', async () => {
    // A head of 6 bytes before the CONNECT of 18 bytes, and before PUBLISHes of 13, 14 and 21 bytes.
    expect(framesOf(await storyOf('websocket', { framing: 'each' }), 'page')).toEqual([
      [24],
      [19],
      [20],
      [27],
    ]);
    expect(framesOf(await storyOf('websocket', { framing: 'joined' }), 'page')).toEqual([
      [24],
      [33],
      [33],
      [27],
    ]);
    const split = await storyOf('websocket', { framing: 'split' });
    expect(framesOf(split, 'page')).toEqual([[22, 8], [19], [20], [22, 11]]);
    expect(framesOf(split, 'lamp')).toEqual([[], []]);
  });

  it('lead to the first packet that they carry', async () => {
    const story = await storyOf('websocket', { framing: 'joined' });
    const [on, off] = [1, 2].map((nth) => {
      const sent = [];
      for (let each = 0; each < story.flightCount; each++)
        if (story.flight(each).sent.n === 'page') sent.push(story.flight(each).sent.i);
      return sent[nth]!;
    });
    const [frame] = story.framesOf(off!);
    expect(story.framesOf(on!)).toEqual([frame]);
    expect(story.carriedBy(frame!)).toBe(on);
    expect(story.carriedBy(1)).toBe(0);
  });

  it.each([820, 314])(
    'are boxes around the lines that they carry, and touch no words, at %i pixels',
    async (width) => {
      for (const framing of ['each', 'joined', 'split']) {
        const story = await storyOf('websocket', { framing });
        const list = wholeOf(sceneOf(story, width, 1));
        expect(overlapsOf(list)).toEqual([]);
        expect(list.frames.length).toBe({ each: 5, joined: 4, split: 7 }[framing]);
        for (const arrow of list.arrows) {
          if (arrow.count > 0) expect(arrow.label, `${framing} ${arrow.i}`).toBeDefined();
          for (const frame of story.framesOf(arrow.i)) {
            const box = list.frames.find(({ i }) => i === frame)!;
            const middle = box.x + box.width / 2;
            const y = arrow.y1 + ((arrow.y2 - arrow.y1) * (middle - arrow.x1)) / (arrow.x2 - arrow.x1);
            expect(y).toBeGreaterThan(box.y);
            expect(y).toBeLessThan(box.y + box.height);
            expect(box.text).toContain(String((story.event(frame) as WebSocketSent).bytes.length));
            // Who speaks to the page says what is seen.
            expect(nameOf(story, frame)).toContain(box.text);
          }
        }
      }
    },
  );

  it('come after the two arrows of the handshake, which are no packets', async () => {
    const story = await storyOf('websocket', { framing: 'each' });
    const scene = sceneOf(story, WIDTH, 1);
    const list = wholeOf(scene);
    const [request, response] = list.arrows;
    expect(textOf(request?.label)).toBe('GET /mqtt');
    expect(textOf(response?.label)).toBe('101 Switching Protocols');
    expect(response!.x1).toBe(request!.x2);
    expect(request!.y2).toBeGreaterThan(request!.y1);
    expect(list.packets).toBe(story.flightCount);
  });
});

describe('a cut connection', () => {
  it.each(['PUBLISH', 'PUBACK'])('says once, at the %s that it took away, what it was', async (cut) => {
    const list = wholeOf(sceneOf(await storyOf('qos-1', { cut }, 3), WIDTH, 1));
    const [lost, ...others] = list.arrows.filter(({ end }) => end === 'lost');
    expect(others).toEqual([]);
    expect(textOf(lost!.label)).toContain(cut);
    expect(textOf(lost!.note)).toBe('cut: connection reset');
    // It lies on no lane.
    const [first, last] = [Math.min(lost!.x1, lost!.aimX), Math.max(lost!.x1, lost!.aimX)];
    expect(lost!.note!.x).toBeGreaterThan(first);
    expect(lost!.note!.x + lost!.note!.width).toBeLessThan(last);
    const fault = list.marks.find(({ glyph }) => glyph === 'fault')!;
    expect(Math.abs(fault.x - lost!.x2)).toBeLessThan(20);
    expect(fault.y).toBe(lost!.y2);
    const words = list.marks.map(({ label }) => textOf(label)).filter((text) => text.includes('reset'));
    expect(words).toEqual([]);
    expect(overlapsOf(list)).toEqual([]);
  });
});

describe('a lost packet', () => {
  it.each([
    ['PUBLISH', 1],
    ['PUBLISH', 3],
    ['PUBREC', 2],
    ['PUBREL', 1],
    ['PUBREL', 3],
  ])('is drawn as far as to when it was lost: %s at zoom %d', async (cut, zoom) => {
    const story = await storyOf('qos-2', { cut }, 3);
    const scene = sceneOf(story, 727, zoom);
    const [lost] = wholeOf(scene).arrows.filter(({ end }) => end === 'lost');
    expect(Math.abs(lost!.y2 - scene.axis.y(story.flightOf(lost!.i)!.end!.i - 1))).toBeLessThanOrEqual(4);
  });
});

describe('a cut that waited for a packet', () => {
  it('is said at that packet and nowhere else', async () => {
    const story = await storyOf('../qos2-cut', {});
    const list = wholeOf(sceneOf(story, WIDTH, 1));
    const lost = list.arrows.filter(({ end }) => end === 'lost');
    expect(lost.map(({ label }) => textOf(label))).toEqual(['PUBREC #1']);
    expect(textOf(lost[0]!.note)).toBe('cut: connection reset before the PUBREC');
    const words = list.marks.map(({ label }) => textOf(label)).filter((text) => /reset|cut/.test(text));
    expect(words).toEqual([]);
    expect(overlapsOf(list)).toEqual([]);
  });
});

describe('a packet that is under way for long', () => {
  it('says how long, where that time is cut out of the picture', async () => {
    const story = await storyOf('qos-0', { trouble: 'loss' }, 4);
    const list = wholeOf(sceneOf(story, WIDTH, 1));
    const late = list.arrows.filter(({ label }) => textOf(label).includes('under way'));
    expect(late.length).toBeGreaterThan(0);
    for (const { i, label } of late) {
      const flight = story.flight(story.events.flight[i - 1]!);
      expect(flight.end!.t - flight.sent.t).toBeGreaterThan(100_000);
      expect(textOf(label)).toMatch(/ \d+(\.\d+)? m?s under way$/);
    }
    expect(overlapsOf(list)).toEqual([]);
  });

  it('does not, when all on its way take as long', async () => {
    const story = await storyOf('sessions', {}, 1);
    const scene = sceneOf(story, WIDTH, 1);
    expect(scene.axis.breaks(0, scene.rows.times.length).length).toBeGreaterThan(0);
    for (const { label } of wholeOf(scene).arrows) expect(textOf(label)).not.toMatch(/\d m?s|under way/);
  });
});

describe('the words of a packet', () => {
  it.each([
    ['publish-subscribe', {}],
    ['qos-0', {}],
    ['qos-1', { cut: 'PUBACK' }],
    ['qos-2', { cut: 'PUBREC' }],
  ] as const)('lie on the line of no other: %s %o', async (name, parameters) => {
    const { arrows } = wholeOf(sceneOf(await storyOf(name, parameters, 3), WIDTH, 1));
    for (const { label } of arrows) {
      expect(label).toBeDefined();
      for (const other of arrows) {
        const crosses = label !== undefined && other.label !== label && liesOn(label, other);
        expect(crosses, `${textOf(label)} / ${textOf(other.label)}`).toBe(false);
      }
    }
  });
});

describe('a verdict', () => {
  it('stands below the packets that it is about', async () => {
    const story = await storyOf('debugging', { cut: 'PUBREC' }, 3, 'qos2-forgotten');
    const list = wholeOf(sceneOf(story, WIDTH, 1));
    const sign = list.signs.find(({ tone }) => tone === 'broken')!;
    const accused = list.arrows.filter((arrow) => arrow.accused);
    expect(accused.length).toBeGreaterThan(0);
    for (const { y2 } of accused) expect(sign.y).toBeGreaterThan(y2);
  });

  it('stands on no packet, where soon none is under way', async () => {
    const list = wholeOf(sceneOf(await storyOf('survival', { blow: 'power-cut' }), WIDTH, 1));
    const sign = list.signs.find(({ tone }) => tone === 'excused')!;
    const crossing = list.arrows.filter(({ y1, y2 }) => y1 < sign.y + sign.height && y2 > sign.y);
    expect(crossing).toEqual([]);
  });
});
