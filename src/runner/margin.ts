/** How near a failure is to doing no harm: by how much a fault, a call or a link would have to move for the run to pass. */

import type { Micros } from '../mqtt/machine.ts';
import type { WorldDeed } from '../scenario/deed.ts';
import type { Fault } from '../sim/fault.ts';
import { nameOfFault } from '../sim/fault-words.ts';
import { describeVerdict, verdictNamed } from '../sim/rule.ts';
import { type Duration, formatDuration, parseDuration } from '../sim/time.ts';
import { nameOfCall } from './narration.ts';
import { type Candidate, type Left, type Reduction, sizeOf } from './reduction.ts';

/** By how much something has to move for the run to pass, each way; absent when nothing does, as far as was tried. */
export interface Margin {
  /** `the crash of hub (at 10 s)`. */
  readonly what: string;
  readonly less?: Micros;
  readonly more?: Micros;
  /** How far less was tried: a minute, or all there was room for. More was tried for a minute. */
  readonly room: Micros;
  /** What less and more are called: `earlier`, `later`. */
  readonly words: readonly [less: string, more: string];
}

/** Something with a time or a length. */
interface Movable {
  readonly what: string;
  readonly words: Margin['words'];
  /** It cannot become less by more than this. */
  readonly room: Micros;
  moved(by: Micros): Partial<Candidate>;
}

/** Nothing is moved by more. */
const FARTHEST_MICROS: Micros = 60_000_000;
/** A margin is found to one part in so many. */
const PRECISION = 1_000;
/** Of each kind, so many are looked at. */
const LOOKED_AT = 5;

const TIMES = ['earlier', 'later'] as const;
const LENGTHS = ['shorter', 'longer'] as const;
const SPEEDS = ['faster', 'slower'] as const;

/** What a reduction has come to, with its margins. */
export async function leftOf(reduction: Reduction, sure: boolean): Promise<Left> {
  const { candidate, attempt, limited } = reduction;
  return { candidate, attempt, after: sizeOf(attempt), sure, margins: await marginsOf(reduction), limited };
}

/** Of what is left of a failure, the nearest first. Each shift that is named was tried: the run passed. */
export async function marginsOf(reduction: Reduction): Promise<readonly Margin[]> {
  const margins: Margin[] = [];
  for (const { what, words, moved, ...movable } of movablesOf(reduction.candidate)) {
    const room = Math.min(FARTHEST_MICROS, movable.room);
    const breaks = async (by: Micros): Promise<boolean> => {
      const { broke } = await reduction.run({ ...reduction.candidate, ...moved(by) });
      return broke !== undefined;
    };
    const less = await edge((by) => breaks(-by), room);
    const more = await edge(breaks, FARTHEST_MICROS);
    margins.push({
      what,
      words,
      room,
      ...(less === undefined ? {} : { less }),
      ...(more === undefined ? {} : { more }),
    });
  }
  return margins.sort((a, b) => distanceOf(a) - distanceOf(b));
}

function distanceOf({ less = Infinity, more = Infinity }: Margin): number {
  const distance = Math.min(less, more);
  return distance === Infinity ? Number.MAX_VALUE : distance;
}

function movablesOf({ plan = [], retelling }: Candidate): Movable[] {
  const faults = plan.slice(0, LOOKED_AT).flatMap((fault) => movablesOfFault(fault, plan));
  if (retelling === undefined) return faults;
  const { calls, world } = retelling;
  const told = calls.slice(-LOOKED_AT).map((call): Movable => {
    return {
      what: nameOfCall(call),
      words: TIMES,
      room: call.at,
      moved: (by) => {
        const moved = calls.map((each) => (each === call ? { ...call, at: call.at + by } : each));
        return { retelling: { ...retelling, calls: moved.sort((a, b) => a.at - b.at) } };
      },
    };
  });
  const links = world.flatMap((deed): Movable[] => {
    const latency = latencyOf(deed);
    if (deed.kind !== 'link' || latency === undefined) return [];
    return [
      {
        what: `the link ${deed.a}~${deed.b}`,
        words: SPEEDS,
        room: latency,
        moved: (by) => {
          const settings = { ...deed.settings, latency: `${latency + by}us` as Duration };
          const moved = world.map((each) => (each === deed ? { ...deed, settings } : each));
          return { retelling: { ...retelling, world: moved } };
        },
      },
    ];
  });
  return [...faults, ...told, ...links.slice(0, LOOKED_AT)];
}

