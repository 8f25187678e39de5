/**
 * Threads that share the tasks of a sweep, or of anything else that is many runs. Each is given a few at a time and answers them one by
 * one; one that dies, or in which nothing moves, loses the task that it was at, and the others of its batch are done by its successor.
 */
import { Worker } from 'node:worker_threads';
import { Heartbeat } from '../host/run-messages.ts';
import { LOOK_MILLIS, Silence } from '../host/silence.ts';
import { THREAD_LIMITS } from '../host/thread-memory.ts';
import type { SeedOutcome } from './seed-record.ts';
import { describeStuck } from './stuck.ts';

/** What became of a task that has no answer. */
export interface Loss {
  readonly outcome: Extract<SeedOutcome, 'stuck' | 'died'>;
  readonly detail: string;
  /** How far its run was, in virtual time. */
  readonly virtualMicros: number;
}

export interface CrewOptions<Task, Answer> {
  readonly size: number;
  /** The module beside this one that a thread runs, without its extension. It is sent lists of tasks, and answers each in turn. */
  readonly module: string;
  /** What a thread is started with, besides the memory of its `heartbeat`. */
  readonly order: object;
  /** Real milliseconds without any progress after which a script is taken for one that never ends. */
  readonly patienceMillis: number;
  /** Stands for the answer that did not come. */
  readonly lost: (task: Task, loss: Loss) => Answer;
  readonly onAnswer: (answer: Answer) => void;
  /** Threads that have nothing to do stay, for {@link Crew.more}, until the crew is stopped. */
  readonly stays?: boolean;
}

/** With this code a thread leaves that has answered, and must do no more: another does the rest of its batch. */
export const SPENT = 64;

/** A batch should take about so long: short enough to be stopped soon, long enough for messages not to matter. */
const BATCH_MILLIS = 100;
const BATCH_TASKS = 64;
/** How much the last batch says about the next one. */
const LATEST_WEIGHT = 0.3;

interface Member<Task> {
  readonly worker: Worker;
  readonly heartbeat: Heartbeat;
  /** What it was given and has not answered, in order. */
  tasks: Task[];
  batchSize: number;
  givenAt: number;
  /** It has not done a batch: the first takes as long as modules take to load. */
  fresh: boolean;
  readonly silence: Silence;
  /** Why it is being ended: what becomes of the task that it was at. */
  verdict: (Pick<Loss, 'outcome' | 'detail'> & Partial<Loss>) | undefined;
  /** Somebody looks where it is that does not answer. */
  examined: boolean;
}

export class Crew<Task, Answer> {
  readonly #options: CrewOptions<Task, Answer>;
  readonly #tasks: Iterator<Task>;
  /** Given back by members that died. */
  #returned: Task[] = [];
  readonly #members = new Set<Member<Task>>();
  #stopped = false;
  /** Real milliseconds that a task takes; unknown until a batch is done. */
  #taskMillis: number | undefined;
  #settle: (() => void) | undefined;

  /** @param tasks may come to an end, and later, when {@link more} is called, have more; that is for a crew that stays. */
  constructor(tasks: Iterable<Task>, options: CrewOptions<Task, Answer>) {
    this.#options = options;
    this.#tasks = tasks[Symbol.iterator]();
  }

