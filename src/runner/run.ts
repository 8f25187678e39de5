/**
 * Runs one scenario once, from one seed, to its end: the loop between the engine and the script.
 *
 * The engine is synchronous. Only when an event woke the script does the loop let it run on, through a boundary that is
 * handed in, because Node and browsers have different ones. Nothing here knows of files, threads or clocks.
 */
import { type Checker, createChecker } from '../check/checker.ts';
import type { Obituary } from '../check/lives/index.ts';
import type { CheckReport } from '../check/tally.ts';
import { type ProtocolName, protocolVersions } from '../mqtt/codec/protocol-name.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { Cast } from '../scenario/cast.ts';
import type { Deed } from '../scenario/deed.ts';
import {
  explanationOf,
  isDeath,
  type RunError,
  type RunVerdict,
  verdictOf,
  wrongCall,
} from '../scenario/ending.ts';
import { type CallError, StalledError } from '../scenario/errors.ts';
import type { Hosting } from '../scenario/hosting.ts';
import { type IdleFault, idleAdditions, idleRules } from '../scenario/idle-faults.ts';
import { type Parameters, type ParameterValue, resolveParameters } from '../scenario/parameters.ts';
import { DEFAULT_PROTOCOL, type Scenario } from '../scenario/scenario.ts';
import { Script } from '../scenario/script.ts';
import { type AssertTally, Simulation } from '../scenario/simulation.ts';
import { Stage } from '../scenario/stage.ts';
import type { UnknownName } from '../scenario/unknown-name.ts';
import { EPOCH } from '../sim/clock.ts';
import type { TransportName } from '../sim/duplex-link.ts';
import type { Fault, FaultFamily, FaultFilter } from '../sim/fault.ts';
import type { ArmedTimer } from '../sim/node.ts';
import type { ProfileName } from '../sim/profile.ts';
import { type Chance, canonicalSeed } from '../sim/rng.ts';
import { LimitError } from '../sim/simulator.ts';
import type { Substitution } from '../sim/substitution.ts';
import { type Duration, parseDuration } from '../sim/time.ts';
import { World } from '../sim/world.ts';
import type { TraceEvent, TraceFault, TraceHeader, TraceLevel } from '../trace/event.ts';
import { Recorder } from '../trace/recorder.ts';
import { type RunSummary, Summary } from '../trace/summary.ts';

export type { RunError, RunVerdict } from '../scenario/ending.ts';

/** The run as the code around a script sees it: what a virtual clock, timer and die are made of. */
export interface ScriptWorld {
  /** Virtual time in microseconds since the beginning of the run. */
  readonly now: Micros;
  /** The same on the calendar, in microseconds since 1970. */
  readonly wallMicros: Micros;
  /** Draws from [0, 1): the stream `<seed>/script/random`. */
  draw(): number;
  /** Calls back in an event of the run; returns a function that forgets it. */
  after(delayMicros: Micros, callback: () => void): () => void;
  /** The script did what no run may: the run ends with this error, also when the script catches it. */
  violated(error: Error): void;
  /** The node whose code sees the world so; undefined for the script. */
  readonly node?: string;
}

/** What a run needs from the place it runs in. */
export interface Surroundings {
  /** Resolves once everything that is ready to run has run: a macrotask later. */
  yieldToScript(): Promise<void>;
  /**
   * Calls `step` again and again, each time after everything that is ready to run has run, until it answers false. Where it is absent
   * {@link yieldToScript} stands between the steps.
   */
  drive?(step: () => boolean): Promise<void>;
  /** @internal Carries foreign code; without it a script cannot make nodes of such. */
  readonly hosting?: Hosting;
  /** The script is about to run, and is over. */
  enter?(world: ScriptWorld): void;
  leave?(): void;
  /** Called now and then, at least once a second of virtual time in which something happens. */
  progress?(now: Micros, events: number): void;
}

