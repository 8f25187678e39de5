/** A node that runs foreign code, npm packages and whole applications, as a script holds it. */
import type { Micros } from '../mqtt/machine.ts';
import type { FaultSpan } from '../sim/duplex-link.ts';
import { type Process, ProcessNode } from '../sim/process-node.ts';
import type { Duration } from '../sim/time.ts';
import { formatSite, siteOf } from './call-site.ts';
import { CallError, HostedError, type LoadFailure, ScriptError, StalledError } from './errors.ts';
import type { HostOptions } from './host-options.ts';
import type { Failed, HostedLife, Hosting } from './hosting.ts';
import { NodeHandle } from './node-handle.ts';
import type { Waiter } from './script.ts';
import type { Stage } from './stage.ts';

/** What a node runs: a file, by its URL, or a function. */
export type Main<T> = URL | string | ((life: HostedLife) => T | PromiseLike<T>);

/** So long a script is left to wait for a node that looks up names in vain. */
const LOST_MICROS: Micros = 3_600_000_000;

/** One life of the node, as far as the script has to do with it. */
interface Life {
  readonly process: Process;
  /** What waits for main to return. */
  readonly afterBoot: (() => void)[];
  booting: boolean;
  /** What main returned. */
  booted: unknown;
  /** What the script waits for, and what this life will not bring once it is over. */
  readonly waiters: Set<Waiter<never>>;
}

/** Made by `sim.host(name)`. */
export class HostedNode extends NodeHandle {
  /** @internal */
  protected readonly node: ProcessNode;
  readonly #hosting: Hosting;
  readonly #env: HostOptions['env'];
  #main: Main<unknown> | undefined;
  /** What it exports and is called, where main is a file. */
  #call: string | undefined;
  /** Where the script asked for it. */
  #asked: Error | undefined;
  /** The script waits for the first life that has booted. */
  #boot: Waiter<unknown> | undefined;
  #life: Life | undefined;

  /** @internal */
  constructor(stage: Stage, hosting: Hosting, name: string, options: HostOptions) {
    super(stage);
    this.#hosting = hosting;
    const { taskTime, disk, promises } = options;
    this.#env = options.env;
    this.node = stage.world.node(name, (surroundings) => {
      const node = new ProcessNode(name, surroundings, {
        taskTime,
        disk,
        ...(promises === undefined ? {} : { promises }),
        execute: (task, of) => hosting.execute(task, of),
        started: (begun) => this.#started(begun),
        ended: () => this.#ended(),
        lost: (since) => this.#lost(since),
      });
      node.regulate(options.drift, options.skew);
      return node;
    });
  }

