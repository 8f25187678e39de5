/** A fault on a topology: what it strikes, and for how long. */
import type { FaultBegan } from '../../src/trace/event.ts';
import { printable } from './packet-label.ts';

/** Faults without an end that do not last. */
export const INSTANT: ReadonlySet<string> = new Set([
  'reset',
  'black-hole',
  'nat-expiry',
  'rule',
  'crash',
  'power-cut',
]);
/** Nothing passes while they last. */
export const CUTTING: ReadonlySet<string> = new Set(['partition', 'hold']);

export interface FaultSpan {
  /** Ordinal of its beginning. */
  i: number;
  t1: number;
  /** Infinity for one that lasts to the end. */
  t2: number;
  /** What it strikes: one of both, or neither for the world; -1 is none. */
  edge: number;
  station: number;
  /** In a word or a few. */
  name: string;
  text: string;
  /** Nothing passes. */
  cuts: boolean;
}

/** A rule is named by what it did: `reset before PUBREL`. */
export function faultName({ family, detail }: FaultBegan): string {
  const { verdict, packet } = detail;
  if (family !== 'rule' || typeof verdict !== 'string') return family;
  const what = typeof packet === 'string' ? ` ${packet.toUpperCase()}` : '';
  return printable(`${verdict.replaceAll('-', ' ')}${what}`);
}
