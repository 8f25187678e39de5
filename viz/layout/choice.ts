/** What of a story is drawn: everything, unless somebody chose. */
import { KINDS } from '../index/event-columns.ts';
import type { Story } from '../index/story.ts';
import type { PingRuns } from './ping-runs.ts';
import type { Roster } from './roster.ts';

/** What a filter found, by ordinals. */
export interface Found {
  has(ordinal: number): boolean;
}

export interface Choice {
  /** Names of nodes that have no lane. What goes to or from them is not drawn. */
  hiddenNodes: ReadonlySet<string>;
  /** Keep-alives that follow one another are drawn once, with their number. */
  pingRuns: boolean;
  /** Undefined without a filter. */
  matches: Found | undefined;
  /** What does not match is pale, or not there at all. */
  others: 'dim' | 'hide';
}

export const EVERYTHING: Choice = {
  hiddenNodes: new Set(),
  pingRuns: true,
  matches: undefined,
  others: 'dim',
};

/** Times without life and faults stay: what is left happened under them. */
const STAYS = Uint8Array.from(KINDS, (kind) => (/^(fault|node)\./.test(kind) ? 1 : 0));

/** By position in the trace: 1 for what is not drawn; undefined when everything is. */
export function veilOf(
  story: Story,
  roster: Roster,
  { hiddenNodes, matches, others }: Choice,
  runs: PingRuns | undefined,
): Uint8Array | undefined {
  const hides = matches !== undefined && others === 'hide';
  if (!hides && hiddenNodes.size === 0 && (runs === undefined || runs.runs.size === 0)) return undefined;
  const { flight, kind, names, node } = story.events;
  const { end, from, sent, to } = story.flights;
  const laneless = Uint8Array.from(names, (name) => (name !== '' && !roster.laneOf.has(name) ? 1 : 0));
  const veil = new Uint8Array(story.eventCount);
  for (let position = 0; position < veil.length; position++) {
    const packet = flight[position]!;
    if (
      laneless[node[position]!] === 1 ||
      (packet >= 0 && (laneless[from[packet]!] === 1 || laneless[to[packet]!] === 1)) ||
      (runs !== undefined && runs.shownBy[position]! > 0)
    ) {
      veil[position] = 1;
    } else if (hides && STAYS[kind[position]!] === 0) {
      const found =
        packet < 0 ? matches.has(position + 1) : matches.has(sent[packet]!) || matches.has(end[packet]!);
      if (!found) veil[position] = 1;
    }
  }
  return veil;
}
