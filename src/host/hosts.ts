/** Carries the foreign code of one run: makes the world of a process the present one while its code runs, and keeps time from passing while it loads. */
import { fileURLToPath } from 'node:url';
import type { RunResult, ScriptWorld } from '../runner/run.ts';
import { siteOf } from '../scenario/call-site.ts';
import type { ScriptError } from '../scenario/errors.ts';
import { type HostSettings, hostOptions } from '../scenario/host-options.ts';
import { HostedNode } from '../scenario/hosted-node.ts';
import type { Failed, HostedDisk, Hosting } from '../scenario/hosting.ts';
import type { Stage } from '../scenario/stage.ts';
import type { Process } from '../sim/process-node.ts';
import { type Importer, withDeepStack } from './asked-imports.ts';
import { loaderIdle, registerLoader } from './loader.ts';
import { nativeImport } from './native-import.ts';
import { tellUncaught } from './process-events.ts';
import { ProcessWorld } from './process-world.ts';
import { requireAs } from './required-modules.ts';
import { refuse, replaceWorld } from './script-world.ts';
import { isOfTestRunner } from './test-runner.ts';
import { withUnknownNames } from './vain-lookups.ts';
import { VirtualDisk } from './virtual-disk.ts';
import { ProcessIds } from './virtual-pid.ts';

interface AskedImport {
  readonly begin: () => void;
  /** With the stack of the call. */
  readonly by: Error;
}

/** Runs on this thread, for the names of modules: each has its own. */
let runs = 0;

export class Hosts implements Hosting, Importer {
  readonly obstacle: ScriptError | undefined = undefined;
  readonly #run = ++runs;
  readonly #worlds = new WeakMap<Process, ProcessWorld>();
  readonly #failed = new WeakMap<Process, Failed>();
  /** By the name of the node: streams that go on through all lives. */
  readonly #chance = new Map<string, { random: () => number; pid: () => number }>();
  readonly #pids = new ProcessIds();
  /** The script's. */
  #outer: ScriptWorld | undefined;
  /** The process whose task ran last, until what it left to run has run. */
  #current: ProcessWorld | undefined;
  /** The present process boots, or imports something, and may have asked the loader for something since it was idle. */
  #mayLoad = false;
  /** What the present process has called `import()` for, in the order of the calls. */
  readonly #imports: AskedImport[] = [];
  /** The one that was begun last. */
  #begun: AskedImport | undefined;
  /** So many of those that wait are part of it, and come first. */
  #parts = 0;
  /** Where some node of the run is not of our machines. */
  #stage: Stage | undefined;

  /** The run begins. */
  enter(script: ScriptWorld): void {
    this.#outer = script;
  }

  /**
   * Code of a process has the time stand still until it has its module, whenever it asks; that of the script would wait for the real disk,
   * and what happens meanwhile is anybody's guess.
   */
  asksFor(specifier: string, isThereAtOnce: () => boolean): string | undefined {
    const world = this.#current;
    if (world === undefined) {
      if (!isThereAtOnce())
        withDeepStack(() => refuse('import', `import '${specifier}' at the top of the module`));
      return undefined;
    }
    if (!isThereAtOnce()) {
      this.#mayLoad = true;
      world.imports = true;
      requireAs(world.process);
    }
    return encodeURIComponent(`${this.#run}.${world.node}.${world.life}`);
  }

  queues(begin: () => void, isOfPackage: boolean): boolean {
    if (this.#current === undefined) return false;
    const at = isOfPackage && this.#begun !== undefined ? this.#parts++ : this.#imports.length;
    this.#imports.splice(at, 0, { begin, by: withDeepStack(() => new Error()) });
    this.#mayLoad = true;
    return true;
  }

  /**
   * What code of the present process threw, or rejected a promise with, and nobody caught: its process is told, or else the run fails.
   * @returns false when the script's code runs.
   */
  uncaught(error: unknown, promise?: Promise<unknown>): boolean {
    const world = this.#current;
    if (world === undefined) return false;
    this.#uncaught(
      world,
      error,
      promise === undefined ? 'nobody caught it' : 'a promise was rejected, and nobody looked',
      promise,
    );
    return true;
  }