  /**
   * Runs a function, or the files of an application, on this node: now, and again at every restart. While it boots it may load modules
   * and read files, and no time passes for that.
   *
   * @param call names a function that the file exports, which is called once the file is loaded and handed what a function is that is
   * booted: the name of the node, the number of its life, and its disk.
   * @returns what the function returned, or the module of the file, of the first life that came so far.
   * @throws ScriptError when it was booted before. What main throws rejects the promise.
   * @example
   * const device = await app.boot(new URL('./device.js', import.meta.url));
   * await hub.boot(new URL('./hub.js', import.meta.url), 'start');
   */
  boot<T = unknown>(main: Main<T>, call?: string): Promise<Awaited<T>> {
    const { name } = this;
    if (this.#main !== undefined)
      throw new ScriptError(`'${name}' was booted before; it boots again by itself whenever it is restarted`);
    this.#main = checkedMain(main, call, name);
    this.#call = call;
    this.#asked = new Error();
    const waiter = this.stage.script.wait<unknown>(`'${name}' to boot`);
    this.#boot = waiter;
    this.stage.act(() => {
      if (this.#life !== undefined) this.#bootLife(this.#life);
    });
    return waiter.call as Promise<Awaited<T>>;
  }

  /**
   * Calls a function in an event of this node, once it has booted: the only way from the script into code that runs there.
   *
   * @param act is given what main returned in the present life of the node.
   * @returns what it returned, or what the promise came to that it returned.
   * @throws CallError (as a rejection) when the node is down, or dies before; and whatever the function throws.
   * @example
   * await app.do(() => device.report());
   */
  do<R, B = unknown>(act: (booted: B) => R): Promise<Awaited<R>> {
    const { name } = this;
    if (typeof act !== 'function') throw new ScriptError(`do of '${name}' needs a function to call`);
    const waiter = this.stage.script.wait<unknown>(`what '${name}' was asked to do`);
    this.stage.act(() => {
      const life = this.#life;
      if (life === undefined) {
        waiter.reject(new CallError('crashed', `'${name}' is down, and can do nothing`));
        return;
      }
      const settle = this.#inLife(life, waiter);
      const run = (): void => life.process.loop.post(() => settle(() => act(life.booted as B)));
      if (life.booting) life.afterBoot.push(run);
      else run();
    });
    return waiter.call as Promise<Awaited<R>>;
  }

  /** Every sync of its disk takes so much longer. */
  slowDisk(options: FaultSpan & { by: Duration }): void {
    this.strike('slowDisk', options, ['by'], () => this.node.slowDisk(options));
  }

  /** Nothing more fits on its disk: who writes is told so. */
  fillDisk(options: FaultSpan = {}): void {
    this.strike('fillDisk', options, [], () => this.node.fillDisk(options));
  }

  #started(begun: Process): void {
    const life: Life = {
      process: begun,
      afterBoot: [],
      booting: false,
      booted: undefined,
      waiters: new Set(),
    };
    this.#life = life;
    this.#hosting.begin(begun, this.#env, (...failure) => this.#failed(...failure));
    if (this.#main !== undefined) this.#bootLife(life);
  }

  #ended(): void {
    const life = this.#life;
    this.#life = undefined;
    for (const waiter of life?.waiters ?? [])
      waiter.reject(new CallError('crashed', `'${this.name}' died before it had done that`));
  }

  /** A script that waits for code which finds nobody would wait until the limit of the run. */
  #lost(since: Micros): void {
    const { script, simulator } = this.stage;
    // The script may bring the one that is looked up when it wakes, and what it then waits for takes a while too.
    if (simulator.now - Math.max(since, script.waitsOnlySince) < LOST_MICROS) return;
    if (this.#boot === undefined && (this.#life?.waiters.size ?? 0) === 0) return;
    const error = new StalledError(
      `'${this.name}' looks up names that no node has, again and again, and dials nobody; the script still waits for ${script.describeWaits()}`,
    );
    // Not the line of the code that looks them up.
    error.stack = script.waitingAt ?? `${error.name}: ${error.message}`;
    script.fail(error);
  }

  #bootLife(life: Life): void {
    life.process.awaited();
    const main = this.#main!;
    life.booting = true;
    this.#hosting.setBooting(life.process, true);
    life.process.loop.post(() => {
      outcomeOf(() => this.#run(main, life)).then(
        (booted) => {
          this.#hosting.setBooting(life.process, false);
          this.#inEvent(life, () => {
            life.booting = false;
            life.booted = booted;
            this.#boot?.resolve(booted);
            this.#boot = undefined;
            for (const run of life.afterBoot) run();
          });
        },
        (error: unknown) => {
          this.#hosting.setBooting(life.process, false);
          const failure = this.#hosting.failureToLoad(error);
          this.#inEvent(life, () => {
            const boot = this.#boot;
            this.#boot = undefined;
            if (boot === undefined)
              this.stage.script.fail(this.#asFailure(error, 'while it booted', failure));
            else this.#rejected(boot, error, failure);
          });
        },
      );
    });
  }

  #run(main: Main<unknown>, life: Life): unknown {
    const { name } = this;
    const begin = (start: (life: HostedLife) => unknown): unknown =>
      start({ name, life: this.node.life, disk: this.#hosting.disk(life.process) });
    if (typeof main === 'function') return begin(main);
    const call = this.#call;
    const module = this.#hosting.load(`${main}`, (file, why) => this.#cannotBoot(file, why));
    if (call === undefined) return module;
    return module.then((of) => {
      const start = (of as Record<string, unknown>)[call];
      if (typeof start !== 'function') throw this.#notExported(call, `${main}`);
      return begin(start as (life: HostedLife) => unknown);
    });
  }

  #cannotBoot(file: string, why: string): ScriptError {
    return this.#wrongBoot(`'${this.name}' cannot boot ${file}: ${why}`);
  }

  #notExported(call: string, file: string): ScriptError {
    return this.#wrongBoot(
      `boot of '${this.name}' is to call '${call}', which is no function that ${file.slice(file.lastIndexOf('/') + 1)} exports`,
    );
  }

  /** An error of the line that asked for it, which is not there any more when it turns out to be wrong. */
  #wrongBoot(message: string): ScriptError {
    const error = new ScriptError(message);
    const site = siteOf(this.#asked?.stack);
    if (site !== undefined) error.stack = `${error.name}: ${message}\n    at ${formatSite(site)}`;
    return error;
  }

  /** Gives back what carries out an act in a task of this life, and tells the script of it in an event of its own. */
  #inLife(life: Life, waiter: Waiter<unknown>): (act: () => unknown) => void {
    const waiting = waiter as Waiter<never>;
    life.waiters.add(waiting);
    life.process.awaited();
    const over = (tell: () => void): void =>
      this.#inEvent(life, () => {
        life.waiters.delete(waiting);
        tell();
      });
    return (act) => {
      outcomeOf(act).then(
        (value) => over(() => waiter.resolve(value)),
        (error: unknown) => {
          const failure = this.#hosting.failureToLoad(error);
          over(() => this.#rejected(waiter, error, failure));
        },
      );
    };
  }

  #inEvent(life: Life, happens: () => void): void {
    const { simulator } = this.stage;
    simulator.at(simulator.now, () => {
      if (life.process.alive) happens();
    });
  }

  #rejected(waiter: Waiter<unknown>, error: unknown, failure: LoadFailure | undefined): void {
    const unheeded = this.#asFailure(error, 'when the script asked', failure);
    if (failure !== undefined) tellPlace(error as Error, `${this.name}: ${failure.why}`, failure.asked);
    waiter.fail(error, () => unheeded);
  }

  #failed(...[error, how]: Parameters<Failed>): void {
    this.stage.script.fail(this.#asFailure(error, how, this.#hosting.failureToLoad(error)));
  }

  #asFailure(error: unknown, how: string, failure: LoadFailure | undefined): HostedError {
    return new HostedError(this.name, error, how, failure);
  }
}

/** The script that it comes to, and whoever reads of it, is to see what failed where. */
function tellPlace(error: Error, message: string, asked = ''): void {
  error.message = message;
  const site = siteOf(asked);
  error.stack = `${error.name}: ${message}${site === undefined ? '' : `\n    at ${formatSite(site)}`}`;
}

/** What it throws at once rejects too. */
function outcomeOf(act: () => unknown): Promise<unknown> {
  return new Promise((resolve) => resolve(act()));
}

function checkedMain<T>(main: Main<T>, call: string | undefined, name: string): Main<T> {
  if (typeof main === 'function') {
    if (call !== undefined)
      throw new ScriptError(
        `boot of '${name}' is to call '${call}' of a function; only files export what can be called`,
      );
    return main;
  }
  const url = main instanceof URL || typeof main === 'string' ? `${main}` : '';
  if (url.startsWith('file:')) return url;
  throw new ScriptError(
    `boot of '${name}' needs a function or the URL of a file, as new URL('./device.js', import.meta.url)`,
  );
}