  /** Resolves when every task is answered, or after {@link stop}.  */
  async work(): Promise<void> {
    // Threads take their time zone from the process; local times of a script must not depend on where it runs.
    process.env.TZ = 'UTC';
    const poll = setInterval(() => this.#watch(), LOOK_MILLIS);
    try {
      await new Promise<void>((resolve) => {
        this.#settle = resolve;
        this.#hireAll();
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

  /** There are more tasks than there were. */
  more(): void {
    if (this.#settle === undefined || this.#stopped) return;
    for (const member of this.#members) {
      if (member.tasks.length > 0) continue;
      const next = this.#next();
      if (next === undefined) return;
      this.#give(member, next);
    }
    this.#hireAll();
  }

  #hireAll(): void {
    while (this.#members.size < this.#options.size && this.#hire());
  }

  /** @returns whether there was anything to do. */
  #hire(): boolean {
    const first = this.#next();
    if (first === undefined) return false;
    const heartbeat = new Heartbeat();
    const { module, order } = this.#options;
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    const worker = new Worker(new URL(`./${module}${extension}`, import.meta.url), {
      workerData: { ...order, heartbeat: heartbeat.memory },
      resourceLimits: THREAD_LIMITS,
      stdout: true,
      stderr: true,
    });
    // What scripts print a thousand times is for the one run that somebody looks at.
    worker.stdout.resume();
    worker.stderr.resume();
    const member: Member<Task> = {
      worker,
      heartbeat,
      tasks: [],
      batchSize: 0,
      givenAt: 0,
      fresh: true,
      silence: new Silence(heartbeat, this.#options.patienceMillis),
      verdict: undefined,
      examined: false,
    };
    this.#members.add(member);
    worker.on('message', (answer: Answer) => this.#answer(member, answer));
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const text =
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? 'it needs more memory than Node gives a thread'
          : (error.message ?? String(error));
      member.verdict ??= { outcome: 'died', detail: text };
    });
    worker.on('exit', (code) => this.#left(member, code));
    this.#give(member, first);
    return true;
  }

  /** The next task, without which there is nothing to do. */
  #next(): Task | undefined {
    const returned = this.#returned.shift();
    if (returned !== undefined) return returned;
    const next = this.#tasks.next();
    return next.done === true ? undefined : next.value;
  }

  #give(member: Member<Task>, first: Task): void {
    const millis = this.#taskMillis;
    const size =
      millis === undefined ? 1 : Math.min(BATCH_TASKS, Math.max(1, Math.floor(BATCH_MILLIS / millis)));
    const tasks = [first];
    while (tasks.length < size) {
      const task = this.#next();
      if (task === undefined) break;
      tasks.push(task);
    }
    member.tasks = tasks;
    member.batchSize = tasks.length;
    member.givenAt = performance.now();
    member.silence.end();
    member.worker.postMessage(tasks);
  }

  #answer(member: Member<Task>, answer: Answer): void {
    if (this.#stopped) return;
    member.tasks.shift();
    this.#options.onAnswer(answer);
    if (member.tasks.length > 0 || this.#stopped) return;
    this.#learnFrom(member);
    const next = this.#next();
    if (next !== undefined) {
      this.#give(member, next);
    } else if (this.#options.stays !== true) {
      this.#members.delete(member);
      void member.worker.terminate();
      this.#endWhenDone();
    }
  }

  #learnFrom(member: Member<Task>): void {
    const millis = (performance.now() - member.givenAt) / member.batchSize;
    const known = this.#taskMillis ?? millis;
    if (!member.fresh) this.#taskMillis = LATEST_WEIGHT * millis + (1 - LATEST_WEIGHT) * known;
    member.fresh = false;
  }

  /** Nothing moved in a thread for too long: a script that loops cannot be stopped from within. */
  #watch(): void {
    for (const member of this.#members)
      if (member.tasks.length > 0 && member.silence.look() === 'stuck') void this.#examine(member);
  }

  /** Who loops there, and when; at which line of the loop is a matter of when one looks, and is not told. */
  async #examine(member: Member<Task>): Promise<void> {
    if (member.examined) return;
    member.examined = true;
    const { worker, heartbeat } = member;
    const { beats } = heartbeat;
    const [task] = member.tasks;
    const { stuckPlace } = await import('../host/stuck-site.ts');
    const { present } = await stuckPlace(worker.threadId);
    // To look takes a while, in which it may have gone on after all: the task that it is at now is not to blame.
    if (heartbeat.beats !== beats || member.tasks[0] !== task) {
      member.examined = false;
      member.silence.end();
      return;
    }
    const { micros, node } = present ?? { micros: heartbeat.now, node: undefined };
    const { patienceMillis } = this.#options;
    member.verdict ??= {
      outcome: 'stuck',
      detail: describeStuck({ patienceMillis, atMicros: micros, node }),
      virtualMicros: micros,
    };
    await worker.terminate();
  }

  #left(member: Member<Task>, code: number): void {
    if (!this.#members.delete(member) || this.#stopped) return;
    const lost = code === SPENT ? undefined : member.tasks.shift();
    this.#returned.push(...member.tasks);
    if (lost !== undefined) {
      const verdict = member.verdict ?? {
        outcome: 'died' as const,
        detail: `its thread ended with code ${code} and without an answer`,
      };
      this.#options.onAnswer(this.#options.lost(lost, { virtualMicros: member.heartbeat.now, ...verdict }));
    }
    this.#hireAll();
    this.#endWhenDone();
  }

  #endWhenDone(): void {
    if (this.#members.size === 0 && this.#options.stays !== true) this.#settle?.();
  }
}
