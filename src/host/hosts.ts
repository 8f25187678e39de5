/** Carries the foreign code of one run: makes the world of a process the present one while its code runs, and keeps time from passing while it loads. */
import { fileURLToPath } from 'node:url';
import type { RunResult, ScriptWorld } from '../runner/run.ts';
import type { LoadFailure, ScriptError } from '../scenario/errors.ts';
import { type HostSettings, hostOptions } from '../scenario/host-options.ts';
import { HostedNode } from '../scenario/hosted-node.ts';
import type { Failed, HostedDisk, Hosting } from '../scenario/hosting.ts';
import type { Stage } from '../scenario/stage.ts';
import type { Process } from '../sim/process-node.ts';
import { type ImportCall, type Importer, withDeepStack } from './asked-imports.ts';
import { describeLoadFailure, fileAsked, hasLine, isLoadFailure } from './load-failures.ts';
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
  /** The present process has asked the loader for something since it was idle. */
  #mayLoad = false;
  /** What the present process has called `import()` for, in the order of the calls. */
  readonly #imports: ImportCall[] = [];
  /** The one that was begun last. */
  #begun: ImportCall | undefined;
  /** By what it failed with, of those of which the loader says so. */
  readonly #failedImports = new WeakMap<object, ImportCall>();
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

  queues(call: ImportCall, isOfPackage: boolean): boolean {
    if (this.#current === undefined) return false;
    const at = isOfPackage && this.#begun !== undefined ? this.#parts++ : this.#imports.length;
    call.by = withDeepStack(() => new Error());
    this.#imports.splice(at, 0, call);
    this.#mayLoad = true;
    return true;
  }

  failed(call: ImportCall, error: unknown): void {
    // What a module waits for at its top fails it too, and is what failed.
    if (error instanceof Error && !this.#failedImports.has(error)) this.#failedImports.set(error, call);
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
      if (!tellUncaught(world.events, error, promise)) failed(error, how);
    } catch (again) {
      failed(again, 'thrown by what listens to uncaught errors');
    }
  }

  failureToLoad(error: unknown): LoadFailure | undefined {
    if (!(error instanceof Error)) return undefined;
    const isOfLoader = isLoadFailure(error);
    // Where the loader is on a thread of its own, it does not say which call it answers.
    const call = this.#failedImports.get(error) ?? (isOfLoader ? this.#begun : undefined);
    if (!isOfLoader && (call === undefined || hasLine(error))) return undefined;
    const why = isOfLoader ? describeLoadFailure(error, call && fileAsked(call)) : error.message;
    const asked = hasLine(error) ? error.stack : call?.by?.stack;
    const lines = asked?.split('\n').filter((line) => !isOfTestRunner(line));
    return { why, ...(lines === undefined ? {} : { asked: lines.join('\n') }) };
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
    if (world.booting) requireAs(process);
    try {
      task();
    } catch (error) {
      this.#uncaught(world, error, 'thrown in a task');
    }
  }

  load(url: string, cannot: (file: string, why: string) => Error): Promise<unknown> {
    return nativeImport(url).catch((error: unknown) => {
      if (!(error instanceof Error && isLoadFailure(error))) throw error;
      const file = fileURLToPath(url);
      const { code, message }: NodeJS.ErrnoException = error;
      // Node says that a file of ours has imported it, which helps nobody.
      const isMissing = code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${file}'`);
      throw cannot(file, isMissing ? 'there is no such file' : describeLoadFailure(error, url));
    });
  }

  disk(process: Process): HostedDisk {
    return new VirtualDisk(process);
  }
}
