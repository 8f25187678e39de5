/**
 * The threads of a sweep. Each is given a few seeds at a time and answers them one by one; one that dies, or in which nothing moves,
 * loses the seed that it was at, and the others of its batch are run by its successor.
 */
import { Worker } from 'node:worker_threads';
import { Heartbeat } from '../host/run-messages.ts';
import { formatTime } from '../sim/time.ts';
import { recordWithout, type SeedRecord } from './seed-record.ts';
import type { SweepBatch, SweepOrder, SweepRunOptions } from './sweep-messages.ts';

export interface CrewOptions {
  readonly size: number;
  readonly run: SweepRunOptions;
  /** Real milliseconds without any progress after which a script is taken for one that never ends. */
  readonly patienceMillis: number;
  /** Is told of each seed. */
  readonly onRecord: (record: SeedRecord) => void;
}

const POLL_MILLIS = 200;
/** A thread that has not begun loads modules, on a busy machine slowly; it gets so much more patience. */
const START_MILLIS = 10_000;
/** A batch should take about so long: short enough to be stopped soon, long enough for messages not to matter. */
const BATCH_MILLIS = 100;
const BATCH_SEEDS = 64;

/** One seed of one scenario. */
export interface SweepTask {
  readonly file: string;
  readonly seed: string;
}

interface Member {
  readonly worker: Worker;
  readonly heartbeat: Heartbeat;
  /** What it was given and has not answered, in order. */
  tasks: SweepTask[];
  beats: number;
  movedAt: number;
  /** Why it is being ended: what becomes of the seed that it was at. */
  verdict: Pick<SeedRecord, 'outcome' | 'detail'> | undefined;
}

export class Crew {
  readonly #options: CrewOptions;
  readonly #tasks: Iterator<SweepTask>;
  /** Given back by members that died. */
  #returned: SweepTask[] = [];
  #ahead: SweepTask | undefined;
  readonly #members = new Set<Member>();
  #stopped = false;
  #answered = 0;
  #startedAt = 0;
  #settle: (() => void) | undefined;

  constructor(tasks: Iterable<SweepTask>, options: CrewOptions) {
    this.#options = options;
    this.#tasks = tasks[Symbol.iterator]();
  }

  /** Resolves when every task is answered, or after {@link stop}.  */
  async work(): Promise<void> {
    // Threads take their time zone from the process; local times of a script must not depend on where it runs.
    process.env.TZ = 'UTC';
    this.#startedAt = performance.now();
    const poll = setInterval(() => this.#watch(), POLL_MILLIS);
    try {
      await new Promise<void>((resolve) => {
        this.#settle = resolve;
        for (let i = 0; i < this.#options.size; i++) this.#hire();
        this.#endWhenDone();
      });
    } finally {
      clearInterval(poll);
      this.#stopped = true;
      await Promise.all([...this.#members].map(({ worker }) => worker.terminate()));
    }
  }

  /** Ends the threads where they are: what is not answered is not done. */
  stop(): void {
    this.#stopped = true;
    this.#settle?.();
  }

  #hire(): void {
    const first = this.#next();
    if (first === undefined) return;
    const heartbeat = new Heartbeat();
    const order: SweepOrder = { options: this.#options.run, heartbeat: heartbeat.memory };
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    const worker = new Worker(new URL(`./sweep-worker${extension}`, import.meta.url), {
      workerData: order,
      stdout: true,
      stderr: true,
    });
    // What scripts print a thousand times is for the one run that somebody looks at.
    worker.stdout.resume();
    worker.stderr.resume();
    const member: Member = {
      worker,
      heartbeat,
      tasks: [],
      beats: 0,
      movedAt: performance.now(),
      verdict: undefined,
    };
    this.#members.add(member);
    worker.on('message', (record: SeedRecord) => this.#answer(member, record));
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const text =
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? 'it needs more memory than Node gives a thread'
          : (error.message ?? String(error));
      member.verdict ??= { outcome: 'died', detail: text };
    });
    worker.on('exit', (code) => this.#left(member, code));
    this.#give(member, first);
  }

  /** The next task, without which there is nothing to do. */
  #next(): SweepTask | undefined {
    const returned = this.#returned.shift();
    if (returned !== undefined) return returned;
    if (this.#ahead !== undefined) {
      const task = this.#ahead;
      this.#ahead = undefined;
      return task;
    }
    const next = this.#tasks.next();
    return next.done === true ? undefined : next.value;
  }

  #give(member: Member, first: SweepTask): void {
    const millis = (performance.now() - this.#startedAt) / Math.max(1, this.#answered / this.#options.size);
    const size =
      this.#answered === 0 ? 1 : Math.min(BATCH_SEEDS, Math.max(1, Math.floor(BATCH_MILLIS / millis)));
    const tasks = [first];
    while (tasks.length < size) {
      const task = this.#next();
      if (task === undefined) break;
      if (task.file !== first.file) {
        this.#ahead = task;
        break;
      }
      tasks.push(task);
    }
    member.tasks = tasks;
    const batch: SweepBatch = { file: first.file, seeds: tasks.map(({ seed }) => seed) };
    member.worker.postMessage(batch);
  }

  #answer(member: Member, record: SeedRecord): void {
    if (this.#stopped) return;
    member.tasks.shift();
    this.#answered++;
    this.#options.onRecord(record);
    if (member.tasks.length > 0 || this.#stopped) return;
    const next = this.#next();
    if (next === undefined) {
      this.#members.delete(member);
      void member.worker.terminate();
      this.#endWhenDone();
    } else {
      this.#give(member, next);
    }
  }

  /** Nothing moved in a thread for too long: a script that loops cannot be stopped from within. */
  #watch(): void {
    const now = performance.now();
    for (const member of this.#members) {
      const { beats } = member.heartbeat;
      if (beats !== member.beats) {
        member.beats = beats;
        member.movedAt = now;
      } else if (now - member.movedAt > this.#options.patienceMillis + (beats > 0 ? 0 : START_MILLIS)) {
        const seconds = this.#options.patienceMillis / 1000;
        const at = formatTime(member.heartbeat.now);
        member.verdict ??= {
          outcome: 'stuck',
          detail: `nothing moved for ${seconds} s of real time at ${at} of virtual time; the script loops without awaiting anything`,
        };
        void member.worker.terminate();
      }
    }
  }

  #left(member: Member, code: number): void {
    if (!this.#members.delete(member) || this.#stopped) return;
    const [lost, ...rest] = member.tasks;
    this.#returned.push(...rest);
    if (lost !== undefined) {
      const { outcome, detail } = member.verdict ?? {
        outcome: 'died' as const,
        detail: `its thread ended with code ${code} and without an answer`,
      };
      this.#answered++;
      this.#options.onRecord(recordWithout(lost.file, lost.seed, outcome, detail!, member.heartbeat.now));
    }
    this.#hire();
    this.#endWhenDone();
  }

  #endWhenDone(): void {
    if (this.#members.size === 0) this.#settle?.();
  }
}
