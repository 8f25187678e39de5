/**
 * What the script's side of a hosted node needs of the side that carries foreign code. That is handed in by whoever runs the scenario,
 * because only Node can do it: browsers have no such code to run.
 */
import type { Process } from '../sim/process-node.ts';
import type { LoadFailure, ScriptError } from './errors.ts';
import type { HostSettings } from './host-options.ts';
import type { HostedNode } from './hosted-node.ts';
import type { Stage } from './stage.ts';

/** What code on a hosted node is given when it boots. */
export interface HostedLife {
  /** Of the node. */
  readonly name: string;
  /** Starts of the process, from 1. */
  readonly life: number;
  /** What was written to it before a crash is there. */
  readonly disk: HostedDisk;
}

/** The disk of a hosted node, as its code sees it. */
export interface HostedDisk {
  /**
   * Opens a store, which is there from one life to the next: a database of the package abstract-level, that has to be installed. What is
   * written to it survives a crash; what the virtual disk has synced survives a power cut, and `sync: true` waits for that.
   *
   * @throws NameError for what is no name.
   * @example
   * const broker = await Aedes.createBroker({ persistence: level(disk.open('sessions')) });
   */
  open(name: string): HostedStore;
}

/** The most that is asked of a store; it has all that an `AbstractLevel` has. Keys and values are text unless an encoding says otherwise. */
export interface HostedStore {
  open(): Promise<void>;
  get(key: string, options?: object): Promise<unknown>;
  put(key: string, value: unknown, options?: { sync?: boolean }): Promise<void>;
  del(key: string, options?: { sync?: boolean }): Promise<void>;
  clear(range?: object): Promise<void>;
  keys(range?: object): AsyncIterable<unknown>;
  values(range?: object): AsyncIterable<unknown>;
  iterator(range?: object): AsyncIterable<unknown>;
  close(): Promise<void>;
}

/** Is told what foreign code threw, and how it came to that: `thrown in a task`, `a promise was rejected`. */
export type Failed = (error: unknown, how: string) => void;

export interface Hosting {
  /** Why no code can be hosted here; undefined when it can. */
  readonly obstacle: ScriptError | undefined;
  /**
   * Makes a node. Here, because a page that hosts nothing need not load what it takes.
   * @throws ScriptError, NameError or DurationError for what it cannot be.
   */
  node(stage: Stage, name: string, settings: HostSettings): HostedNode;
  /** A life begins: tasks of its process run as its code from now on, and see its clock, its chance, its environment and its files. */
  begin(process: Process, env: Readonly<Record<string, string>>, failed: Failed): void;
  /** It boots, or has booted: only while it does may it load modules, and time stands still meanwhile. */
  setBooting(process: Process, boots: boolean): void;
  /** Carries out a task as code of the process. */
  execute(task: () => void, process: Process): void;
  /**
   * Loads the files of an application, a set of its own for each life. In a task of the process only.
   *
   * @param cannot makes what the promise is rejected with when that cannot be, and no line of them is the cause.
   */
  load(url: string, cannot: (file: string, why: string) => Error): Promise<unknown>;
  /** What there is to say of an error that came of a module which could not be loaded: in the task in which it came. */
  failureToLoad(error: unknown): LoadFailure | undefined;
  disk(process: Process): HostedDisk;
}
