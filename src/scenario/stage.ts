/** What the handles that a script holds share: the world they act in, and the script they act for. */

import type { NodeSurroundings } from '../sim/node.ts';
import type { Simulator } from '../sim/simulator.ts';
import type { Substitution } from '../sim/substitution.ts';
import type { World } from '../sim/world.ts';
import type { AppCall } from '../trace/event.ts';
import type { Cast, Part } from './cast.ts';
import type { ClientDefaults } from './client-options.ts';
import type { Deed } from './deed.ts';
import { HostedError, IncomparableError } from './errors.ts';
import type { Failed, Hosting } from './hosting.ts';
import type { LaidRule } from './idle-faults.ts';
import type { Ask } from './plug-ins.ts';
import type { Script } from './script.ts';

/** Calls of clients by their names: `sensor/publish#12` is the twelfth publish of sensor; `sensor` stands for all of its calls. */
export interface Omission {
  /** Left out of this run. */
  omit?: readonly string[];
  /** Is told what the script does, also the calls that are left out. */
  onDeed?: (deed: Deed) => void;
}

export class Stage {
  readonly world: World;
  readonly script: Script;
  readonly defaults: ClientDefaults;
  /**
   * Seconds for which sessions are kept, by Client Identifier, of clients that said so. On 3.1 and 3.1.1 that cannot be said on
   * the wire: brokers are told by their configuration.
   */
  readonly sessionExpiries = new Map<string, number>();
  /** Those of the script that it has not taken away again. */
  readonly rules = new Set<LaidRule>();
  /** True from a `quiet()` that came to rest until the script does something again. */
  atRest = false;

  /** What stands in the place of our machines. */
  readonly substitution: Substitution | undefined;
  /** Who plays its brokers and clients. */
  readonly cast: Cast;
  /** What carries foreign code; undefined where none can run. */
  readonly hosting: Hosting | undefined;

  /** Names of the calls that this run leaves out, and how often each client has called what. */
  readonly #omitted: ReadonlySet<string>;
  readonly #counts = new Map<string, number>();
  readonly #onDeed: ((deed: Deed) => void) | undefined;

  constructor(
    world: World,
    script: Script,
    defaults: ClientDefaults,
    { substitute, cast, ...omission }: Omission & { substitute?: Substitution; cast?: Cast } = {},
    hosting?: Hosting,
  ) {
    this.substitution = substitute;
    this.cast = cast ?? {};
    this.hosting = hosting;
    this.#omitted = new Set(omission.omit);
    this.#onDeed = omission.onDeed;
    this.world = world;
    this.script = script;
    this.defaults = defaults;
  }

  /** Ends the run, also when the script catches what is thrown. */
  readonly beyond = (text: string): never => {
    const error = new IncomparableError(text);
    this.script.fail(error);
    throw error;
  };

  /** The same for what shows in the middle of an event, which goes on. */
  readonly lacks = (text: string): void => this.script.fail(new IncomparableError(text));

  /** What a player is given for a node. */
  part<O>(name: string, options: O, surroundings: NodeSurroundings): Part<O> {
    const failed: Failed = (error, how) => this.script.fail(new HostedError(name, error, how));
    return {
      name,
      options,
      surroundings,
      hosting: this.hosting,
      failed,
      beyond: this.beyond,
      lacks: this.lacks,
    };
  }

  /**
   * The script calls a client. True when this run leaves the call out: then nothing happens, and the script goes on as if it had
   * succeeded.
   */
  omits(client: string, op: AppCall['op'], ...args: readonly unknown[]): boolean {
    if (this.#omitted.size === 0 && this.#onDeed === undefined) return false;
    const key = `${client}/${op}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const name = `${key}#${count}`;
    this.tell({ kind: 'call', name, client, op, args, at: this.simulator.now });
    return this.#omitted.has(name) || this.#omitted.has(client);
  }

  /** Whoever listens is told what the script does. */
  tell(deed: Deed): void {
    this.#onDeed?.(deed);
  }

  get simulator(): Simulator {
    return this.world.simulator;
  }

  /** See {@link Script.ask}. */
  readonly ask: Ask = (question, otherwise) => this.script.ask(question, otherwise);

  /**
   * Records what the script does, as the cause of what follows from it; the next thing the script does is not caused by
   * this one.
   */
  act(deed: () => void): void {
    this.atRest = false;
    const { recorder } = this.simulator;
    const cause = recorder.cause;
    try {
      deed();
    } finally {
      recorder.cause = cause;
    }
  }

  /** Calls into the script in an event of its own: outputs of a machine must not lead back into it. */
  callLater(callback: () => unknown): void {
    this.simulator.at(this.simulator.now, () => this.script.enter(callback));
  }
}
