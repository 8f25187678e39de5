/** What a script may say about a hosted node, and what the node is told. */
import type { Micros } from '../mqtt/machine.ts';
import type { DiskOptions } from '../sim/disk.ts';
import type { TaskTime } from '../sim/event-loop.ts';
import { type Duration, parseDuration } from '../sim/time.ts';
import type { BrokerPromises } from '../trace/event.ts';
import { ScriptError } from './errors.ts';
import { optionsOf } from './option-values.ts';

export interface HostSettings {
  cpu?: {
    /** How long its process is busy with each task of its event loop: `'50us'` by default; drawn between the two of a pair. */
    perEvent?: Duration | readonly [least: Duration, most: Duration];
  };
  clock?: {
    /** Seconds that its clocks gain each second: 50e-6 for a common crystal, negative to lose. */
    drift?: number;
    /** How wrong its wall clock is. */
    skew?: { ahead: Duration } | { behind: Duration };
  };
  /** How long a sync of its disk takes, and what fits. */
  disk?: Pick<DiskOptions, 'latency' | 'capacityBytes'>;
  /** What `process.env` is there, and nothing else: what is in the environment of the run is not. */
  env?: Readonly<Record<string, string>>;
  /** What it promises where it is a broker. Without them the judge asks for what the standard demands. */
  promises?: BrokerPromises;
}

export interface HostOptions {
  readonly taskTime: TaskTime;
  readonly drift: number;
  readonly skew: Micros;
  readonly disk: DiskOptions;
  readonly env: Readonly<Record<string, string>>;
  readonly promises: BrokerPromises | undefined;
}

const DEFAULT_TASK_TIME: Duration = '50us';

const PROMISES: readonly (keyof BrokerPromises)[] = [
  ...(['durability', 'queueLimit', 'queueQoS0', 'overlap', 'keepAliveFactor'] as const),
  ...(['maximumQoS', 'sessionExpiry', 'retainedExpiry'] as const),
];

/** @throws ScriptError or DurationError for what it cannot be. */
export function hostOptions(name: string, settings: HostSettings): HostOptions {
  const what = `host '${name}'`;
  optionsOf(settings, ['cpu', 'clock', 'disk', 'env', 'promises'], what);
  const { cpu = {}, clock = {}, disk = {}, env = {}, promises } = settings;
  optionsOf(cpu, ['perEvent'], `cpu of ${what}`);
  optionsOf(clock, ['drift', 'skew'], `clock of ${what}`);
  optionsOf(disk, ['latency', 'capacityBytes'], `disk of ${what}`);
  for (const [variable, value] of Object.entries(env))
    if (typeof value !== 'string')
      throw new ScriptError(`${variable} in env of ${what} must be a string, as every variable`);
  const missing =
    promises === undefined ? undefined : PROMISES.find((promise) => !Object.hasOwn(promises, promise));
  if (missing !== undefined)
    throw new ScriptError(`promises of ${what} must be complete, or not given; ${missing} is missing`);
  const { drift = 0, skew } = clock;
  if (!(drift > -1 && drift < 1))
    throw new ScriptError(`the clock drift of ${what} is ${drift}; it must lie between -1 and 1`);
  return {
    taskTime: taskTime(cpu.perEvent ?? DEFAULT_TASK_TIME, `cpu.perEvent of ${what}`),
    drift,
    skew: skew === undefined ? 0 : skewMicros(skew, `clock.skew of ${what}`),
    disk,
    env,
    promises,
  };
}

function taskTime(given: Duration | readonly [Duration, Duration], what: string): TaskTime {
  const pair: readonly Duration[] = Array.isArray(given) ? given : [given as Duration, given as Duration];
  if (pair.length !== 2) throw new ScriptError(`${what} is a duration, or a pair: from ... to ...`);
  const [least, most] = pair.map((duration) => parseDuration(duration, what)) as [Micros, Micros];
  if (least > most)
    throw new ScriptError(`${what} goes from ${pair[0]} to ${pair[1]}; the first is the least`);
  return [least, most];
}

function skewMicros(skew: { ahead: Duration } | { behind: Duration }, what: string): Micros {
  optionsOf(skew, ['ahead', 'behind'], what);
  return 'ahead' in skew ? parseDuration(skew.ahead, what) : -parseDuration(skew.behind, what);
}