export interface RunOptions {
  /** 1 to 200 printable characters without '/', or a whole number; 1 by default. */
  seed?: string | number;
  /** Values of their own type, or as text. */
  parameters?: Readonly<Record<string, ParameterValue>>;
  /** What is recorded for `onEvent`: `packets` by default. The digest is the same at every level. */
  level?: TraceLevel;
  /** How links carry connections that do not say: the model of TCP by default. */
  transport?: TransportName;
  /** What clients speak that do not say it themselves, in the place of what the scenario says. */
  protocol?: ProtocolName;
  /** How hostile chance is to the world; without it nothing strikes but what the script strikes. */
  profile?: ProfileName;
  /** Which faults take effect: all by default. */
  faults?: FaultFilter;
  /** `none` leaves nothing to the seed: every draw has a value of its own. `seed` by default. */
  chance?: Chance;
  /** Machines in the place of ours, in all brokers or in all clients: a mutant of the zoo. */
  substitute?: Substitution;
  /** Who plays brokers and clients, where it is not our machines. */
  cast?: Cast;
  /** Calls of clients that are left out, `sensor/publish#12`, or all of a client's, `sensor`: the script goes on as if they had succeeded. */
  omit?: readonly string[];
  /** Is told whenever a machine asks to be woken. */
  onTimer?: (timer: ArmedTimer) => void;
  /** Is told what the script does: nodes, links, and every call of a client with its name. */
  onDeed?: (deed: Deed) => void;
  /** Is told before the first event, so that a file can begin with it. */
  onStart?: (header: TraceHeader) => void;
  /** Is handed every event in order. */
  onEvent?: (event: TraceEvent) => void;
  /** Ends the run at so many events of the engine; 2,000,000,000 by default. */
  limits?: { readonly events?: number };
  /** Whether the judge watches: as the scenario says by default. */
  checks?: 'all' | 'none';
  /**
   * Whether an error says which line of the script waited for it: `all` by default. To remember that costs every call of a client as much
   * as several packets, which who runs a seed again that ended with an error can do without.
   */
  places?: 'all' | 'none';
  /** Written into the header of the trace. */
  version?: string;
}

/** A call that failed while nobody looked. */
export interface NeglectedFailure {
  what: string;
  message: string;
  atMicros: Micros;
}

/** What a run came to. Plain data: it can be sent to another thread and written as JSON. */
export interface RunResult {
  scenario: string;
  seed: string;
  parameters: Readonly<Record<string, ParameterValue>>;
  level: TraceLevel;
  transport: TransportName;
  /** How hostile chance was, and what that came to for this seed, in words. */
  nemesis?: { profile: ProfileName; drew: string };
  /** The name of what stood in the place of our machines. */
  substitute?: string;
  /** Every fault that took effect, in order. */
  struck: readonly Fault[];
  verdict: RunVerdict;
  /** Of everything that could be seen to happen; equal for equal version, scenario, seed and parameters. */
  digest: string;
  virtualMicros: Micros;
  /** How many events the engine let happen. */
  events: number;
  asserts: readonly AssertTally[];
  /** What the judge found; absent when it did not watch. */
  report?: CheckReport;
  /** The first messages that violations name, with their lives; of a run whose trace was kept. */
  obituaries?: readonly Obituary[];
  /** Absent at level digest when nobody listened and nobody judged: then nothing was counted. */
  summary?: RunSummary;
  neglected: readonly NeglectedFailure[];
  /** Rules and added faults that never struck, of a run that nothing else ended early; absent when there are none. */
  idle?: readonly IdleFault[];
  /** Somebody else than the script killed a client in the middle of a call that the script waited for: where its story ended early. */
  cutShort?: { message: string; atMicros: Micros };
  /** What code that is not ours looked up, and no node has; absent when there is none. */
  unknownNames?: { readonly looked: readonly UnknownName[]; readonly nodes: readonly string[] };
  /** Code that is not ours ran in it: the digest is valid for its packages and for this version of Node. */
  hosted?: true;
  error?: RunError;
}

