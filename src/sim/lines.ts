/**
 * The lines of one node by the numbers of their connections, in the order in which they came, as a field holds them: nearly every client
 * has one, and a million of those must cost no object.
 */
import type { ConnectionId } from '../mqtt/machine.ts';
import type { Line } from './line.ts';

export type Lines = Line | Map<ConnectionId, Line> | undefined;

/** @returns undefined when there is none of this number. */
export function lineIn(lines: Lines, connection: ConnectionId): Line | undefined {
  if (lines instanceof Map) return lines.get(connection);
  return lines?.tag === connection ? lines : undefined;
}

/** @returns what the field holds from now on. */
export function withLine(lines: Lines, line: Line): Lines {
  if (lines === undefined) return line;
  if (lines instanceof Map) return lines.set(line.tag, line);
  return new Map([
    [lines.tag, lines],
    [line.tag, line],
  ]);
}

/** @returns what the field holds from now on. */
export function withoutLine(lines: Lines, line: Line): Lines {
  if (!(lines instanceof Map)) return lines === line ? undefined : lines;
  lines.delete(line.tag);
  return lines;
}

export function allLines(lines: Lines): Iterable<Line> {
  if (lines instanceof Map) return lines.values();
  return lines === undefined ? [] : [lines];
}
