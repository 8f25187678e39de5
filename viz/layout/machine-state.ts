/**
 * The state of every machine at one event, as the machines told it, and what that event changed. Plain data: an entity as it is, in
 * the order in which one reads it.
 */

import { counted } from '../../src/trace/counted.ts';
import type { NodeRole, StateCell } from '../../src/trace/event.ts';
import { KIND_CODES } from '../index/event-columns.ts';
import type { StateChange, StateIndex } from '../index/states.ts';
import type { Story, StoryNode } from '../index/story.ts';

/** Nodes that are told, entities of a node, and keys of an entity; further ones are counted. */
const NODES_MAX = 40;
const ENTITIES_MAX = 60;
const CELLS_MAX = 200;

export type StatefulStory = Story & { readonly states: StateIndex };

export interface Cell {
  key: string;
  /** Null for one that the event removed. */
  value: StateCell;
  /** Only of a key that the event changed: what it was. */
  old?: StateCell;
}

export interface EntityState {
  /** `hub/session/sensor`. */
  name: string;
  cells: readonly Cell[];
  /** Keys beyond {@link CELLS_MAX}. */
  left: number;
  changed: boolean;
}

export interface NodeState {
  name: string;
  role: NodeRole;
  /** Its process is foreign code: it tells nothing of itself. */
  hosted: boolean;
  /** It is the node of the event. */
  here: boolean;
  life: 'runs' | 'down' | 'paused';
  /** In a few words. */
  summary: string;
  /** Undefined for a node that nobody unfolded. */
  entities: readonly EntityState[] | undefined;
  /** Entities beyond {@link ENTITIES_MAX}. */
  left: number;
}

export interface MachineState {
  /** The state is that after this event: the one that was asked for, or the last of what followed at once from it. */
  after: number;
  /** By the event itself, or because of it. */
  changes: readonly StateChange[];
  /** Of a `state` event: what else changed by its cause, and that. */
  siblings: readonly StateChange[];
  cause: number;
  nodes: readonly NodeState[];
  /** Nodes beyond {@link NODES_MAX}. */
  left: number;
}

/**
 * @param unfolded names of nodes whose entities are wanted beside those of the event's own node
 * @param find only entities and keys with this in their names, of all nodes; all of them when it is empty
 */
export function machineStateAt(
  story: StatefulStory,
  ordinal: number,
  unfolded: readonly string[],
  find: string,
): MachineState | undefined {
  const event = story.event(ordinal);
  if (event === undefined) return undefined;
  const { states } = story;
  const isChange = event.k === 'state';
  const after = isChange ? ordinal : lastAtOnce(story, ordinal);
  const changes = states.changesBy(ordinal);
  const siblings =
    isChange && event.c > 0 ? states.changesBy(event.c).filter((change) => change.ordinal !== ordinal) : [];
  const wanted = find.trim().toLowerCase();
  const nodes: NodeState[] = [];
  let left = 0;
  for (const { name, role: given, plays: role } of inOrder(story.nodes, event.n, unfolded)) {
    const here = name === event.n;
    const full = nodes.length === NODES_MAX;
    if (full && wanted === '') {
      left++;
      continue;
    }
    const told = wanted !== '' || here || unfolded.includes(name);
    const entities = told ? entitiesAt(states, name, after, changes, wanted) : undefined;
    if (wanted !== '' && entities!.length === 0) continue;
    if (full) {
      left++;
      continue;
    }
    nodes.push({
      name,
      role,
      hosted: given === 'host',
      here,
      life: lifeAt(story, name, after),
      summary: summaryOf(states, name, role, after),
      entities: entities?.slice(0, ENTITIES_MAX),
      left: Math.max(0, (entities?.length ?? 0) - ENTITIES_MAX),
    });
  }
  return { after, changes, siblings, cause: isChange ? event.c : 0, nodes, left };
}

