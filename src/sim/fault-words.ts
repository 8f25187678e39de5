/** Faults in the words of people. */
import { describeTime } from '../trace/describe.ts';
import type { Fault, FaultDetail, FaultFamily } from './fault.ts';
import { describeOccasion } from './occasion.ts';
import { verdictNamed } from './rule.ts';
import { formatDuration } from './time.ts';

/** `partition of sensor~hub at 12 s for 3s, direction both`. */
export function describeFault(fault: Fault): string {
  const { family, target, at, duration, detail, occasion } = fault;
  if (family === 'rule' && occasion !== undefined) return `${clauseOf(fault)}, ${describeOccasion(occasion)}`;
  if (family === 'rule') {
    const which = detail.nth === undefined ? 'the first' : `number ${detail.nth}`;
    return `${clauseOf(fault)}: ${which}${at === 0 ? '' : ` from ${describeTime(at)} on`}`;
  }
  const span = duration === undefined ? '' : ` for ${formatDuration(duration)}`;
  const more = Object.entries(detail).map(
    ([name, value]) =>
      `, ${name} ${name === 'by' || name === 'idle' ? formatDuration(Number(value)) : value}`,
  );
  const when = occasion === undefined ? '' : `, ${describeOccasion(occasion)}`;
  return `${family} of ${target} at ${describeTime(at)}${when}${span}${more.join('')}`;
}

/** `the crash of hub (at 10 s)`. */
export function nameOfFault({ family, target, at, detail }: Fault): string {
  if (family !== 'rule') return `the ${family} of ${target} (at ${describeTime(at)})`;
  return `the rule on ${target} (${detail.verdict}, ${packetOfRule(detail)})`;
}

/** `hub crashes`: what a fault does to its target, as a clause. */
export function clauseOf({ family, target, detail, duration }: Fault): string {
  if (family !== 'rule') return CLAUSES[family](target);
  const packet = packetOfRule(detail);
  const verdict = verdictNamed(String(detail.verdict));
  switch (verdict.kind) {
    case 'reset-before':
      return `${target} is reset before ${packet}`;
    case 'reset-after':
      return `${target} is reset after ${packet}`;
    case 'cut':
      return `${target} is cut for ${formatDuration(duration ?? verdict.micros)} from ${packet} on`;
    case 'delay':
      return `${packet} is ${formatDuration(verdict.micros)} late`;
    default:
      return `${packet} is lost once`;
  }
}

const CLAUSES: Readonly<Record<Exclude<FaultFamily, 'rule'>, (target: string) => string>> = {
  partition: (link) => `${link} is partitioned`,
  hold: (link) => `${link} is held`,
  'black-hole': (link) => `${link} swallows its connections`,
  latency: (link) => `${link} is slow`,
  loss: (link) => `${link} loses segments`,
  bandwidth: (link) => `${link} is narrow`,
  reset: (link) => `${link} is reset`,
  'nat-expiry': (link) => `a NAT on ${link} forgets its connections`,
  crash: (node) => `${node} crashes`,
  'power-cut': (node) => `${node} loses its power`,
  pause: (node) => `${node} is paused`,
  'slow-consumer': (node) => `${node} reads slowly`,
  'clock-skew': (node) => `the clock of ${node} jumps`,
  'clock-drift': (node) => `the clock of ${node} drifts`,
  'disk-slow': (node) => `the disk of ${node} is slow`,
  'disk-full': (node) => `the disk of ${node} is full`,
};

function packetOfRule({ packet, from }: FaultDetail): string {
  return `a ${String(packet).toUpperCase()} of ${from}`;
}
