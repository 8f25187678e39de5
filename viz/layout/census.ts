/**
 * How many packets leave and reach each lane between two places of the trace, by family: what a picture from far away is made of.
 * Sums up to every so-many-th event are kept, so that a question costs the same wherever and however wide it is.
 */

import { FAMILIES, type Family } from '../index/family.ts';
import { GROUPS } from '../index/group.ts';
import type { Story } from '../index/story.ts';
import type { Found } from './choice.ts';
import type { Roster } from './roster.ts';
import type { Rows } from './rows.ts';

/** In this order a bar is stacked, and a place in this list is the number of a kind. */
export const CENSUS_KINDS: readonly (Family | 'dimmed')[] = [...FAMILIES, 'dimmed'];

const KINDS = CENSUS_KINDS.length;
const DIMMED = KINDS - 1;
/** Events between two sums, at least. */
const BLOCK_MIN = 512;
/** Sums that are kept at most. */
const SUMS_MAX = 4_000_000;

export class Census {
  readonly lanes: number;
  readonly #block: number;
  /** By block, lane and kind: what happened before the block. */
  readonly #sums: Uint32Array;
  readonly #cellOf: (position: number) => number;
  readonly #length: number;

  constructor(story: Story, roster: Roster, rows: Rows, matches: Found | undefined) {
    const { events } = story;
    const { flight, group, node } = events;
    const laneOf = Int32Array.from(events.names, (name) => roster.laneOf.get(name)?.index ?? -1);
    const kindOf = Int32Array.from(GROUPS, (name) => CENSUS_KINDS.indexOf(name as Family));
    const { instantOf } = rows;
    this.lanes = roster.lanes.length;
    this.#length = instantOf.length;
    this.#cellOf = (position) => {
      const lane = laneOf[node[position]!]!;
      if (lane < 0 || flight[position]! < 0 || instantOf[position]! < 0) return -1;
      const kind = matches !== undefined && !matches.has(position + 1) ? DIMMED : kindOf[group[position]!]!;
      return kind < 0 ? -1 : lane * KINDS + kind;
    };
    const cells = this.lanes * KINDS;
    const blocksMax = Math.max(1, Math.floor(SUMS_MAX / Math.max(1, cells)));
    this.#block = Math.max(BLOCK_MIN, Math.ceil(this.#length / blocksMax));
    const blocks = Math.floor(this.#length / this.#block) + 1;
    this.#sums = new Uint32Array(blocks * cells);
    const sum = new Uint32Array(cells);
    for (let position = 0; position < this.#length; position++) {
      if (position % this.#block === 0) this.#sums.set(sum, (position / this.#block) * cells);
      const cell = this.#cellOf(position);
      if (cell >= 0) sum[cell]!++;
    }
    if (this.#length % this.#block === 0) this.#sums.set(sum, (this.#length / this.#block) * cells);
  }

  /** Of positions before one, by lane and kind, written into `into`. */
  before(position: number, into: Uint32Array): void {
    const end = Math.min(position, this.#length);
    const block = Math.floor(end / this.#block);
    const cells = this.lanes * KINDS;
    into.set(this.#sums.subarray(block * cells, (block + 1) * cells));
    for (let each = block * this.#block; each < end; each++) {
      const cell = this.#cellOf(each);
      if (cell >= 0) into[cell]!++;
    }
  }
}