/** The node of the event, those that somebody unfolded, brokers, and the rest in the order of their appearance. */
function inOrder(nodes: readonly StoryNode[], here: string, unfolded: readonly string[]): StoryNode[] {
  const rank = ({ name, plays }: StoryNode): number =>
    name === here ? 0 : unfolded.includes(name) ? 1 : plays === 'broker' ? 2 : 3;
  return [...nodes].sort((a, b) => rank(a) - rank(b));
}

/** A machine acts at once: what stands right behind an event and has it as its cause belongs to it. */
function lastAtOnce({ events, eventCount }: Story, ordinal: number): number {
  const { cause, kind } = events;
  let last = ordinal;
  let at = ordinal + 1;
  while (at <= eventCount && cause[at - 1] === ordinal) {
    if (kind[at - 1] === KIND_CODES.state) last = at;
    at++;
  }
  return last;
}

function entitiesAt(
  states: StateIndex,
  node: string,
  after: number,
  changes: readonly StateChange[],
  find: string,
): EntityState[] {
  const entities: EntityState[] = [];
  for (const { name } of states.entitiesOf(node)) {
    const state: ReadonlyMap<string, StateCell> = states.at(name, after);
    const cells: Cell[] = [...state].map(([key, value]) => ({ key, value }));
    const mine = changes.filter(({ entity }) => entity === name);
    for (const { key, old } of mine) {
      const cell = cells.find((each) => each.key === key);
      // Of two changes of one key the first says what was before.
      if (cell === undefined) cells.push({ key, value: null, old });
      else if (cell.old === undefined) cell.old = old;
    }
    const found =
      find === '' || name.toLowerCase().includes(find)
        ? cells
        : cells.filter(({ key, value }) => `${key} ${value}`.toLowerCase().includes(find));
    if (found.length === 0) continue;
    found.sort((a, b) => compareKeys(a.key, b.key));
    const left = Math.max(0, found.length - CELLS_MAX);
    entities.push({ name, cells: found.slice(0, CELLS_MAX), left, changed: mine.length > 0 });
  }
  // What changed stands first; the rest in the order in which it appeared.
  return entities.sort((a, b) => Number(b.changed) - Number(a.changed));
}

/** Keys without a slash stand before lists; numbers of packets in their order. */
function compareKeys(a: string, b: string): number {
  const listed = Number(a.includes('/')) - Number(b.includes('/'));
  if (listed !== 0) return listed;
  const numbers = Number(/\/(\d+)$/.exec(a)?.[1]) - Number(/\/(\d+)$/.exec(b)?.[1]);
  const sameList = a.slice(0, a.indexOf('/')) === b.slice(0, b.indexOf('/'));
  if (sameList && numbers !== 0 && !Number.isNaN(numbers)) return numbers;
  return a < b ? -1 : a > b ? 1 : 0;
}

function lifeAt({ absences }: Story, node: string, after: number): NodeState['life'] {
  const absence = absences.findLast((each) => each.node === node && each.began.i <= after);
  if (absence === undefined || (absence.ended !== undefined && absence.ended.i <= after)) return 'runs';
  return absence.began.k === 'node.paused' ? 'paused' : 'down';
}

function summaryOf(states: StateIndex, node: string, role: NodeRole, after: number): string {
  if (states.entitiesOf(node).length === 0) return '';
  if (role === 'broker') {
    const clients = states.at(`${node}/clients`, after);
    const connected = [...clients.values()].filter((value) => value === 'connected').length;
    const words = [`${counted(clients.size, 'session')}, ${connected} connected`];
    const filters = states.at(`${node}/subscriptions`, after).size;
    if (filters > 0) words.push(counted(filters, 'filter'));
    const retained = states.at(`${node}/retained`, after).size;
    if (retained > 0) words.push(`${retained} retained`);
    return words.join(' · ');
  }
  const state = states.at(node, after);
  if (state.size === 0) return '';
  const words = [String(state.get('status') ?? '')];
  const flying = [...state.keys()].filter((key) => key.startsWith('inflight/')).length;
  const queued = state.get('queue/length');
  if (flying > 0) words.push(`${flying} in flight`);
  if (typeof queued === 'number' && queued > 0) words.push(`${queued} queued`);
  return words.join(' · ');
}
