/**
 * What machines told of their state, as changes of entities, with a keyframe now and then: the state at any moment costs at most a
 * keyframe and the changes up to the next one.
 */
import type { StateCell, StateChanged } from '../../src/trace/event.ts';
import { Column, lowerBound } from './column.ts';
import { Dictionary } from './dictionary.ts';

/** Changes between two keyframes, at least; more when an entity has more keys, so that keyframes never outweigh changes. */
const KEYFRAME_DELTAS = 1_024;

export interface StateEntity {
  /** `client/sensor`, `hub/session/sensor`: begins with its node. */
  name: string;
  node: string;
  /** Of the first change. */
  since: number;
}

export interface StateChange {
  /** The ordinal of the `state` event. */
  ordinal: number;
  entity: string;
  key: string;
  /** Null for absent. */
  old: StateCell;
  now: StateCell;
}

/** The state of an entity after `deltas` of its changes. */
interface Keyframe {
  deltas: number;
  keys: Int32Array;
  values: Int32Array;
}

/** The changes of one entity, and its state after the last of them. */
class History {
  readonly deltas = new Column(Int32Array);
  readonly keyframes: Keyframe[] = [{ deltas: 0, keys: new Int32Array(0), values: new Int32Array(0) }];
  readonly live = new Map<number, number>();
}

export class StateIndex {
  readonly #names = new Dictionary<string>();
  readonly #keys = new Dictionary<string>();
  readonly #values = new Dictionary<StateCell>();
  readonly #absent = this.#values.codeOf(null);
  readonly #entities: StateEntity[] = [];
  readonly #ofNode = new Map<string, StateEntity[]>();
  readonly #histories: History[] = [];
  /** Of every change: its event, and what changed. */
  readonly #ordinal = new Column(Int32Array);
  readonly #entity = new Column(Int32Array);
  readonly #key = new Column(Int32Array);
  readonly #old = new Column(Int32Array);
  readonly #now = new Column(Int32Array);
  /** By the ordinal of a cause: its latest change, from 1; and by change the one before it with the same cause. */
  readonly #latestOf = new Column(Int32Array);
  readonly #earlier = new Column(Int32Array);

  /** In the order of their first change. */
  get entities(): readonly StateEntity[] {
    return this.#entities;
  }

  /** Of a node, in the order of their first change. */
  entitiesOf(node: string): readonly StateEntity[] {
    return this.#ofNode.get(node) ?? [];
  }

  push(event: StateChanged): void {
    const entity = this.#names.codeOf(event.entity);
    if (entity === this.#entities.length) {
      const born: StateEntity = { name: event.entity, node: event.n, since: event.i };
      const siblings = this.#ofNode.get(event.n);
      if (siblings === undefined) this.#ofNode.set(event.n, [born]);
      else siblings.push(born);
      this.#entities.push(born);
      this.#histories.push(new History());
    }
    const history = this.#histories[entity]!;
    for (const [key, old, now] of event.d) {
      const delta = this.#ordinal.length;
      const keyCode = this.#keys.codeOf(key);
      const nowCode = this.#values.codeOf(now);
      this.#ordinal.push(event.i);
      this.#entity.push(entity);
      this.#key.push(keyCode);
      this.#old.push(this.#values.codeOf(old));
      this.#now.push(nowCode);
      this.#earlier.push(event.c < this.#latestOf.length ? this.#latestOf.cells[event.c]! : 0);
      this.#latestOf.set(event.c, delta + 1);
      history.deltas.push(delta);
      if (nowCode === this.#absent) history.live.delete(keyCode);
      else history.live.set(keyCode, nowCode);
    }
    const deltas = history.deltas.length;
    const since = deltas - history.keyframes[history.keyframes.length - 1]!.deltas;
    if (since >= KEYFRAME_DELTAS && since >= history.live.size) {
      const keys = Int32Array.from(history.live.keys());
      history.keyframes.push({ deltas, keys, values: Int32Array.from(history.live.values()) });
    }
  }

  /** What an entity was after the event with an ordinal; empty before it was anything. */
  at(entity: string, ordinal: number): Map<string, StateCell> {
    const history = this.#histories[this.#names.find(entity)];
    if (history === undefined) return new Map();
    const changes = this.#changesUntil(history, ordinal);
    const keyframe = keyframeBefore(history.keyframes, changes);
    const state = new Map<number, number>();
    for (const [at, key] of keyframe.keys.entries()) state.set(key, keyframe.values[at]!);
    const deltas = history.deltas.cells;
    for (let each = keyframe.deltas; each < changes; each++) {
      const delta = deltas[each]!;
      const now = this.#now.cells[delta]!;
      if (now === this.#absent) state.delete(this.#key.cells[delta]!);
      else state.set(this.#key.cells[delta]!, now);
    }
    const named = new Map<string, StateCell>();
    for (const [key, value] of state) named.set(this.#keys.valueOf(key), this.#values.valueOf(value));
    return named;
  }

  /** The changes of a `state` event, or those that another event is the cause of, in their order. */
  changesBy(ordinal: number): StateChange[] {
    const own = this.#own(ordinal);
    if (own.length > 0) return own;
    const caused: StateChange[] = [];
    let delta = ordinal < this.#latestOf.length ? this.#latestOf.cells[ordinal]! - 1 : -1;
    for (; delta >= 0; delta = this.#earlier.cells[delta]! - 1) caused.push(this.#change(delta));
    return caused.reverse();
  }

  /** The entity and the changes of a `state` event that has any. */
  bodyOf(ordinal: number): Pick<StateChanged, 'entity' | 'd'> {
    const changes = this.#own(ordinal);
    return { entity: changes[0]!.entity, d: changes.map(({ key, old, now }) => [key, old, now]) };
  }

  #own(ordinal: number): StateChange[] {
    const { cells, length } = this.#ordinal;
    const changes: StateChange[] = [];
    for (let at = lowerBound(cells, length, ordinal); at < length && cells[at] === ordinal; at++) {
      changes.push(this.#change(at));
    }
    return changes;
  }

  #change(delta: number): StateChange {
    return {
      ordinal: this.#ordinal.cells[delta]!,
      entity: this.#names.valueOf(this.#entity.cells[delta]!),
      key: this.#keys.valueOf(this.#key.cells[delta]!),
      old: this.#values.valueOf(this.#old.cells[delta]!),
      now: this.#values.valueOf(this.#now.cells[delta]!),
    };
  }

  /** How many changes of an entity belong to events up to this one. */
  #changesUntil(history: History, ordinal: number): number {
    const { cells, length } = history.deltas;
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ordinal.cells[cells[middle]!]! <= ordinal) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function keyframeBefore(keyframes: readonly Keyframe[], deltas: number): Keyframe {
  let low = 0;
  let high = keyframes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyframes[middle]!.deltas <= deltas) low = middle + 1;
    else high = middle;
  }
  return keyframes[low - 1]!;
}
