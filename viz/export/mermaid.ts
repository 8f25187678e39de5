/**
 * A trace as a sequence diagram of Mermaid, for pages that draw those: packets in the order in which they were sent, what was lost
 * with a cross, faults and verdicts as notes.
 */
import { fails } from '../../src/trace/assertion.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import type { Story } from '../index/story.ts';
import { faultText } from '../layout/fault-text.ts';
import { readFacts } from '../layout/packet-facts.ts';
import { packetText, printable } from '../layout/packet-label.ts';
import { callRoster } from '../layout/roster.ts';
import { momentText } from '../layout/time-text.ts';
import { leftOutOf, type Stretch, type StretchChoice, stretchOf } from './stretch.ts';

/** Packets and notes; Mermaid refuses texts that are much longer. */
export const LINES_MAX = 300;
const TEXT_MAX = 120;

export interface MermaidDiagram {
  text: string;
  packets: number;
  /** What is not in it, as a sentence without a full stop; undefined when all is. */
  leftOut: string | undefined;
}

export function mermaidOf(whole: Story, choice: StretchChoice): MermaidDiagram {
  const stretch = stretchOf(whole, choice);
  const writer = new MermaidWriter(stretch);
  const { lines, packets } = writer.write();
  const leftOut = leftOutOf(whole, stretch, packets);
  const { scenario, seed } = whole.header;
  const head = [
    '---',
    `title: ${JSON.stringify(printable(`${scenario}, seed ${seed}`))}`,
    '---',
    'sequenceDiagram',
  ];
  const about = leftOut === undefined ? [] : [`  %% ${plain(leftOut)}`];
  return { text: `${[...head, ...about, ...lines].join('\n')}\n`, packets, leftOut };
}

class MermaidWriter {
  readonly #story: Story;
  readonly #stretch: Stretch;
  readonly #lines: string[] = [];
  /** Of the participants, by the node: a folded lane is one. */
  readonly #names = new Map<string, string>();
  readonly #first: string;
  readonly #last: string;

  constructor(stretch: Stretch) {
    this.#stretch = stretch;
    this.#story = stretch.story;
    const { lanes } = callRoster(stretch.story, new Set());
    for (const { index, nodes, title } of lanes) {
      this.#lines.push(`  participant n${index} as ${plain(title)}`);
      for (const node of nodes) this.#names.set(node, `n${index}`);
    }
    this.#first = 'n0';
    this.#last = `n${Math.max(0, lanes.length - 1)}`;
  }

  write(): { lines: readonly string[]; packets: number } {
    const { from, to } = this.#stretch;
    const { eventCount, events } = this.#story;
    let packets = 0;
    let written = 0;
    for (let ordinal = 1; ordinal <= eventCount && written < LINES_MAX; ordinal++) {
      const time = events.time[ordinal - 1]!;
      if (time < from || time > to || this.#names.size === 0) continue;
      const event = this.#story.event(ordinal)!;
      const line = event.k === 'packet.sent' ? this.#message(ordinal) : this.#note(event);
      if (line === undefined) continue;
      this.#lines.push(`  ${line}`);
      if (event.k === 'packet.sent') packets++;
      written++;
    }
    return { lines: this.#lines, packets };
  }

  #message(ordinal: number): string {
    const { sent, end, from, to } = this.#story.flightOf(ordinal)!;
    const words = packetText(readFacts(sent));
    const ends = (arrow: string): string => `${this.#names.get(from)}${arrow}${this.#names.get(to)}`;
    if (end === undefined) return `${ends('--)')}: ${plain(`${words}, still under way`)}`;
    if (end.k === 'packet.lost') return `${ends('-x')}: ${plain(`${words}, lost: ${end.reason}`)}`;
    return `${ends('->>')}: ${plain(words)}`;
  }

  #note(event: TraceEvent): string | undefined {
    const everybody = (text: string): string =>
      `Note over ${this.#first}${this.#first === this.#last ? '' : `,${this.#last}`}: ${plain(text)}`;
    const at = (node: string, text: string): string | undefined => {
      const name = this.#names.get(node);
      return name === undefined ? undefined : `Note over ${name}: ${plain(text)}`;
    };
    switch (event.k) {
      case 'note':
        return everybody(event.text);
      case 'verdict':
        return everybody(`${event.rule} is ${event.outcome}: ${event.text}`);
      case 'assert':
        return fails(event) ? everybody(`${event.assertion} fails: ${event.text}`) : undefined;
      case 'fault.began':
        return this.#faultNote(
          event.target,
          `${momentText(event.t)} ${faultText(event.family, event.target, {})}`,
        );
      case 'fault.ended': {
        const began = this.#story.faults.find(({ ended }) => ended?.i === event.i)?.began;
        return began === undefined
          ? undefined
          : this.#faultNote(
              began.target,
              `${momentText(event.t)} ${began.family} of ${began.target} is over`,
            );
      }
      case 'node.crashed':
        return at(event.n, 'crashes');
      case 'node.power-cut':
        return at(event.n, 'loses power');
      case 'node.paused':
        return at(event.n, 'stands still');
      case 'node.resumed':
        return at(event.n, 'goes on');
      case 'node.started':
        return event.life > 1 ? at(event.n, 'starts again') : undefined;
      case 'conn.ended':
        return event.end === 'closed' || event.end === 'finished'
          ? undefined
          : at(event.n, `connection ${event.end}`);
      default:
        return undefined;
    }
  }

  #faultNote(target: string, text: string): string | undefined {
    const link = this.#story.links.get(target);
    const ends =
      link === undefined ? [this.#names.get(target)] : [this.#names.get(link.a), this.#names.get(link.b)];
    const [one = this.#first, other = one] = ends.filter((name) => name !== undefined);
    return `Note over ${one === other ? one : `${one},${other}`}: ${plain(text)}`;
  }
}

/** Words that Mermaid takes for nothing else: what could be syntax is written as the number of its letter. */
function plain(text: string): string {
  const letters = [...printable(text).replace(/\s+/g, ' ').trim()];
  const short = letters.length > TEXT_MAX ? [...letters.slice(0, TEXT_MAX), '…'] : letters;
  return short
    .join('')
    .replace(/[^\p{L}\p{N} .,:·_/()+*'!?=@~…-]/gu, (letter) => `#${letter.codePointAt(0)};`)
    .replace(/\b(e)(nd)\b/gi, (_, first: string, rest: string) => `#${first.codePointAt(0)};${rest}`);
}
