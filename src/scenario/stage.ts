/** What the handles that a script holds share: the world they act in, and the script they act for. */

import type { Simulator } from '../sim/simulator.ts';
import type { World } from '../sim/world.ts';
import type { Unstamped } from '../trace/recorder.ts';
import type { ClientDefaults } from './client-options.ts';
import type { Ask } from './plug-ins.ts';
import type { Script } from './script.ts';

export class Stage {
  readonly world: World;
  readonly script: Script;
  readonly defaults: ClientDefaults;
  /**
   * Seconds for which sessions are kept, by Client Identifier, of clients that said so. On 3.1 and 3.1.1 that cannot be said on
   * the wire: brokers are told by their configuration.
   */
  readonly sessionExpiries = new Map<string, number>();
  /** True from a `quiet()` that came to rest until the script does something again. */
  atRest = false;

  constructor(world: World, script: Script, defaults: ClientDefaults) {
    this.world = world;
    this.script = script;
    this.defaults = defaults;
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
  act(event: Unstamped | undefined, consequence: () => void): void {
    this.atRest = false;
    const { recorder } = this.simulator;
    const cause = recorder.cause;
    if (event !== undefined) this.simulator.record(event);
    try {
      consequence();
    } finally {
      recorder.cause = cause;
    }
  }

  /** Calls into the script in an event of its own: outputs of a machine must not lead back into it. */
  callLater(callback: () => unknown): void {
    this.simulator.at(this.simulator.now, () => this.script.enter(callback));
  }
}