/** A long stretch without the script is cut so that progress can be told. */
const PROGRESS_MICROS: Micros = 1_000_000;
/** The same within an instant in which very much happens. */
const PROGRESS_EVENTS = 4_096;
const DEFAULT_LIMIT: Duration = '24h';
/** A script that wakes so often while no time passes goes round in circles. */
const WAKES_AT_ONCE_LIMIT = 1_000_000;
const NEGLECTED_LISTED = 100;
const DEADLY: readonly FaultFamily[] = ['crash', 'power-cut'];

/**
 * Runs a scenario to its end.
 *
 * @throws NameError for a seed, ParameterError for a parameter that cannot be; whatever the script does is in the result.
 */
export async function run<P extends Parameters>(
  scenario: Scenario<P>,
  options: RunOptions,
  surroundings: Surroundings,
): Promise<RunResult> {
  return new Run(scenario as unknown as Scenario, options, surroundings).toItsEnd();
}

class Run {
  readonly #scenario: Scenario;
  readonly #options: RunOptions;
  readonly #surroundings: Surroundings;
  readonly #seed: string;
  readonly #parameters: Readonly<Record<string, ParameterValue>>;
  readonly #recorder: Recorder;
  readonly #checker: Checker | undefined;
  readonly #summary: Summary | undefined;
  readonly #stage: Stage;
  readonly #world: World;
  readonly #script: Script;
  readonly #simulation: Simulation;
  #cutShort: RunResult['cutShort'];
  /** When the script woke last, and how often since then no time passed. */
  #wokenAt = -1;
  #wakes = 0;
  /** Tasks of processes since progress was told. */
  #untold = 0;

