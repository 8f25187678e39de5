/** What the two ends of a delivery hold of it, as bars beside their lanes: who holds what, from when to when, and that words have room. */
import type { ParameterValue } from 'mqtt-amber';
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/trace/event.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import type { Words } from '../../viz/layout/broken-words.ts';
import type { Box } from '../../viz/layout/label-room.ts';
import { LineRoom } from '../../viz/layout/line-room.ts';
import { type Memories, memoriesOf, type Turn } from '../../viz/layout/memory.ts';
import { BAR_WIDTH, type Pictured } from '../../viz/layout/memory-bars.ts';
import { layoutMemory, type MemoryList } from '../../viz/layout/memory-layout.ts';
import { tableMeasure } from '../../viz/layout/text-measure.ts';
import { timeMapOf } from '../../viz/layout/time-map.ts';
import { sceneOf, told as toldOf, wholeOf } from './pictured.ts';
import { overlap, wordsOf } from './words.ts';

type Told = Awaited<ReturnType<typeof told>>;

const told = (story: string, parameters: Readonly<Record<string, ParameterValue>> = {}, mutant?: string) =>
  toldOf(story, { seed: 5, parameters, ...(mutant === undefined ? {} : { mutant }) });

/** `PUBREC arrives`, `conn.ended`; of what is sent again with its number: `2. PUBREL leaves`. */
function wordsOfTurn(turn: Turn | undefined, { events }: Told): string {
  if (turn === undefined) return 'for ever';
  if (turn.packet === 0) return events.find(({ k, t }) => t === turn.t && k === 'conn.ended')?.k ?? '?';
  const types = ['', 'CONNECT', 'CONNACK', 'PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP'];
  const typeOf = (event: TraceEvent): string =>
    event.k === 'packet.sent' ? types[event.bytes[0]! >> 4]! : '';
  const sent = events[turn.packet - 1]!;
  const before = events
    .slice(0, turn.packet)
    .filter((each) => each.n === sent.n && typeOf(each) === typeOf(sent));
  return `${before.length > 1 ? `${before.length}. ` : ''}${typeOf(sent)} ${turn.arrives ? 'arrives' : 'leaves'}`;
}

/** A line for everything that is held, and for everything that follows. */
function pagesOf({ memories, notes }: Memories, from: Told): string[] {
  const page = (turn: Turn | undefined): string => wordsOfTurn(turn, from);
  return [
    ...memories.map(({ end, from: begin, handedOver, message, node, packetId, tooSoon, until }) => {
      const what = end === 'sender' ? `holds ${message} #${packetId}` : `remembers #${packetId}`;
      const over = handedOver === undefined ? '' : `, its number from ${page(handedOver)}`;
      const early = tooSoon === undefined ? '' : `, too soon, as ${page(tooSoon)}`;
      return `${node} ${what} from ${page(begin)}${over} until ${page(until)}${early}`;
    }),
    ...notes
      .filter(({ is }) => is !== 'present')
      .map(({ at, is, message, node, packetId }) =>
        `${node}: #${packetId} ${is} ${message}`.trimEnd().concat(` when ${page(at)}`),
      ),
  ];
}

const withoutState = ({ events }: Told): TraceEvent[] => events.filter(({ k }) => k !== 'state');

const TILL = 'till holds "5 euro" #1 from PUBLISH leaves';

/** By the packet that is cut. */
const AT_QOS_2: readonly (readonly [string, readonly string[]])[] = [
  [
    'nothing',
    [
      `${TILL}, its number from PUBREC arrives until PUBCOMP arrives`,
      'hub remembers #1 from PUBLISH arrives until PUBREL arrives',
    ],
  ],
  [
    'PUBLISH',
    [
      `${TILL}, its number from PUBREC arrives until PUBCOMP arrives`,
      'hub remembers #1 from 2. PUBLISH arrives until PUBREL arrives',
    ],
  ],
  [
    'PUBREC',
    [
      `${TILL}, its number from 2. PUBREC arrives until PUBCOMP arrives`,
      'hub remembers #1 from PUBLISH arrives until PUBREL arrives',
      'hub: #1 known "5 euro" when 2. PUBLISH arrives',
    ],
  ],
  [
    'PUBREL',
    [
      `${TILL}, its number from PUBREC arrives until PUBCOMP arrives`,
      'hub remembers #1 from PUBLISH arrives until 2. PUBREL arrives',
    ],
  ],
  [
    'PUBCOMP',
    [
      `${TILL}, its number from PUBREC arrives until 2. PUBCOMP arrives`,
      'hub remembers #1 from PUBLISH arrives until PUBREL arrives',
      'hub: #1 unknown when 2. PUBCOMP leaves',
    ],
  ],
];