  #uncaught(world: ProcessWorld, error: unknown, how: string, promise?: Promise<unknown>): void {
    const failed = this.#failed.get(world.process)!;
    try {
      if (!tellUncaught(world.events, error, promise)) failed(error, how, this.#callOf(error));
    } catch (again) {
      failed(again, 'thrown by what listens to uncaught errors');
    }
  }

  /** Where `import()` was called that failed so: what Node makes of it does not tell. */
  #callOf(error: unknown): string | undefined {
    if (!(error instanceof Error) || !('code' in error) || !`${error.code}`.startsWith('ERR_'))
      return undefined;
    const site = siteOf(error.stack);
    if (site !== undefined && !isOfTestRunner(site.file)) return undefined;
    const lines = this.#begun?.by.stack?.split('\n');
    return lines?.filter((line) => !isOfTestRunner(line)).join('\n');
  }

  /** The next event comes: what ran last is done with. */
  leave(): void {
    if (this.#current === undefined) return;
    this.#begun = undefined;
    this.#current.imports = false;
    this.#current = undefined;
    replaceWorld(this.#outer!);
  }

  /** The result with what is to be said of code that is not ours, if some ran. */
  told(result: RunResult): RunResult {
    if (this.#stage === undefined) return result;
    const { simulator, nodes } = this.#stage.world;
    const names = Array.from(nodes, ({ name }) => name);
    return { ...withUnknownNames(result, simulator.recorder, names), hosted: true };
  }

  /** While it is pending no time passes: the present process loads modules. */
  hold(): Promise<void> | undefined {
    return this.#mayLoad ? this.#loaded() : undefined;
  }

  /** One at a time: what is begun goes on when nothing else does. */
  async #loaded(): Promise<void> {
    this.#mayLoad = false;
    await loaderIdle();
    while (this.#imports.length > 0) {
      this.#begun = this.#imports.shift()!;
      this.#parts = Math.max(0, this.#parts - 1);
      this.#begun.begin();
      await loaderIdle();
    }
  }

  node(stage: Stage, name: string, settings: HostSettings): HostedNode {
    this.#stage = stage;
    return new HostedNode(stage, this, name, hostOptions(name, settings));
  }

  begin(process: Process, env: Readonly<Record<string, string>>, failed: Failed): void {
    registerLoader();
    const { node } = process;
    let chance = this.#chance.get(node.name);
    if (chance === undefined) {
      chance = { random: node.chance('random'), pid: node.chance('pid') };
      this.#chance.set(node.name, chance);
    }
    const pid = this.#pids.next(chance.pid);
    const world = new ProcessWorld(process, pid, chance.random, env, (error) => this.#outer!.violated(error));
    this.#worlds.set(process, world);
    this.#failed.set(process, failed);
  }

  setBooting(process: Process, boots: boolean): void {
    this.#worlds.get(process)!.booting = boots;
  }

  execute(task: () => void, process: Process): void {
    const world = this.#worlds.get(process)!;
    this.#current = world;
    world.immediates = 0;
    replaceWorld(world);
    if (world.booting) {
      this.#mayLoad = true;
      requireAs(process);
    }
    try {
      task();
    } catch (error) {
      this.#uncaught(world, error, 'thrown in a task');
    }
  }

  load(url: string, missing: (file: string) => Error): Promise<unknown> {
    return nativeImport(url).catch((error: unknown) => {
      const file = fileURLToPath(url);
      const { code, message } = error as NodeJS.ErrnoException;
      // Node says that a file of ours has imported it, which helps nobody.
      throw code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${file}'`) ? missing(file) : error;
    });
  }

  disk(process: Process): HostedDisk {
    return new VirtualDisk(process);
  }
}
