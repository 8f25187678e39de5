/** The fields of a packet as rows of a list, from its first byte to its last. */
import { type Dissection, dissect } from '../../src/mqtt/codec/index.ts';
import type { PacketSent } from '../../src/trace/event.ts';

/** Fields of a hostile packet can be many. */
export const FIELDS_MAX = 400;

export interface FieldRow {
  /** As the standard calls it. */
  name: string;
  /** The value for people. */
  text: string;
  /** Bytes from the start of the packet. */
  offset: number;
  /** Bytes; 0 for an error and for what is empty. */
  length: number;
  /** For some bits of one byte: which. */
  mask: number | undefined;
  /** How many fields it lies in. */
  depth: number;
  /** The statement that is broken here, where decoding gives up. */
  rule: string | undefined;
}

export interface PacketFields {
  rows: readonly FieldRow[];
  /** Fields beyond {@link FIELDS_MAX}. */
  left: number;
}

/** A connection that has not said its level is read as 3.1.1. */
export function fieldsOf(bytes: Uint8Array, level: PacketSent['v']): PacketFields {
  const rows: FieldRow[] = [];
  let left = 0;
  const walk = (
    { name, text, offset, length, mask, rule, children = [] }: Dissection,
    depth: number,
  ): void => {
    if (rows.length === FIELDS_MAX) left++;
    else rows.push({ name, text, offset, length, mask, depth, rule });
    for (const child of children) walk(child, depth + 1);
  };
  const tree = dissect(bytes, level === 0 ? 4 : level);
  for (const child of tree.children ?? [tree]) walk(child, 0);
  return { rows, left };
}

/** The innermost field that a byte belongs to, by its place among the rows; -1 for none. Bits are fields of their own. */
export function fieldAt(rows: readonly FieldRow[], offset: number): number {
  return rows.findLastIndex(
    (row) => row.mask === undefined && offset >= row.offset && offset < row.offset + row.length,
  );
}
