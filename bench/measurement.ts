/** What a run of the bench found, as it is kept in `bench/measured.json`: family by family, each with its day and its machine. */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { Cal } from './cal.ts';
import type { Family } from './families.ts';
import type { Pace, Row } from './measure.ts';

export interface MeasuredFamily {
  /** As 2026-11-27. */
  readonly day: string;
  readonly machine: string;
  readonly node: string;
  /** How many processes wanted to run, as the system's mean over a minute, before and after: above the number of cores others took part. */
  readonly load: readonly [before: number, after: number];
  /** The measure of the machine by which figures are scaled, in nanoseconds: the least of before and after. */
  readonly cal?: number;
  readonly rows: readonly Row[];
  /** Why there are no rows. */
  readonly failure?: string;
}

export type Measurement = Readonly<Record<string, MeasuredFamily>>;

export const MEASURED = join(import.meta.dirname, 'measured.json');

/** `2 cores of Intel Xeon at 2.8 GHz, 24 GB, Linux 6.1`. */
export function machine(): string {
  const model =
    cpus()[0]
      ?.model.replace(/\((R|TM)\)/g, '')
      .replace(/\s+/g, ' ') ?? 'an unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores of ${model}, ${memory} GB, ${type()} ${release().replace(/-.*/, '')}`;
}

const rounded = (load: number): number => Math.round(load * 10) / 10;

const about = () => ({
  day: new Date().toISOString().slice(0, 10),
  machine: machine(),
  node: process.versions.node,
});

/** A family that could not be measured, and why. */
export function unmeasured(failure: string): MeasuredFamily {
  const load = rounded(loadavg()[0]!);
  return { ...about(), load: [load, load], rows: [], failure };
}

/** Measures one family; one that cannot be measured here says why, and the others go on. */
export async function measured({ rows }: Family, pace: Pace, cal = new Cal(pace)): Promise<MeasuredFamily> {
  const before = rounded(loadavg()[0]!);
  const here = about();
  try {
    const found = await rows(pace, cal);
    const load = [before, rounded(loadavg()[0]!)] as const;
    return { ...here, load, ...(pace === 'full' ? { cal: cal.nanos() } : {}), rows: found };
  } catch (error) {
    return unmeasured((error as Error).message);
  }
}

/** What the last runs of every family found. */
export function readMeasured(): Measurement {
  return existsSync(MEASURED) ? (JSON.parse(readFileSync(MEASURED, 'utf8')) as Measurement) : {};
}

/** Figures have six digits: more are chance. */
const figureIn = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value;

export const measuredJson = (measurement: Measurement): string =>
  `${JSON.stringify(measurement, figureIn, 1)}\n`;
