/** The pictures of all lessons, as they are laid out on a telephone and on a desk: words on nothing else, times for everything, edges that cut nothing. */
import { describe, expect, it } from 'vitest';
import { readStory } from '../../../viz/index/trace-index.ts';
import { zoomOfRoom } from '../../../viz/layout/aim.ts';
import { clearEdge, REACH, type Whole, wholesOf } from '../../../viz/layout/clear-edge.ts';
import type { Label } from '../../../viz/layout/display-list.ts';
import type { Box } from '../../../viz/layout/label-room.ts';
import { timesOf } from '../../../viz/layout/margin-times.ts';
import { memoriesOf } from '../../../viz/layout/memory.ts';
import type { Pictured } from '../../../viz/layout/memory-bars.ts';
import { layoutMemory } from '../../../viz/layout/memory-layout.ts';
import { readFacts } from '../../../viz/layout/packet-facts.ts';
import { buildScene, stage } from '../../../viz/layout/scene.ts';
import { layoutSequence } from '../../../viz/layout/sequence.ts';
import { tableMeasure } from '../../../viz/layout/text-measure.ts';
import { TimeAxis } from '../../../viz/layout/time-axis.ts';
import { timeMapOf } from '../../../viz/layout/time-map.ts';
import { momentText } from '../../../viz/layout/time-text.ts';
import type { Lesson } from '../../../viz/lessons/lesson.ts';
import { LESSONS } from '../../../viz/lessons/lessons.ts';
import { told } from '../pictured.ts';
import { overlap } from '../words.ts';

/** Widths of the diagram, and heights of what is seen of it: a telephone of 390 pixels, a desk of 1280. */
const VIEWS = [
  { width: 318, height: 380 },
  { width: 727, height: 680 },
] as const;

type Told = Awaited<ReturnType<typeof told>>;

/** Every run that a lesson shows. */
async function runsOf(lesson: Lesson): Promise<Told[]> {
  const { change, lack, mutant, seed, story } = lesson;
  const withBug = (parameters: Told['header']['parameters'], bug = mutant): Promise<Told> =>
    told(story, { seed, parameters, ...(bug === undefined ? {} : { mutant: bug }) });
  const runs = [await withBug({})];
  for (const { value } of change.choices) runs.push(await withBug({ [change.parameter]: value }));
  for (const each of lack ?? []) {
    if ('story' in each) {
      runs.push(await told(each.story, { seed, parameters: {} }));
      if (each.mended !== undefined) runs.push(await told(each.story, { seed, parameters: each.sound }));
    } else runs.push(await withBug({ [change.parameter]: each.value }, each.mutant));
  }
  return runs;
}

interface Picture {
  /** For messages about what is wrong. */
  name: string;
  list: Pictured & ReturnType<typeof layoutSequence>;
  words: { text: string; box: Box }[];
  wholes: Whole[];
  width: number;
  /** Of what is seen of it. */
  height: number;
}

function picture(lesson: Lesson, run: Told, view: (typeof VIEWS)[number]): Picture {
  const plain = buildScene(stage(readStory(run), new Set()), view.width, 1, tableMeasure, readFacts);
  const axisAt = (zoom: number): TimeAxis => new TimeAxis(plain.axis.scale, plain.banners, zoom);
  const zoom = zoomOfRoom(axisAt, view.height, { from: 0, flight: undefined }, plain.pitch);
  const scene = { ...plain, zoom, axis: axisAt(zoom) };
  const { height } = scene.axis;
  const list = { ...layoutSequence(scene, 0, height), origin: 0, timeMap: timeMapOf(scene, 0, height) };
  const memory = layoutMemory(list, memoriesOf(run.events, lesson.memory ?? []), scene.width, tableMeasure);
  const { arrows, bands, marks, signs } = list;
  const words: Picture['words'] = [];
  const add = (label: Label | undefined): void => {
    if (label !== undefined) words.push({ text: label.spans.map(({ text }) => text).join(' '), box: label });
  };
  for (const { label, note } of arrows) for (const each of [label, note]) add(each);
  for (const { label } of [...bands, ...marks]) add(label);
  for (const box of signs) words.push({ text: box.lines.join(' '), box });
  for (const box of memory.words) words.push({ text: box.lines.join(' '), box });
  const name = `${lesson.name} ${JSON.stringify(run.header.parameters)} at ${view.width}`;
  const wholes = [...wholesOf(list), ...memory.words];
  return { name, list, words, wholes, width: scene.width, height: view.height };
}

describe.each(LESSONS)('the pictures of the lesson $name', (lesson) => {
  const pictures = runsOf(lesson).then((runs) =>
    VIEWS.flatMap((view) => runs.map((each) => picture(lesson, each, view))),
  );

  it('have no words on other words, on the line of a stretch that is left out, or beyond their edges, where times and their triangle are', async () => {
    const wrong: string[] = [];
    for (const { list, name, width, words } of await pictures) {
      const dots = list.gaps.filter(({ silent }) => silent).map(({ y1, y2 }) => (y1 + y2) / 2);
      for (const [at, { box, text }] of words.entries()) {
        for (const other of words.slice(at + 1))
          if (overlap(box, other.box)) wrong.push(`${name}: ${text} / ${other.text}`);
        if (dots.some((y) => y > box.y + 1 && y < box.y + box.height - 1))
          wrong.push(`${name}: ${text} on dots`);
        if (box.x < 0 || box.x + box.width > width) wrong.push(`${name}: ${text} beyond the edge`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('have the time of every moment in the margin once it is marked, and no other text on that', async () => {
    for (const { list } of await pictures) {
      const moments = [...list.arrows.flatMap(({ y1, y2 }) => [y1, y2]), ...list.marks.map(({ y }) => y)];
      for (const y of moments) {
        const marked = { y, text: momentText(1_234_567) };
        const times = timesOf(list, [marked]);
        expect(times.filter((each) => Math.abs(each.y - y) < 12)).toEqual([{ ...marked, is: 'marked' }]);
      }
    }
  });

  it('name every packet whole, and the QoS of every message', async () => {
    const wrong: string[] = [];
    for (const { list, name } of await pictures) {
      for (const { count, i, label, note } of list.arrows) {
        const said = [label, note].flatMap((each) => each?.spans.map(({ text }) => text) ?? []).join(' ');
        // A handshake of HTTP is no packet.
        if (count === 0) continue;
        if (/^(CONN|PUB|SUB|UNSUB|$)( |$)/.test(said)) wrong.push(`${name}: ${i} ${said}`);
        // Frames take room of the words that stand on one line with them.
        if (list.frames.length === 0 && /^PUBLISH/.test(said) && !/ q[012]/.test(said))
          wrong.push(`${name}: ${i} ${said}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('have a place near every other one at which a view cuts nothing', async () => {
    const wrong: string[] = [];
    for (const { height, list, name, wholes } of await pictures) {
      const last = Math.max(0, list.bottom - height);
      const cuts = (edge: number): boolean =>
        edge > 0 && wholes.some((each) => each.y < edge && each.y + each.height > edge);
      for (let wanted = 0; wanted <= last; wanted += 3) {
        const edge = clearEdge(wholes, wanted, height, last);
        expect(Math.abs(edge - wanted)).toBeLessThanOrEqual(REACH);
        if (cuts(edge)) wrong.push(`${name}: ${edge}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