describe('what is held of a delivery', () => {
  it.each(AT_QOS_2)(
    'at QoS 2, with %s cut off: the message until PUBREC, the number until PUBCOMP, and beyond until PUBREL [5.0/MQTT-4.3.3-3] [5.0/MQTT-4.3.3-5] [5.0/MQTT-4.3.3-10]',
    async (cut, pages) => {
      const run = await told('lessons/qos-2', { cut });
      expect(pagesOf(memoriesOf(run.events, ['till']), run)).toEqual(pages);
      // The packets alone tell the same of machines without a bug.
      expect(pagesOf(memoriesOf(withoutState(run), ['till']), run)).toEqual(pages);
    },
  );

  it.each([
    ['PUBLISH', 'PUBACK arrives'],
    ['PUBACK', '2. PUBACK arrives'],
  ])(
    'at QoS 1, with %s cut off: the message until PUBACK, and nothing beyond [5.0/MQTT-4.3.2-3] [5.0/MQTT-4.3.2-5]',
    async (cut, end) => {
      const run = await told('lessons/qos-1', { cut });
      const pages = [`sensor holds "fire" #1 from PUBLISH leaves until ${end}`];
      expect(pagesOf(memoriesOf(run.events, ['sensor']), run)).toEqual(pages);
      expect(pagesOf(memoriesOf(withoutState(run), ['sensor']), run)).toEqual(pages);
    },
  );

  it('is what a machine tells, where it has a bug: this one forgets with the connection, and then knows nothing', async () => {
    const run = await told('lessons/qos-2', { cut: 'PUBREC' }, 'qos2-forgotten');
    expect(pagesOf(memoriesOf(run.events, ['till']), run)).toEqual([
      `${TILL}, its number from 2. PUBREC arrives until PUBCOMP arrives`,
      'hub remembers #1 from PUBLISH arrives until conn.ended',
      'hub remembers #1 from 2. PUBLISH arrives until PUBREL arrives',
    ]);
  });

  it('is not known where a machine takes it for new, though it never said that it forgot', async () => {
    const run = await told('lessons/qos-2', { cut: 'PUBREC' }, 'qos2-forgotten');
    const silent = run.events.filter(
      (event) => event.k !== 'state' || run.events[event.c - 1]?.k !== 'conn.ended',
    );
    expect(silent.length).toBeLessThan(run.events.length);
    const { memories, notes } = memoriesOf(silent, ['till']);
    expect(memories.map(({ end }) => end)).toEqual(['sender', 'receiver']);
    expect(notes.map(({ is }) => is)).toEqual(['present']);
  });

  it('is, of who tells nothing, the number as long as a PUBREL waits for its PUBCOMP', async () => {
    const run = await told('lessons/qos-2');
    const released = run.events.findIndex((event) => event.k === 'packet.sent' && event.bytes[0] === 0x62);
    const until = withoutState({ ...run, events: run.events.slice(0, released + 1) });
    expect(pagesOf(memoriesOf(until, ['till']), run)[0]).toBe(
      `${TILL}, its number from PUBREC arrives until for ever`,
    );
  });

  it('is held for ever beyond who sends no PUBREL, and a new message under its number is taken for the old one', async () => {
    const two = await told('lessons/two-packets');
    expect(pagesOf(memoriesOf(two.events, ['till']), two)).toEqual([
      `${TILL}, its number from PUBREC arrives until PUBREC arrives`,
      'hub remembers #1 from PUBLISH arrives until for ever',
      'till holds "7 euro" #1 from 2. PUBLISH leaves, its number from 2. PUBREC arrives until 2. PUBREC arrives',
      'hub: #1 taken when 2. PUBLISH leaves',
      'hub: #1 known "7 euro" when 2. PUBLISH arrives',
    ]);
    const four = await told('lessons/two-packets', { packets: 4 });
    expect(memoriesOf(four.events, ['till']).notes).toEqual([]);
  });

  it('ends, of who gives its number anew and awaits no PUBCOMP, with its PUBREL; one that waits holds it over the cut', async () => {
    const three = await told('lessons/three-packets');
    expect(pagesOf(memoriesOf(three.events, ['till']), three)).toEqual([
      `${TILL}, its number from PUBREC arrives until PUBREL leaves, too soon, as 2. PUBLISH leaves`,
      'hub remembers #1 from PUBLISH arrives until for ever',
      'till holds "7 euro" #1 from 2. PUBLISH leaves, its number from 2. PUBREC arrives until 2. PUBREC arrives',
      'hub: #1 taken when 2. PUBLISH leaves',
      'hub: #1 known "7 euro" when 2. PUBLISH arrives',
    ]);
    const four = await told('lessons/three-packets', { packets: 4 });
    expect(pagesOf(memoriesOf(four.events, ['till']), four).slice(0, 2)).toEqual([
      `${TILL}, its number from PUBREC arrives until PUBCOMP arrives`,
      'hub remembers #1 from PUBLISH arrives until 2. PUBREL arrives',
    ]);
    expect(memoriesOf(four.events, ['till']).notes.map(({ is, node }) => `${node} ${is}`)).toEqual([
      'hub present',
    ]);
  });

  it('is told of the nodes that are asked for, and of none in a trace that has more than can be seen', async () => {
    const run = await told('lessons/qos-1');
    const who = (of: string[]): string[] =>
      memoriesOf(run.events, of).memories.map(({ end, node, peer }) => `${node} ${end} ${peer}`);
    expect(who(['sensor'])).toEqual(['sensor sender hub']);
    expect(who(['screen'])).toEqual(['hub sender screen']);
    expect(who(['hub'])).toEqual(['sensor sender hub', 'hub sender screen']);
    expect(who([])).toEqual([]);
    // A hundred messages at QoS 2, from a sensor to the hub and on to a screen: four bars each.
    const many = await told('flapping-uplink');
    expect(memoriesOf(many.events, ['hub'])).toMatchObject({ memories: [], notes: [] });
  });
});

