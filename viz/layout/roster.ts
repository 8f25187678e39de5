/**
 * Which lane stands where: brokers in the middle, who publishes to the left, who subscribes to the right.
 *
 * Nodes that differ only in a number (`client-1` to `client-1000`) can be folded into one lane, because a thousand lanes
 * show nothing.
 */
import { counted } from '../../src/trace/counted.ts';
import type { Story, StoryNode } from '../index/story.ts';

export type Side = 'left' | 'middle' | 'right';

export interface Lane {
  /** Position from the left, from 0. */
  index: number;
  title: string;
  subtitle: string;
  side: Side;
  /** More than one in a folded lane. */
  nodes: readonly string[];
  /** The stem its nodes share, if they could be folded. */
  group: string | undefined;
}

export interface Roster {
  lanes: readonly Lane[];
  laneOf: ReadonlyMap<string, Lane>;
}

/** Up to so many lanes everybody has their own. */
const LANES_WITHOUT_FOLDING_MAX = 12;
/** A group above this size stays folded: its lanes would be wider than any screen. */
export const UNFOLDED_GROUP_MAX = 40;

function sideOf(node: StoryNode): Side {
  if (node.plays === 'broker') return 'middle';
  return node.subscribes + node.deliveries > node.publishes ? 'right' : 'left';
}

function subtitleOf(node: StoryNode): string {
  const words = partOf(node);
  return node.role === 'host' && node.plays !== 'host' ? `hosted ${words}` : words;
}

function partOf(node: StoryNode): string {
  // Who speaks as a script makes it speak does the same on the wire as a client.
  if (node.plays !== 'client' && (node.plays !== 'peer' || node.publishes === 0)) return node.plays;
  const listens = node.subscribes + node.deliveries > 0;
  if (node.publishes > 0) return listens ? 'publishes, subscribes' : 'publisher';
  return listens ? 'subscriber' : 'client';
}

/** `sensor-12` belongs to the stem `sensor-`; a name without a trailing number has none. */
function stemOf(name: string): string | undefined {
  const stem = name.replace(/\d+$/, '');
  return stem === name || stem === '' ? undefined : stem;
}

/** `unfolded` names the stems whose nodes get a lane each, `hidden` the nodes that get none. */
export function callRoster(
  story: Story,
  unfolded: ReadonlySet<string>,
  hidden: ReadonlySet<string> = new Set(),
): Roster {
  const nodes = story.nodes.filter(({ name }) => !hidden.has(name));
  const members = new Map<string, StoryNode[]>();
  if (nodes.length > LANES_WITHOUT_FOLDING_MAX) {
    for (const node of nodes) {
      const stem = stemOf(node.name);
      if (stem === undefined || node.plays === 'broker') continue;
      // Publishers and subscribers of one stem stand on different sides.
      const key = `${stem}\n${sideOf(node)}`;
      const group = members.get(key);
      if (group === undefined) members.set(key, [node]);
      else group.push(node);
    }
  }
  const drafts: Omit<Lane, 'index'>[] = [];
  const folded = new Set<string>();
  for (const node of nodes) {
    const side = sideOf(node);
    const stem = stemOf(node.name);
    const key = `${stem ?? ''}\n${side}`;
    const group = stem === undefined ? undefined : members.get(key);
    if (stem === undefined || group === undefined || group.length < 3) {
      drafts.push({
        title: node.name,
        subtitle: subtitleOf(node),
        side,
        nodes: [node.name],
        group: undefined,
      });
    } else if (unfolded.has(stem) && group.length <= UNFOLDED_GROUP_MAX) {
      drafts.push({ title: node.name, subtitle: subtitleOf(node), side, nodes: [node.name], group: stem });
    } else if (!folded.has(key)) {
      folded.add(key);
      const names = group.map((member) => member.name);
      drafts.push({
        title: `${stem}*`,
        subtitle: counted(names.length, 'client'),
        side,
        nodes: names,
        group: stem,
      });
    }
  }
  const lanes: Lane[] = [];
  const laneOf = new Map<string, Lane>();
  for (const side of ['left', 'middle', 'right'] as const) {
    for (const draft of drafts) {
      if (draft.side !== side) continue;
      const lane = { ...draft, index: lanes.length };
      lanes.push(lane);
      for (const name of lane.nodes) laneOf.set(name, lane);
    }
  }
  return { lanes, laneOf };
}
