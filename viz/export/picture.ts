/**
 * A trace as one picture: the sequence diagram of the viewer as a file of SVG that stands alone. A long trace is no picture, so it is
 * cut to the part that matters, and the picture says what it left out.
 */
import { counted } from '../../src/trace/counted.ts';
import { hashText, hex32 } from '../../src/trace/hash.ts';
import type { Story } from '../index/story.ts';
import type { DisplayList } from '../layout/display-list.ts';
import { readFacts } from '../layout/packet-facts.ts';
import { printable } from '../layout/packet-label.ts';
import type { Lane } from '../layout/roster.ts';
import { buildScene, type Scene, stage } from '../layout/scene.ts';
import { nameOf } from '../layout/sentence.ts';
import { layoutSequence } from '../layout/sequence.ts';
import { fitText, tableMeasure, wrapText } from '../layout/text-measure.ts';
import type { Theme } from '../theme/palette.ts';
import { legendOf } from './legend.ts';
import { element, escaped } from './markup.ts';
import { pictureStyle } from './picture-style.ts';
import { hatchesOf, shapesOf, ticksOf } from './shapes.ts';
import { leftOutOf, type Stretch, type StretchChoice, stretchOf } from './stretch.ts';

/** Pixels of the diagram; what lies below is left out. */
export const HEIGHT_MAX = 8_000;

export interface PictureChoice extends StretchChoice {
  theme: Theme;
  link?: PictureLink | undefined;
}

/** Where one goes on from a picture. */
export interface PictureLink {
  readonly address: string;
  readonly text: string;
}

export interface Picture {
  svg: string;
  width: number;
  height: number;
  /** Packets that are drawn. */
  packets: number;
  /** What is not in it, as a sentence without a full stop; undefined when all is. */
  leftOut: string | undefined;
}

const PADDING = 24;
const GUTTER = 92;
const HEAD_HEIGHT = 54;
/** Lanes that are closer have their heads in two rows. */
const STAGGERED_PITCH = 112;
const STAGGER = 44;
const WIDTH_MIN = 900;
/** Beside the outer lanes, for the words of what happens there. */
const MARGIN = 150;
const LINE_HEIGHT = 18;

export function drawPicture(whole: Story, choice: PictureChoice): Picture {
  const stretch = stretchOf(whole, choice);
  const scene = sceneOf(stretch.story);
  const { top, bottom } = windowOf(scene, stretch);
  const window = layoutSequence(scene, top, bottom);
  // The words of the first arrow stand above it, where what happened before it would be.
  const list = { ...window, top: Math.max(0, top - LINE_HEIGHT) };
  const leftOut = leftOutOf(whole, stretch, list.packets);
  return { ...compose(scene, list, leftOut, choice), packets: list.packets, leftOut };
}

function sceneOf(story: Story): Scene {
  const staged = stage(story, new Set());
  const lanes = staged.roster.lanes.length;
  const wide = Math.max(1_600, 150 * (lanes - 1) + 300);
  const width = Math.min(wide, Math.max(WIDTH_MIN, 300 * (lanes - 1) + 2 * MARGIN));
  return buildScene(staged, width, 1, tableMeasure, readFacts, MARGIN);
}

/** Where in a scene a time is, as far as a picture may be high. */
function windowOf(scene: Scene, { from, to }: Stretch): { top: number; bottom: number } {
  const { axis, rows } = scene;
  const { times } = rows;
  const first = Math.max(
    0,
    times.findIndex((time) => time >= from),
  );
  const last = Math.max(
    first,
    times.findLastIndex((time) => time <= to),
  );
  const top = first === 0 ? 0 : axis.topOf(first);
  const silence = axis.breaks(last, last)[0];
  let bottom = axis.height;
  if (silence !== undefined) bottom = silence.top + LINE_HEIGHT;
  else if (last + 1 < times.length) bottom = axis.topOf(last + 1) - 1;
  return { top, bottom: Math.min(bottom, top + HEIGHT_MAX) };
}