interface Picture {
  list: Pictured;
  drawn: MemoryList;
  words: ReturnType<typeof wordsOf>;
  width: number;
}

function pictured(run: Told, viewWidth: number, zoom = 1): Picture {
  const scene = sceneOf(readStory(run), viewWidth, zoom);
  const whole = wholeOf(scene);
  const list = { ...whole, origin: 0, timeMap: timeMapOf(scene, 0, scene.axis.height) };
  const drawn = layoutMemory(list, memoriesOf(run.events, ['till', 'sensor']), scene.width, tableMeasure);
  return { list, drawn, words: wordsOf(whole), width: scene.width };
}

const textOf = ({ lines }: Words): string => lines.join(' ');
/** What was said in brief, as it is said where there is room. */
function inFull(text: string, known = '5 euro'): string {
  return text
    .replace(/^holds "/, 'holds the message #1: "')
    .replace(/^holds #1$/, 'holds #1: not free yet')
    .replace(/^#1 is free( since .*)?$/, '#1 is free again')
    .replace(/^forgot #1 at .*/, 'forgets #1')
    .replace(/^holds nothing$/, 'holds nothing: waits for no PUBCOMP')
    .replace(/^"/, 'holds the message #1: "')
    .replace(/^#1 is known already$/, `#1 is known already: "${known}" goes no further`)
    .replace(/^0x92: I know no #1$/, '0x92: I know no such number as #1');
}
const RUNS = [
  ...['PUBLISH', 'PUBREC', 'PUBREL', 'PUBCOMP'].map((cut) => ['lessons/qos-2', { cut }] as const),
  ...['PUBLISH', 'PUBACK'].map((cut) => ['lessons/qos-1', { cut }] as const),
  ['lessons/two-packets', { packets: 2 }],
  ['lessons/three-packets', { packets: 3 }],
] as const;

describe('bars beside lanes', () => {
  it.each(RUNS)('of %s with %o have words that lie on nothing, at every width', async (story, parameters) => {
    const run = await told(story, parameters);
    // Where packets follow each other at once they fall further on a narrow screen, so that words have room beside them.
    for (const [view, zoom] of [
      [300, story.startsWith('lessons/qos') ? 1 : 2.5],
      [314, 2.5],
      [480, 1],
      [740, 1],
      [1200, 1],
    ] as const) {
      const { drawn, list, width, words } = pictured(run, view, zoom);
      const mine = drawn.words;
      expect(mine.length).toBeGreaterThan(1);
      const lines = new LineRoom(list.arrows, list.top, list.bottom);
      const boxes = [...words.map(({ box }) => box), ...drawn.bars.map(boxOf)];
      for (const [at, label] of mine.entries()) {
        const others = [...boxes, ...mine.slice(0, at)];
        expect(
          others.filter((other) => overlap(label, other)),
          `${textOf(label)} at ${view}`,
        ).toEqual([]);
        expect(lines.isFree(label), `${textOf(label)} at ${view} lies on a packet`).toBe(true);
        expect(label.x).toBeGreaterThanOrEqual(0);
        expect(label.x + label.width).toBeLessThanOrEqual(width);
      }
    }
  });

  it.each(RUNS)(
    'of %s with %o say at every width what they are and where they end, in lines where there is little room, and in brief at last',
    async (story, parameters) => {
      const run = await told(story, parameters);
      const wordsAt = (view: number, zoom: number): string[] => {
        const { drawn, list, width } = pictured(run, view, zoom);
        for (const words of drawn.words) {
          expect(words.x).toBeGreaterThanOrEqual(0);
          expect(words.x + words.width).toBeLessThanOrEqual(width);
        }
        // That the session goes on is said once: on the line of its packet, or beside it.
        const texts = drawn.words.map(textOf);
        const onLines = list.arrows.flatMap(({ label, note }) =>
          [label, note].flatMap((each) => each?.spans.map(({ text }) => text) ?? []),
        );
        const said = [...texts, ...onLines].filter((text) => text.endsWith('session present'));
        expect(said).toHaveLength(story === 'lessons/two-packets' ? 0 : 1);
        // That a number is given anew is seen, and said only where there is room.
        return texts.filter((text) => !/session present$|given anew/.test(text));
      };
      const known = story === 'lessons/two-packets' ? '7 euro' : '5 euro';
      const isFirst = (text: string): boolean => !text.startsWith('still ');
      // Where there is no room before a stretch that is left out it is said beyond that, as what is so still.
      const meanings = (words: readonly string[]): string[] =>
        [...new Set(words.map((text) => inFull(text.replace(/^still /, ''), known)))].sort();
      // With little time before a stretch that is left out there is no room for all of it, however wide the view.
      const cramped = story === 'lessons/qos-1' && 'cut' in parameters && parameters.cut === 'PUBLISH';
      const wide = wordsAt(1_200, 1).filter(isFirst);
      const whole = wide.map((text) => inFull(text, known));
      if (!cramped) expect(wide).toEqual(whole);
      expect(whole).toContain(`holds the message #1: "${story === 'lessons/qos-1' ? 'fire' : '5 euro'}"`);
      for (const [view, zoom] of [
        [200, 0.8],
        [314, 0.8],
        [314, 2.5],
        [640, 0.8],
      ] as const) {
        const words = wordsAt(view, zoom);
        expect(words.length).toBeGreaterThanOrEqual(whole.length);
        expect(words.filter(isFirst).length).toBeLessThanOrEqual(whole.length);
        expect(meanings(words)).toEqual(meanings(whole));
      }
      const { drawn } = pictured(run, 314, 2.5);
      if (!cramped) expect(drawn.words.some(({ lines }) => lines.length > 1)).toBe(true);
    },
  );

  it.each(RUNS)(
    'of %s with %o are never said to begin beyond a stretch that is left out after they did',
    async (story, parameters) => {
      const run = await told(story, parameters);
      for (const [view, zoom] of [
        [314, 0.8],
        [314, 1],
        [314, 2.5],
        [740, 1],
      ] as const) {
        const { drawn, list } = pictured(run, view, zoom);
        for (const words of drawn.words) {
          const text = inFull(textOf(words));
          const middle = words.y + words.height / 2;
          const begun = drawn.bars.filter(({ name }) => name.endsWith(` ${text}`)).map(({ y1 }) => y1);
          const isNear = (y: number): boolean =>
            !list.gaps.some(({ y1, y2 }) => ((y1 + y2) / 2 - y) * ((y1 + y2) / 2 - middle) < 0);
          if (begun.length > 0) expect(begun.some(isNear), `${text} at ${view}, ${zoom}`).toBe(true);
        }
      }
    },
  );

  it('of a hub that forgets soon have words at their own side, each beside its moment, also on a telephone', async () => {
    const run = await told('lessons/qos-2', { cut: 'PUBREC' }, 'qos2-forgotten');
    const { drawn, list } = pictured(run, 314, 0.8);
    const remembered = drawn.bars.filter(({ name }) => name === 'hub remembers #1');
    expect(remembered).toHaveLength(2);
    for (const [text, momentOf] of [
      ['remembers #1', ({ y1 }: (typeof remembered)[number]) => y1],
      ['forgets #1', ({ y2 }: (typeof remembered)[number]) => y2],
    ] as const) {
      const said = drawn.words.filter((words) => textOf(words) === text);
      expect(said).toHaveLength(2);
      for (const [at, { height, x, y }] of said.entries()) {
        const bar = remembered[at]!;
        expect(x).toBeGreaterThan(bar.x + bar.width);
        expect(Math.abs(y + height / 2 - momentOf(bar))).toBeLessThanOrEqual(height);
      }
    }
    // The connection is cut before a stretch that is left out, and what is forgotten then is said before it.
    const gap = list.gaps.find(({ y1 }) => y1 >= remembered[0]!.y2)!;
    const forgets = drawn.words.find((words) => textOf(words) === 'forgets #1')!;
    expect(forgets.y + forgets.height).toBeLessThan((gap.y1 + gap.y2) / 2);
  });

  it('of what is held for ever have no end, and say at theirs that it is held still', async () => {
    for (const view of [314, 820, 1_200]) {
      const { drawn } = pictured(await told('lessons/two-packets'), view, 2.5);
      const [forever, ...others] = drawn.bars.filter(({ open }) => open);
      expect(others).toEqual([]);
      expect(forever!.name).toBe('hub remembers #1');
      const last = drawn.words.filter((words) => textOf(words) === 'still remembers #1').at(-1)!;
      expect(forever!.y2 - last.y, `${view}`).toBeLessThan(90);
    }
    const { drawn } = pictured(await told('lessons/qos-2', { cut: 'PUBCOMP' }), 820);
    expect(drawn.bars.some(({ open }) => open)).toBe(false);
  });

  it.each([314, 740])(
    'show where the fourth packet is missing: nothing is held from PUBREL to the next message, and the number is given while the hub has it, at %i',
    async (view) => {
      const { drawn, list } = pictured(await told('lessons/three-packets'), view, 2.5);
      const [first, second] = drawn.bars.filter(({ holds }) => holds === 'message');
      const lacking = drawn.bars.filter(({ holds }) => holds === 'nothing');
      expect(lacking).toMatchObject([{ x: first!.x, y2: second!.y1 }]);
      expect(lacking[0]!.y1).toBeGreaterThanOrEqual(first!.y2);
      expect(drawn.words.map(textOf).some((text) => text.startsWith('holds nothing'))).toBe(true);
      const taken = drawn.signs.filter(({ is }) => is === 'taken');
      expect(taken).toMatchObject([{ name: 'hub: #1 is not free here', y: second!.y1 }]);
      const remembered = drawn.bars.find(({ name }) => name === 'hub remembers #1')!;
      expect(taken[0]!.y).toBeGreaterThan(remembered.y1);
      expect(taken[0]!.y).toBeLessThan(remembered.y2);
      const breaks = list.marks.filter(({ glyph }) => glyph === 'ended').map(({ y }) => y);
      expect(Math.min(...breaks)).toBeGreaterThan(first!.y2);
    },
  );

  it('never say beyond a break what ended before it, unless they say when', async () => {
    for (const [view, zoom] of [
      [314, 0.8],
      [314, 1],
      [740, 1],
    ] as const) {
      const { drawn, list } = pictured(await told('lessons/qos-2', { cut: 'PUBCOMP' }), view, zoom);
      const remembered = drawn.bars.find(({ name }) => name === 'hub remembers #1')!;
      const forgets = drawn.words.find((words) => textOf(words) === 'forgets #1');
      const cut = Math.min(...list.marks.filter(({ glyph }) => glyph === 'ended').map(({ y }) => y));
      expect(cut).toBeGreaterThan(remembered.y2);
      if (forgets === undefined)
        expect(drawn.words.map(textOf)).toContainEqual(expect.stringMatching(/^forgot #1 at \d/));
      else expect(forgets.y + forgets.height / 2).toBeLessThan(cut);
    }
  });

  it('of one message after the other leave room between them to see that nothing was held', async () => {
    for (const view of [314, 820]) {
      const { drawn } = pictured(await told('lessons/two-packets'), view, 0.8);
      const [first, second] = drawn.bars.filter(({ holds }) => holds === 'message');
      expect(second!.x).toBe(first!.x);
      expect(second!.y1 - first!.y2).toBeGreaterThan(12);
    }
  });

  it('stand where no packet of their exchange crosses them, from arrow to arrow', async () => {
    const { drawn, list } = pictured(await told('lessons/qos-2', { cut: 'PUBREC' }), 820);
    const [till, hub] = list.lanes.map(({ x }) => x) as [number, number];
    const arrows = list.arrows.filter(({ aimX, x1 }) => [aimX, x1].includes(till));
    for (const { x, y1, y2 } of drawn.bars) {
      expect(x + BAR_WIDTH < till || x > hub).toBe(true);
      expect(arrows.flatMap(({ y1: from, y2: to }) => [from, to])).toEqual(expect.arrayContaining([y1, y2]));
    }
    expect(drawn.bars.map(({ holds, name }) => `${holds}: ${name}`)).toEqual([
      'message: till holds the message #1: "5 euro"',
      'number: till holds #1: not free yet',
      'number: hub remembers #1',
    ]);
  });

  it('say again further down what they are, where they end, and where a message goes no further', async () => {
    const { drawn } = pictured(await told('lessons/qos-2', { cut: 'PUBREC' }), 820);
    const texts = drawn.words.map(textOf);
    expect(texts).toContain('still remembers #1');
    expect(texts).toContain('forgets #1');
    expect(texts).toContain('#1 is free again');
    expect(texts).toContain('#1 is known already: "5 euro" goes no further');
    expect(drawn.signs.map(({ is, name }) => [is, name])).toEqual([
      ['known', 'hub: #1 is known already: "5 euro" goes no further'],
    ]);
  });

  it('are not there where packets are no shapes of their own, nor where nothing is held', async () => {
    const run = await told('lessons/qos-2');
    const { list } = pictured(run, 820);
    const nothing = { bars: [], signs: [], words: [] };
    const held = memoriesOf(run.events, ['till']);
    expect(layoutMemory({ ...list, tier: 'lines' }, held, 820, tableMeasure)).toEqual(nothing);
    expect(layoutMemory(list, memoriesOf(run.events, []), 820, tableMeasure)).toEqual(nothing);
  });
});

function boxOf({ width, x, y1, y2 }: MemoryList['bars'][number]): Box {
  return { x, y: y1, width, height: y2 - y1 };
}
