/** What a lesson asks of the trace of a run. The same in the page, where a worker answers, and in Node. */

import type { BytesLook, EventLook } from '../worker/answers/event-answers.ts';
import type { Stop } from '../worker/answers/jump-answers.ts';
import type { Applied } from '../worker/filters.ts';
import type { Condition, Moment, Reading } from './lesson.ts';

/** Whoever answers questions about one trace: the desk of the page, or the answers themselves. */
export interface Witness {
  apply(filter: string): Promise<Applied>;
  /** After `from`, or before it, of what a filter that was applied matches. */
  next(filter: string, from: number, direction: 1 | -1): Promise<Stop | undefined>;
  look(ordinal: number): Promise<EventLook | undefined>;
}

/** So many bytes of a packet are shown with a question about them: more are not looked through by anybody. */
export const BYTES_SHOWN = 64;

/** A filter of a lesson that is none; the message shows the place. */
export class LessonFilterError extends Error {
  override readonly name = 'LessonFilterError';
}

export class Evidence {
  readonly #witness: Witness;

  constructor(witness: Witness) {
    this.#witness = witness;
  }

  /** How many events a filter matches. @throws {LessonFilterError} */
  async count(filter: string): Promise<number> {
    const applied = await this.#witness.apply(filter);
    if (applied.is === 'applied') return applied.matched;
    if (applied.is === 'overtaken') return this.count(filter);
    const { message, start } = applied.error;
    throw new LessonFilterError(`"${filter}" is no filter: ${message} (at character ${start + 1})`);
  }

  /** The ordinal of a moment; undefined when it never comes. @throws {LessonFilterError} */
  async find(moment: Moment): Promise<number | undefined> {
    const { filter, nth } = typeof moment === 'string' ? { filter: moment, nth: 1 } : moment;
    if (nth === 0 || (await this.count(filter)) < Math.abs(nth)) return undefined;
    let ordinal = nth > 0 ? 0 : Number.MAX_SAFE_INTEGER;
    for (let steps = Math.abs(nth); steps > 0; steps--) {
      const stop = await this.#witness.next(filter, ordinal, nth > 0 ? 1 : -1);
      ordinal = stop!.ordinal;
    }
    return ordinal;
  }

  /** Whether all conditions are true of this trace. @throws {LessonFilterError} */
  async hold(conditions: readonly Condition[]): Promise<boolean> {
    for (const condition of conditions) if (!(await this.#holds(condition))) return false;
    return true;
  }

  async #holds({ of, is, least, most, before }: Condition): Promise<boolean> {
    const count = await this.count(of);
    const from = is ?? least ?? (most === undefined ? 1 : 0);
    if (count < from || count > (is ?? most ?? Number.POSITIVE_INFINITY)) return false;
    if (before === undefined) return true;
    const first = await this.find(of);
    const other = await this.find(before);
    return first !== undefined && other !== undefined && first < other;
  }

  /** The bytes of the packet at a moment, with their fields; undefined when it never comes or has none. */
  async packet(moment: Moment): Promise<(BytesLook & { ordinal: number }) | undefined> {
    const ordinal = await this.find(moment);
    if (ordinal === undefined) return undefined;
    const look = await this.#witness.look(ordinal);
    return look?.bytes === undefined ? undefined : { ...look.bytes, ordinal };
  }
}

/** The number that is read off a packet; undefined when it has no such field, or one that is no number. */
export function readOff({ size, rows }: BytesLook, reading: Reading): number | undefined {
  if (reading === 'size') return size;
  const text = rows.find(({ name }) => name === reading.field)?.text ?? '';
  const digits = /^(0x[0-9a-f]+|\d+)/i.exec(text)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** The first byte of the field with this name, and the first one behind it; undefined when there is none. */
export function bytesOfField({ rows }: BytesLook, field: string): { from: number; to: number } | undefined {
  const row = rows.find(({ name, length }) => name === field && length > 0);
  return row && { from: row.offset, to: row.offset + row.length };
}
