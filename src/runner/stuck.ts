/** A run in which nothing moves: a script that loops cannot be stopped from within. */
import { formatTime } from '../sim/time.ts';

export interface Stuck {
  readonly patienceMillis: number;
  /** Virtual time. */
  readonly atMicros: number;
  /** Whose code loops; undefined for the script. */
  readonly node: string | undefined;
  /** `file:line:column`, where somebody knows. */
  readonly site?: string | undefined;
}

/** Half a sentence: what was waited for, and who loops. */
export function describeStuck({ patienceMillis, atMicros, node, site }: Stuck): string {
  const who = node === undefined ? 'the script' : `the code of '${node}'`;
  const where = site === undefined ? '' : ` at ${site}`;
  return (
    `nothing moved for ${patienceMillis / 1000} s of real time at ${formatTime(atMicros)} of virtual time; ` +
    `${who} loops${where} without awaiting anything`
  );
}
