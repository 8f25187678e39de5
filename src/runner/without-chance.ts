/**
 * What chance decided in a retelling, written down: a link has one latency and loses nothing, a client waits as long as it says before it
 * comes back. Of the values that chance could have drawn, the first with which the same promise breaks is taken.
 */
import { reconnectDefaults } from '../mqtt/client/defaults.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { WorldDeed } from '../scenario/deed.ts';
import { type LinkSettings, linkSpecification } from '../scenario/link.ts';
import { drawJitter } from '../sim/jitter.ts';
import { linkOptions } from '../sim/link-specification.ts';
import { type Duration, parseDuration } from '../sim/time.ts';
import type { Reduction } from './reduction.ts';
import type { Retelling } from './retelling.ts';

/** Places in a distribution at which a value is taken, the middle first. */
const QUANTILES = [0.5, 0, 0.25, 0.75, 0.9, 0.1, 0.4, 0.6, 0.99];
/** What is left of a delay after jitter, at most and at least. */
const SHARES = [1, 0.75, 0.5, 0.9, 0.6];

/** True when nothing is left to chance. */
export async function leaveNothingToChance(reduction: Reduction): Promise<boolean> {
  const { world } = reduction.candidate.retelling!;
  let sure = true;
  for (const place of world.keys()) {
    const choices = choicesOf(world[place]!);
    if (choices.length === 0) continue;
    let settled = false;
    for (const choice of choices) {
      settled = await reduction.try(withDeed(reduction.candidate.retelling!, place, choice));
      if (settled) break;
    }
    sure &&= settled;
  }
  return sure;
}

/** The retelling with another deed in a place. */
export function withDeed(retelling: Retelling, place: number, deed: WorldDeed): { retelling: Retelling } {
  return { retelling: { ...retelling, world: retelling.world.with(place, deed) } };
}

/** A deed with each value that chance could have drawn; none when it draws none. */
function choicesOf(deed: WorldDeed): readonly WorldDeed[] {
  if (deed.kind === 'link') {
    return latenciesOf(deed.settings, `${deed.a}~${deed.b}`).map((settings) => ({ ...deed, settings }));
  }
  if (deed.kind === 'broker') return [];
  const { reconnect = {} } = deed.settings;
  if (reconnect === 'off' || reconnect.jitter === 0) return [];
  const {
    initial = micros(reconnectDefaults.initialMicros),
    maximum = micros(reconnectDefaults.maximumMicros),
  } = reconnect;
  const { jitter = reconnectDefaults.jitter, factor } = reconnect;
  return SHARES.filter((share) => share >= 1 - jitter).map((share) => ({
    ...deed,
    settings: {
      ...deed.settings,
      reconnect: {
        initial: micros(parseDuration(initial) * share),
        maximum: micros(parseDuration(maximum) * share),
        ...(factor === undefined ? {} : { factor }),
        jitter: 0,
      },
    },
  }));
}

/** Also of a preset, whose numbers are put in its place. */
function latenciesOf(settings: LinkSettings, name: string): readonly LinkSettings[] {
  const specification = linkSpecification(settings, name);
  const { latency: _, jitter: __, loss: ___, reorder: ____, ...rest } = specification;
  const { latencyMicros, jitter, loss = 0 } = linkOptions(specification, name);
  const draws = jitter !== undefined && jitter.kind !== 'none';
  if (!draws && loss === 0) return [];
  const quantiles = draws ? QUANTILES : [0];
  return quantiles.map((quantile) => ({
    latency: micros(latencyMicros + (jitter === undefined ? 0 : drawJitter(jitter, quantile))),
    ...rest,
  }));
}

/** A duration of so many microseconds, as people write it. */
export function micros(value: Micros): Duration {
  const whole = Math.round(value);
  if (whole >= 1_000_000 && whole % 1_000 === 0) return `${whole / 1_000_000}s`;
  return whole >= 1_000 ? `${whole / 1_000}ms` : `${whole}us`;
}
