/** Where things happen: ascending ordinals of what is drawn, of faults and broken promises, and of each node and group. */
import { Column, lowerBound, upperBound } from './column.ts';
import { KIND_CODES } from './event-columns.ts';
import { GROUPS, UNDRAWN } from './group.ts';

const FAULT_BEGAN = KIND_CODES['fault.began'];
const VIOLATION = GROUPS.indexOf('violation');

/** Ascending ordinals. */
export class Posting {
  readonly #ordinals = new Column(Int32Array);

  get length(): number {
    return this.#ordinals.length;
  }

  push(ordinal: number): void {
    this.#ordinals.push(ordinal);
  }

  /** The first after an ordinal, or the last before it; 0 when there is none. */
  next(ordinal: number, direction: 1 | -1): number {
    const { cells, length } = this.#ordinals;
    if (direction > 0) {
      const at = upperBound(cells, length, ordinal);
      return at < length ? cells[at]! : 0;
    }
    const at = lowerBound(cells, length, ordinal) - 1;
    return at >= 0 ? cells[at]! : 0;
  }

  /** A copy of all. */
  ordinals(): Int32Array {
    return this.#ordinals.cells.slice(0, this.#ordinals.length);
  }
}

const NOWHERE = new Posting();

export class Postings {
  /** What a sequence diagram shows. */
  readonly drawn = new Posting();
  /** Where faults began. */
  readonly faults = new Posting();
  /** Where promises broke and assertions failed. */
  readonly violations = new Posting();
  /** By node and group. */
  readonly #ofNode: (Posting | undefined)[] = [];

  push(ordinal: number, kind: number, node: number, group: number): void {
    if (group === UNDRAWN) return;
    this.drawn.push(ordinal);
    if (kind === FAULT_BEGAN) this.faults.push(ordinal);
    if (group === VIOLATION) this.violations.push(ordinal);
    const place = node * GROUPS.length + group;
    while (this.#ofNode.length <= place) this.#ofNode.push(undefined);
    let posting = this.#ofNode[place];
    if (posting === undefined) {
      posting = new Posting();
      this.#ofNode[place] = posting;
    }
    posting.push(ordinal);
  }

  /** What is drawn of a group at a node; both are numbers of the event columns. */
  of(node: number, group: number): Posting {
    return this.#ofNode[node * GROUPS.length + group] ?? NOWHERE;
  }

  /** The next event of a node that is drawn, or the one before; 0 when there is none. */
  nextOfNode(node: number, ordinal: number, direction: 1 | -1): number {
    let nearest = 0;
    for (let group = 0; group < GROUPS.length; group++) {
      const next = this.of(node, group).next(ordinal, direction);
      if (next > 0 && (nearest === 0 || (next - nearest) * direction < 0)) nearest = next;
    }
    return nearest;
  }
}
