/** Faults that come from outside, out of a file, a command line or a link: people write and change these. */
import { FAULT_FAMILIES, type Fault, type FaultFamily } from './fault.ts';
import type { Occasion } from './occasion.ts';
import { verdictNamed } from './rule.ts';

const OF_NODES: ReadonlySet<FaultFamily> = new Set<FaultFamily>([
  'crash',
  'power-cut',
  'pause',
  'slow-consumer',
  'clock-skew',
  'clock-drift',
  'disk-slow',
  'disk-full',
]);

/** Whether a value is a fault that can strike what it names. */
export function isFault(value: unknown): value is Fault {
  if (!isRecord(value)) return false;
  const { id, target, family, at, duration = 0, detail, occasion } = value;
  return (
    isText(id) &&
    isText(target) &&
    FAULT_FAMILIES.includes(family as FaultFamily) &&
    // A link is named after both of its nodes, and no node may have this sign in its name.
    OF_NODES.has(family as FaultFamily) !== target.includes('~') &&
    [at, duration].every((micros) => Number.isSafeInteger(micros) && (micros as number) >= 0) &&
    isRecord(detail) &&
    Object.values(detail).every((each) => ['string', 'number', 'boolean'].includes(typeof each)) &&
    (family !== 'rule' || isVerdict(detail.verdict)) &&
    (occasion === undefined || isOccasion(occasion))
  );
}

function isOccasion(value: unknown): value is Occasion {
  if (!isRecord(value)) return false;
  const { of, side, nth, connection, from } = value;
  return (
    (of === 'write' || of === 'sync' || (of === 'packet' && isText(connection) && isText(from))) &&
    (side === 'before' || side === 'after') &&
    Number.isSafeInteger(nth)
  );
}

function isVerdict(words: unknown): boolean {
  try {
    verdictNamed(String(words));
    return true;
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