function movablesOfFault(fault: Fault, plan: readonly Fault[]): Movable[] {
  const instead = (moved: Fault): Partial<Candidate> => ({
    plan: plan.map((each) => (each === fault ? moved : each)),
  });
  const what = nameOfFault(fault);
  const { at, duration, occasion } = fault;
  const inTime: Movable = { what, words: TIMES, room: at, moved: (by) => instead({ ...fault, at: at + by }) };
  if (fault.family === 'rule') return [inTime, ...lengthOfRule(fault, instead)];
  // What waits for an occasion has no time of its own.
  const times = occasion === undefined ? [inTime] : [];
  if (duration === undefined) return times;
  const inLength: Movable = {
    what,
    words: LENGTHS,
    room: duration - 1,
    moved: (by) => instead({ ...fault, duration: duration + by }),
  };
  return [...times, inLength];
}

/** A rule hangs on a packet: later, it lies in wait when the packet has gone by. Its delay, or its cut, has a length. */
function lengthOfRule(fault: Fault, instead: (moved: Fault) => Partial<Candidate>): Movable[] {
  const verdict = verdictNamed(String(fault.detail.verdict));
  if (!('micros' in verdict)) return [];
  const { micros } = verdict;
  return [
    {
      what: nameOfFault(fault),
      words: LENGTHS,
      room: micros - 1,
      moved: (by) => {
        const words = describeVerdict({ ...verdict, micros: micros + by });
        return instead({ ...fault, detail: { ...fault.detail, verdict: words } });
      },
    },
  ];
}

/** The nearest few are enough. */
const MARGINS_TOLD = 5;

/** For people, a line each. */
export function describeMargins(margins: readonly Margin[]): string[] {
  if (margins.length === 0) return ['margin: none, for no fault is needed'];
  return margins.slice(0, MARGINS_TOLD).map(describeMargin);
}

function describeMargin({ what, words, room, less, more }: Margin): string {
  const ways = [
    ...(less === undefined ? [] : [`${formatDuration(less)} ${words[0]}`]),
    ...(more === undefined ? [] : [`${formatDuration(more)} ${words[1]}`]),
  ];
  if (ways.length > 0) return `margin: with ${what} ${ways.join(', or ')}, the run passes`;
  const tried = [
    ...(room === 0 ? [] : [`${room < FARTHEST_MICROS ? 'however much' : 'up to a minute'} ${words[0]}`]),
    `up to a minute ${words[1]}`,
  ];
  return `margin: with ${what} ${tried.join(', or ')}, it breaks all the same`;
}

/** Microseconds; undefined where it is drawn. */
function latencyOf(deed: WorldDeed): Micros | undefined {
  if (deed.kind !== 'link') return undefined;
  const { latency, preset } = deed.settings;
  return typeof latency === 'string' && preset === undefined ? parseDuration(latency) : undefined;
}

/**
 * The least shift at which nothing breaks, as far as growing and halving find it; undefined when none up to `farthest` is found.
 */
async function edge(breaks: (by: Micros) => Promise<boolean>, farthest: Micros): Promise<Micros | undefined> {
  if (farthest < 1) return undefined;
  let low = 0;
  let high = 1;
  while (await breaks(high)) {
    if (high === farthest) return undefined;
    low = high;
    high = Math.min(high * 4, farthest);
  }
  while (high - low > Math.max(1, high / PRECISION)) {
    const middle = Math.floor((low + high) / 2);
    if (await breaks(middle)) low = middle;
    else high = middle;
  }
  // It is somewhere above low and not above high: of what passes there, the roundest number.
  for (let unit = 10 ** Math.floor(Math.log10(high)); ; unit /= 10) {
    const round = Math.floor(high / unit) * unit;
    if (round <= low) continue;
    if (round === high || !(await breaks(round))) return round;
    low = round;
  }
}
