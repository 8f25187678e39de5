/**
 * The lines of one node by the numbers of their connections, in the order in which they came, as a field holds them: nearly every client
 * has one, and a million of those must cost no object.
 */
import { Numbered } from '../collections/numbered.ts';
import type { ConnectionId } from '../mqtt/machine.ts';
import type { Line } from './line.ts';

export type Lines = Line | Switchboard | undefined;

/** The lines of a node that is dialled, or that has dialled more than once. */
export class Switchboard {
  #lines = new Numbered<Line>();
  /** Whoever was read from or asked for last: most of what is sent goes back to it. */
  recent: Line | undefined;
  #lastId: ConnectionId = 0;

  /** For the next connection that is accepted. */
  nextId(): ConnectionId {
    return ++this.#lastId;
  }

  get(connection: ConnectionId): Line | undefined {
    if (this.recent?.id === connection) return this.recent;
    this.recent = this.#lines.get(connection);
    return this.recent;
  }

  add(line: Line): this {
    this.#lines.add(line);
    return this;
  }

  delete(line: Line): this {
    this.#lines.delete(line.id);
    return this;
  }

  clear(): this {
    this.#lines = new Numbered();
    return this;
  }

  values(): Iterable<Line> {
    return this.#lines.values();
  }
}

/** @returns undefined when there is none of this number. */
export function lineIn(lines: Lines, connection: ConnectionId): Line | undefined {
  if (lines instanceof Switchboard) return lines.get(connection);
  return lines?.id === connection ? lines : undefined;
}

export function allLines(lines: Lines): Iterable<Line> {
  if (lines instanceof Switchboard) return lines.values();
  return lines === undefined ? [] : [lines];
}

/** What is sent now goes back to this one, most likely. */
export function readFrom(lines: Lines, line: Line): void {
  if (lines instanceof Switchboard) lines.recent = line;
}

// Each of these returns what the field holds from now on.

export function withLine(lines: Lines, line: Line): Lines {
  if (lines === undefined) return line;
  return lines instanceof Switchboard ? lines.add(line) : new Switchboard().add(lines).add(line);
}

export function withoutLine(lines: Lines, line: Line): Lines {
  if (lines instanceof Switchboard) return lines.delete(line);
  return lines === line ? undefined : lines;
}

export function withoutLines(lines: Lines): Lines {
  return lines instanceof Switchboard ? lines.clear() : undefined;
}