function compose(
  scene: Scene,
  list: DisplayList,
  leftOut: string | undefined,
  { theme, link }: Pick<PictureChoice, 'theme' | 'link'>,
): { svg: string; width: number; height: number } {
  const { story } = scene;
  const width = Math.ceil(GUTTER + scene.width + PADDING);
  const inner = width - 2 * PADDING;
  const id = `amber-${hex32(hashText(`${story.header.scenario} ${story.header.seed} ${list.top} ${story.footer?.digest ?? ''}`))}`;
  const header = headerOf(story, leftOut, link, inner);
  const headsTop = PADDING + header.height;
  const headsHeight = HEAD_HEIGHT + (scene.pitch < STAGGERED_PITCH ? STAGGER : 0);
  const bodyTop = headsTop + headsHeight;
  const bodyHeight = Math.ceil(list.bottom - list.top);
  const legend = legendOf(list, inner, id);
  const legendTop = bodyTop + bodyHeight + 16;
  const height = legendTop + legend.height + PADDING;
  const at = (x: number, y: number): string => `translate(${Math.round(x)} ${Math.round(y)})`;
  const world = at(GUTTER, bodyTop - list.top);
  const clip = { x: 0, y: list.top, width: scene.width, height: bodyHeight };
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      id,
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
    },
    element('title', { id: `${id}-title` }, escaped(titleOf(story))),
    element('desc', { id: `${id}-desc` }, escaped(descriptionOf(story, list, leftOut))),
    element('style', {}, `\n${pictureStyle(id, theme)}\n`),
    element('defs', {}, hatchesOf(id), element('clipPath', { id: `${id}-clip` }, element('rect', clip))),
    element('rect', { class: 'paper', width, height }),
    element('g', { transform: at(PADDING, PADDING) }, header.markup),
    element(
      'g',
      { transform: at(GUTTER, headsTop) },
      ...scene.roster.lanes.map((lane) => headOf(scene, lane)),
    ),
    element('g', { transform: at(0, bodyTop - list.top) }, ticksOf(list, GUTTER - 12)),
    element(
      'g',
      { transform: world, 'clip-path': `url(#${id}-clip)` },
      shapesOf(list, scene.width, id, (ordinal) => nameOf(story, ordinal)),
    ),
    element('g', { transform: at(PADDING, legendTop) }, legend.markup),
  );
  return { svg: `${svg}\n`, width, height };
}

function titleOf({ header }: Story): string {
  return printable(header.scenario);
}

/** Scenario, what it takes to run it again, how it ended, and what is not in the picture. */
function headerOf(
  story: Story,
  leftOut: string | undefined,
  link: PictureLink | undefined,
  width: number,
): { markup: string; height: number } {
  const { header, footer } = story;
  const title = fitText(titleOf(story), 'note', width * 0.68, tableMeasure);
  const facts = [`seed ${header.seed}`];
  for (const [name, value] of Object.entries(header.parameters)) facts.push(`${name} ${value}`);
  const about = wrapText(facts.map(printable).join(' · '), 'note', width - 120, tableMeasure, 2);
  const verdict = footer?.verdict ?? 'unfinished';
  const lines = [element('text', { class: 'title', y: 16 }, escaped(title))];
  let y = 16 + LINE_HEIGHT + 4;
  const tone = verdict === 'passed' ? 'passed' : 'failed';
  for (const [at, line] of about.entries()) {
    const words =
      at === 0 ? `${escaped(line)} · ${element('tspan', { class: tone }, verdict)}` : escaped(line);
    lines.push(element('text', { class: 'about', y }, words));
    y += LINE_HEIGHT;
  }
  if (leftOut !== undefined) {
    lines.push(element('text', { class: 'left-out', y }, escaped(leftOut)));
    y += LINE_HEIGHT;
  }
  if (link !== undefined) {
    const words = element(
      'text',
      { class: 'link', x: width, y: 16, 'text-anchor': 'end' },
      escaped(link.text),
    );
    lines.push(element('a', { href: link.address }, words));
  }
  return { markup: lines.join(''), height: y + 4 };
}

function headOf({ laneX, margin, pitch }: Scene, lane: Lane): string {
  const staggered = pitch < STAGGERED_PITCH;
  const most = Math.min((staggered ? 2 : 1) * pitch - 10, 2 * margin - 4);
  const title = fitText(printable(lane.title), 'note', (most - 24) / 1.1, tableMeasure);
  const role = fitText(printable(lane.subtitle), 'tick', most - 24, tableMeasure);
  const width = Math.max(56, 1.1 * tableMeasure(title, 'note') + 24, tableMeasure(role, 'tick') + 24);
  const y = 8 + (staggered && lane.index % 2 === 1 ? STAGGER : 0);
  const x = laneX[lane.index]!;
  return element(
    'g',
    { class: `head ${lane.side}` },
    element('rect', { x: x - width / 2, y, width, height: 38, rx: 8 }),
    element('text', { class: 'name', x, y: y + 17 }, escaped(title)),
    element('text', { class: 'role', x, y: y + 31 }, escaped(role)),
  );
}

/** For who does not see the picture. */
function descriptionOf(story: Story, list: DisplayList, leftOut: string | undefined): string {
  const { arrows, signs } = list;
  const lost = arrows.filter(({ end }) => end === 'lost').length;
  const said = [
    `Sequence diagram of ${counted(list.packets, 'packet')} between ${story.nodes.length === 0 ? 'nobody' : ''}${story.nodes
      .slice(0, 12)
      .map(({ name }) => printable(name))
      .join(', ')}${story.nodes.length > 12 ? ` and ${story.nodes.length - 12} more` : ''}.`,
  ];
  if (leftOut !== undefined) said.push(`It shows ${leftOut}.`);
  if (lost > 0) said.push(`${counted(lost, 'packet')} ${lost === 1 ? 'is' : 'are'} lost.`);
  for (const { tone, lines } of signs) if (tone !== 'note') said.push(lines.join(' '));
  return said.join(' ');
}
