/**
 * The running script as the engine sees it: what it waits for, whether it woke, how it ended.
 *
 * Everything that calls into the author's code, or settles a promise of it, goes through here: then the loop knows that
 * it has to let the script run on, and nothing that the script throws gets lost.
 */
import type { Micros } from '../mqtt/machine.ts';
import type { Simulator } from '../sim/simulator.ts';
import { formatTime } from '../sim/time.ts';
import { Call, type Settling } from './call.ts';
import { formatSite, siteOf } from './call-site.ts';
import { CallError } from './errors.ts';

/** A call that failed, and nobody looked. */
export interface NeglectedCall {
  readonly what: string;
  readonly error: CallError;
  readonly at: Micros;
}

/** What settles one wait. */
export interface Waiter<T> {
  readonly call: Call<T>;
  resolve(value: T): void;
  reject(error: Error): void;
  /** Rejects with what foreign code threw, as it is. What `unheeded` makes of it ends the run if nobody ever looks. */
  fail(thrown: unknown, unheeded: () => Error): void;
}

/** Waits listed in a report; more are counted. */
const LISTED = 5;
/** Failed calls that are remembered until the end. */
const NEGLECTED_LIMIT = 10_000;
/** Places of calls are remembered for this many; a stack costs as much as a simulated packet. */
const SITES_LIMIT = 10_000;

export class Script {
  readonly #simulator: Simulator;
  readonly #forgives: (error: unknown) => error is CallError;
  readonly #waits = new Set<Pending>();
  readonly #failed: { call: Call<unknown>; what: string; error: CallError; at: Micros }[] = [];
  readonly #forgiven: NeglectedCall[] = [];
  readonly #unheeded: { call: Call<unknown>; failure: () => Error }[] = [];
  /** How many more places are remembered. */
  #sites: number;
  /** Sleeps, and callbacks of `at` and `every`, that are to come. */
  #alarms = 0;
  #lastAlarmAt: Micros = 0;
  #ended = false;
  #failure: unknown;
  #hasFailed = false;

  /**
   * @param forgives whether it is nobody's fault that a callback failed with this error.
   * @param remembersPlaces whether errors say where in the script a call began.
   */
  constructor(
    simulator: Simulator,
    forgives: (error: unknown) => error is CallError = (_error): _error is CallError => false,
    remembersPlaces = true,
  ) {
    this.#simulator = simulator;
    this.#forgives = forgives;
    this.#sites = remembersPlaces ? SITES_LIMIT : 0;
  }

  /** True when the script came to its end, or threw. */
  get ended(): boolean {
    return this.#ended;
  }

  /** What the script, or one of its callbacks, threw first. */
  get failure(): { error: unknown } | undefined {
    return this.#hasFailed ? { error: this.#failure } : undefined;
  }

  /** Starts the author's function. */
  start(body: () => Promise<void> | void): void {
    // A function that is not async may throw before it returns.
    new Promise<void>((resolve) => resolve(body())).then(
      () => {
        this.#ended = true;
      },
      (error: unknown) => this.fail(error),
    );
  }

  /** The script is over: this is what went wrong. The first reason stays. */
  fail(error: unknown): void {
    this.#ended = true;
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#failure = error;
    this.#simulator.wakeScript();
  }