  constructor(scenario: Scenario, options: RunOptions, surroundings: Surroundings) {
    this.#scenario = scenario;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#seed = canonicalSeed(options.seed ?? 1);
    this.#parameters = resolveParameters(scenario.options.parameters ?? {}, options.parameters);
    const { also = [] } = options.faults ?? {};
    this.#recorder = new Recorder({
      level: options.level ?? 'packets',
      header: {
        amber: options.version ?? 'unknown',
        scenario: scenario.name,
        seed: this.#seed,
        parameters: this.#parameters,
        vantage: 'both-ends',
        ...termsOfHeader(options),
        ...(scenario.options.known === undefined ? {} : { known: scenario.options.known }),
        ...(also.length === 0 ? {} : { faults: also.map(faultOfHeader) }),
      },
    });
    options.onStart?.(this.#recorder.header);
    if (options.onEvent !== undefined) this.#recorder.listen(options.onEvent);
    const checks = options.checks ?? scenario.options.checks ?? 'all';
    this.#checker = checks === 'none' ? undefined : this.#judge();
    this.#summary = this.#listens ? new Summary(() => this.#tellProgress()) : undefined;
    if (this.#summary !== undefined) this.#recorder.watch(this.#summary);
    this.#world = new World({
      seed: this.#seed,
      recorder: this.#recorder,
      transport: options.transport ?? 'tcp',
      faults: options.faults ?? {},
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      ...(options.onTimer === undefined ? {} : { onTimer: options.onTimer }),
      ...(options.chance === undefined ? {} : { chance: options.chance }),
      limits: { ...options.limits, micros: parseDuration(scenario.options.limit ?? DEFAULT_LIMIT) },
    });
    this.#script = new Script(
      this.#world.simulator,
      (error) => this.#forgives(error),
      options.places !== 'none',
    );
    this.#stage = new Stage(
      this.#world,
      this.#script,
      {
        protocolVersion: protocolVersions[options.protocol ?? scenario.options.protocol ?? DEFAULT_PROTOCOL],
        durability: scenario.options.durability ?? 'sync',
      },
      options,
      surroundings.hosting,
    );
    this.#simulation = new Simulation(this.#stage);
  }

  get #listens(): boolean {
    return (
      this.#recorder.level !== 'digest' || this.#options.onEvent !== undefined || this.#checker !== undefined
    );
  }

  #judge(): Checker {
    const checker = createChecker({
      vantage: this.#recorder.header.vantage,
      emit: (verdict) => void this.#recorder.emit(verdict),
      known: this.#scenario.options.known,
    });
    this.#recorder.watch(checker);
    return checker;
  }

  async toItsEnd(): Promise<RunResult> {
    const surroundings = this.#surroundings;
    surroundings.enter?.(this.#scriptWorld());
    let thrown: { error: unknown } | undefined;
    try {
      this.#script.start(() => this.#story());
      await this.#drive();
    } catch (error) {
      thrown = { error: error instanceof LimitError ? this.#limited(error) : error };
    } finally {
      surroundings.leave?.();
    }
    return this.#result(thrown);
  }

  /**
   * The author's function. Where somebody else kills a client in the middle of a call, a story that does not expect it cannot go on; that
   * is no fault of its author. The world comes to rest all the same, for the judge looks on.
   */
  async #story(): Promise<void> {
    try {
      await this.#scenario.script(this.#simulation, this.#parameters as never);
    } catch (error) {
      if (!this.#forgives(error)) throw error;
      this.#cutShort = { message: error.message, atMicros: this.#world.now };
      await this.#simulation.quiet();
    }
  }

  /** Whether a call failed because somebody else than the script killed its client. */
  #forgives(error: unknown): error is CallError {
    return this.#isMenaced && isDeath(error);
  }

  /** Faults strike that the script has not thought of: those of the nemesis, of a list, and those that wait for an occasion. */
  get #isMenaced(): boolean {
    const { plan, also = [] } = this.#options.faults ?? {};
    return (
      this.#world.nemesis !== undefined ||
      plan !== undefined ||
      also.some(({ occasion, family }) => occasion !== undefined || DEADLY.includes(family))
    );
  }

  async #drive(): Promise<void> {
    const surroundings = this.#surroundings;
    const step = (): boolean => this.#step();
    if (surroundings.drive !== undefined) await surroundings.drive(step);
    else
      do await surroundings.yieldToScript();
      while (step());
  }

  /** Lets the engine go on until somebody outside has to act. False when the script has come to its end. */
  #step(): boolean {
    if (this.#script.ended) return false;
    const { simulator } = this.#world;
    for (;;) {
      const pause = simulator.run(Math.max(simulator.now + PROGRESS_MICROS, simulator.queue.nextAt));
      if (pause === 'process') {
        if (++this.#untold >= PROGRESS_EVENTS) this.#tellProgress();
        return true;
      }
      this.#tellProgress();
      if (pause === 'empty') throw this.#stalled();
      if (pause === 'time') continue;
      this.#countWake();
      return true;
    }
  }

  /** @throws LimitError when the script goes round in circles. */
  #countWake(): void {
    const { now } = this.#world;
    if (now > this.#wokenAt) {
      this.#wokenAt = now;
      this.#wakes = 0;
    } else if (++this.#wakes > WAKES_AT_ONCE_LIMIT) {
      throw new LimitError(
        'events',
        `the script woke ${this.#wakes} times while no time passed; it goes round in circles`,
      );
    }
  }

  #stalled(): StalledError {
    const waits = this.#script.describeWaits();
    const error = new StalledError(
      waits === ''
        ? 'nothing is left to happen, and the script waits for something that is not of this simulation'
        : `nothing is left to happen, and the script still waits for ${waits}`,
    );
    const { waitingAt } = this.#script;
    if (waitingAt !== undefined) error.stack = waitingAt;
    return error;
  }

  /** Who reads of a limit wants to know what the script waited for meanwhile, and how to have more. */
  #limited(error: LimitError): LimitError {
    const waits = this.#script.describeWaits();
    const open = waits === '' ? '' : `; the script still waits for ${waits}`;
    const more =
      error.limit === 'time'
        ? "; a scenario that needs longer says so: scenario(name, { limit: '7d' }, script)"
        : '';
    return new LimitError(error.limit, `${error.message}${open}${more}`);
  }

  #tellProgress(): void {
    const { simulator } = this.#world;
    this.#untold = 0;
    this.#surroundings.progress?.(simulator.now, simulator.events);
  }

  #scriptWorld(): ScriptWorld {
    const { simulator, streams } = this.#world;
    const script = this.#script;
    const draw = streams.stream('script', 'random');
    return {
      get now() {
        return simulator.now;
      },
      get wallMicros() {
        return EPOCH + simulator.now;
      },
      draw,
      after(delayMicros, callback) {
        let pending = true;
        const event = simulator.at(simulator.now + delayMicros, () => {
          pending = false;
          script.enter(callback);
        });
        return () => {
          if (pending) simulator.cancel(event);
          pending = false;
        };
      },
      violated: (error) => script.fail(error),
    };
  }

  /** A list of faults stands in for the rules of the script, and a script that broke off may have come to none of them. */
  #idle(failure: { error: unknown } | undefined): IdleFault[] {
    if (failure !== undefined && !(failure.error instanceof StalledError)) return [];
    const { plan, also = [] } = this.#options.faults ?? {};
    const { faults, now } = this.#world;
    const rules = plan === undefined ? idleRules(this.#stage.rules) : [];
    return [...rules, ...idleAdditions(also, faults.struck, now)];
  }

  #result(thrown: { error: unknown } | undefined): RunResult {
    const { simulator, nemesis } = this.#world;
    const neglected = this.#script.neglected();
    const failure = thrown ?? this.#script.failure ?? this.#script.unheeded() ?? wrongCall(neglected);
    const asserts = this.#simulation.asserts;
    // The world came to rest only if the script did nothing after its quiet(), and nothing ended it before.
    const report = this.#checker?.finish({ quiet: this.#stage.atRest && failure === undefined });
    const error = failure && explanationOf(failure.error, thrown !== undefined, simulator.now);
    const summary = this.#summary?.read();
    const idle = this.#idle(failure);
    return {
      scenario: this.#scenario.name,
      seed: this.#seed,
      parameters: this.#parameters,
      level: this.#recorder.level,
      transport: this.#options.transport ?? 'tcp',
      ...(nemesis === undefined ? {} : { nemesis: { profile: nemesis.profile, drew: nemesis.describe() } }),
      ...(this.#options.substitute === undefined ? {} : { substitute: this.#options.substitute.name }),
      struck: this.#world.faults.struck,
      verdict: verdictOf(failure, asserts, report),
      digest: this.#recorder.digest(),
      virtualMicros: simulator.now,
      events: simulator.events,
      asserts,
      ...(report === undefined ? {} : { report }),
      ...(summary === undefined ? {} : { summary }),
      neglected: neglected
        .slice(0, NEGLECTED_LISTED)
        .map(({ what, error: { message }, at }) => ({ what, message, atMicros: at })),
      ...(idle.length === 0 ? {} : { idle }),
      ...(this.#cutShort === undefined ? {} : { cutShort: this.#cutShort }),
      ...(error === undefined ? {} : { error }),
    };
  }
}

/** What is as usual is left out. */
function termsOfHeader({
  transport = 'tcp',
  profile,
  substitute,
}: RunOptions): Pick<TraceHeader, 'transport' | 'profile' | 'mutant'> {
  return {
    ...(transport === 'tcp' ? {} : { transport }),
    ...(profile === undefined ? {} : { profile }),
    ...(substitute === undefined ? {} : { mutant: substitute.name }),
  };
}

function faultOfHeader({ occasion, ...fault }: Fault): TraceFault {
  return occasion === undefined ? fault : { ...fault, occasion: { ...occasion } };
}
