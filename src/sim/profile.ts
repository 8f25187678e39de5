/**
 * How hostile a world is: which families of faults strike, and how often each strikes at one target.
 *
 * `calm` has weather and no disconnection. `flaky` is a bad network. `hostile` has everything. `swarm` lets each seed choose:
 * whole families are there or not, each at a rate of its own, so that many seeds together reach what one mixture never
 * would (Groce et al., Swarm Testing, 2012).
 */
import type { Micros } from '../mqtt/machine.ts';
import type { FaultFamily } from './fault.ts';
import type { Streams } from './rng.ts';

export const PROFILES = ['calm', 'flaky', 'hostile', 'swarm'] as const;
export type ProfileName = (typeof PROFILES)[number];

/** Mean time between two strikes of a family at one target, in microseconds; families that are absent never strike. */
export type Menaces = ReadonlyMap<FaultFamily, Micros>;

const SECOND: Micros = 1_000_000;

const CALM: readonly FaultFamily[] = ['latency', 'loss', 'bandwidth'];
const FLAKY: readonly FaultFamily[] = [...CALM, 'partition', 'hold', 'reset', 'black-hole', 'nat-expiry'];
/** Every family that chance can bring. */
export const HOSTILE: readonly FaultFamily[] = [
  ...FLAKY,
  ...([
    'rule',
    'crash',
    'power-cut',
    'pause',
    'slow-consumer',
    'clock-skew',
    'clock-drift',
    'disk-slow',
    'disk-full',
  ] as const),
];

const CALM_GAP: Micros = 40 * SECOND;
const FLAKY_GAP: Micros = 60 * SECOND;
const HOSTILE_GAP: Micros = 90 * SECOND;
/** Rates of a swarm: from one strike in 10 s to one in 160 s, even on a scale of doublings. */
const SWARM_GAPS: readonly Micros[] = [10, 20, 40, 80, 160].map((seconds) => seconds * SECOND);

/** What a profile is for one seed. */
export function menacesOf(profile: ProfileName, streams: Streams): Menaces {
  switch (profile) {
    case 'calm':
      return evenly(CALM, CALM_GAP);
    case 'flaky':
      return evenly(FLAKY, FLAKY_GAP);
    case 'hostile':
      return evenly(HOSTILE, HOSTILE_GAP);
    case 'swarm': {
      const menaces = new Map<FaultFamily, Micros>();
      for (const family of HOSTILE) {
        // A stream each: a family that is added to the list changes nothing for the others.
        const luck = streams.stream('nemesis', 'swarm', family);
        if (luck() < 0.5) menaces.set(family, SWARM_GAPS[Math.floor(luck() * SWARM_GAPS.length)]!);
      }
      return menaces;
    }
  }
}

function evenly(families: readonly FaultFamily[], gap: Micros): Menaces {
  return new Map(families.map((family) => [family, gap]));
}