  /** Calls a function of the author's in an event; what it returns is awaited by nobody, but may not fail unseen. */
  enter(callback: () => unknown): void {
    this.#simulator.wakeScript();
    try {
      const returned = callback();
      if (isThenable(returned)) returned.then(undefined, (error: unknown) => this.#callbackFailed(error));
    } catch (error) {
      this.fail(error);
    }
  }

  /** The story goes on without a callback whose client was killed under it: the application has died with it. */
  #callbackFailed(error: unknown): void {
    if (!this.#forgives(error)) this.fail(error);
    else if (this.#forgiven.length < NEGLECTED_LIMIT)
      this.#forgiven.push({ what: 'a callback', error, at: this.#simulator.now });
  }

  /** Calls a function of the author's in the middle of a machine's work, which goes on with `otherwise` when it throws. */
  ask<T>(question: () => T, otherwise: T): T {
    try {
      return question();
    } catch (error) {
      this.fail(error);
      return otherwise;
    }
  }

  /**
   * A promise that an event will settle.
   *
   * @param what completes the sentence "the script waits for ...".
   */
  wait<T>(what: string): Waiter<T> {
    const begun = this.#sites > 0 ? this.#placeOf(what) : undefined;
    const wait = new Wait<T>(this, what, this.#simulator.now, begun);
    this.#waits.add(wait);
    return wait;
  }

  /** Something of the script's own is to wake it: a sleep, or a callback of `at` or `every`. */
  setAlarm(): void {
    this.#alarms++;
  }

  /** One of those has come, or was called off. */
  alarmIsOver(): void {
    this.#alarms--;
    this.#lastAlarmAt = this.#simulator.now;
  }

  /** Since when the script can only wait for others, in virtual time; Infinity as long as something of its own is to wake it. */
  get waitsOnlySince(): Micros {
    return this.#alarms > 0 ? Infinity : this.#lastAlarmAt;
  }

  /** @internal An event has settled a wait. */
  settled(wait: Pending): void {
    this.#waits.delete(wait);
    // A call that nobody has looked at resumes nothing: the engine goes on without a pause.
    if (wait.call.handled) this.#simulator.wakeScript();
  }

  #placeOf(what: string): Error {
    this.#sites--;
    return new Error(what);
  }

  /** Waits that are pending, for people: "the acknowledgement of ... since 00:00:12 (story.ts:12:3)". */
  describeWaits(): string {
    const waits = [...this.#waits];
    const listed = waits.slice(0, LISTED).map((wait) => {
      const site = siteOf(wait.begun?.stack);
      return `${wait.what}, since ${formatTime(wait.since)}${site === undefined ? '' : ` (${formatSite(site)})`}`;
    });
    if (waits.length > LISTED) listed.push(`and ${waits.length - LISTED} more`);
    return listed.join('; ');
  }

  /** The place where the oldest pending wait began. */
  get waitingAt(): string | undefined {
    for (const wait of this.#waits) return wait.begun?.stack;
    return undefined;
  }

  /** What foreign code threw at a call of the script that nobody has looked at. */
  unheeded(): { error: unknown } | undefined {
    const found = this.#unheeded.find(({ call }) => !call.handled);
    return found && { error: found.failure() };
  }

  /** Calls that failed without anybody having looked, or were forgiven, in order. */
  neglected(): NeglectedCall[] {
    return [...this.#failed.filter(({ call }) => !call.handled), ...this.#forgiven].sort(
      (a, b) => a.at - b.at,
    );
  }

  /** @internal A call failed with this error. */
  remember(call: Call<unknown>, what: string, error: CallError): void {
    if (this.#failed.length < NEGLECTED_LIMIT && !call.handled)
      this.#failed.push({ call, what, error, at: this.#simulator.now });
  }

  /** @internal Foreign code threw at a call; `failure` is said of it if nobody ever looks. */
  unlessHeeded(call: Call<unknown>, failure: () => Error): void {
    if (!call.handled) this.#unheeded.push({ call, failure });
  }
}

/** What is told of a wait, whatever it brings. */
type Pending = Pick<Wait<unknown>, 'what' | 'since' | 'begun'> & {
  readonly call: { readonly handled: boolean };
};

/** Something the script waits for that only an event can bring. Every call of a client is one: it has methods, and no functions of its own. */
class Wait<T> implements Waiter<T> {
  readonly call: Call<T>;
  readonly what: string;
  readonly since: Micros;
  /** Its stack is the place where the wait began; it is read only when somebody has to be told. */
  readonly begun: Error | undefined;
  readonly #script: Script;
  readonly #settles: Settling<T>;

  constructor(script: Script, what: string, since: Micros, begun: Error | undefined) {
    this.#script = script;
    this.what = what;
    this.since = since;
    this.begun = begun;
    this.#settles = Call.open<T>();
    this.call = this.#settles.call;
  }

  resolve(value: T): void {
    this.#script.settled(this);
    this.#settles.resolve(value);
  }

  reject(error: Error): void {
    this.#script.settled(this);
    const site = siteOf(this.begun?.stack);
    // The stack of an error made in an event shows the engine; its reader wants to know which call failed.
    if (site !== undefined) error.stack = `${error.name}: ${error.message}\n    at ${formatSite(site)}`;
    if (error instanceof CallError) this.#script.remember(this.call, this.what, error);
    this.#settles.reject(error);
  }

  fail(thrown: unknown, unheeded: () => Error): void {
    this.#script.settled(this);
    this.#script.unlessHeeded(this.call, unheeded);
    this.#settles.reject(thrown as Error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
