/** Whom a crew blames when a thread does not answer. Its threads are played here: whether one answers in time is no matter of the machine. */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Heartbeat } from '../../src/host/run-messages.ts';
import type { StuckPlace } from '../../src/host/stuck-site.ts';
import { Crew } from '../../src/runner/crew.ts';

const threads: Thread[] = [];
/** Each ends a look at a thread that does not answer. */
const looks: ((place: StuckPlace) => void)[] = [];

vi.mock('node:worker_threads', async (original) => ({
  ...(await original<object>()),
  Worker: function played(...[module, options]: ConstructorParameters<typeof Thread>) {
    return new Thread(module, options);
  },
}));
vi.mock('../../src/host/stuck-site.ts', () => ({
  stuckPlace: () => new Promise<StuckPlace>((resolve) => looks.push(resolve)),
}));

class Thread extends EventEmitter {
  readonly threadId = 1;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly heartbeat: Heartbeat;
  readonly given: string[] = [];
  ended = false;

  constructor(_module: URL, { workerData }: { workerData: { heartbeat: SharedArrayBuffer } }) {
    super();
    this.heartbeat = new Heartbeat(workerData.heartbeat);
    threads.push(this);
  }

  postMessage(tasks: readonly string[]): void {
    this.given.push(...tasks);
    this.heartbeat.beat(0, 0);
  }

  async terminate(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.emit('exit', 1);
  }
}

/** Modules are loaded in real time, on a busy machine slowly. */
const LATE = { timeout: 120_000 };

/** Two tasks and one thread, at which somebody looks because it has not answered. */
async function lookedAt() {
  const told: string[] = [];
  const crew = new Crew<string, string>(['first', 'second'], {
    size: 1,
    module: 'played',
    order: {},
    patienceMillis: 1_000,
    lost: (task, { outcome }) => `${task} is ${outcome}`,
    onAnswer: (answer) => told.push(answer),
  });
  const work = crew.work();
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.waitFor(() => expect(looks).toHaveLength(1), LATE);
  return { told, work, thread: threads[0]! };
}

describe('a crew whose thread does not answer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    threads.length = 0;
    looks.length = 0;
  });
  afterEach(() => void vi.useRealTimers());

  it('blames the task that it is at, and has another thread go on', async () => {
    const { told, work, thread } = await lookedAt();
    looks[0]!({});
    await vi.waitFor(() => expect(thread.ended).toBe(true), LATE);
    expect(told).toEqual(['first is stuck']);
    threads[1]!.emit('message', 'second is done');
    await work;
    expect(told).toEqual(['first is stuck', 'second is done']);
  });

  it('does not blame the next task when it answers while somebody looks', async () => {
    const { told, work, thread } = await lookedAt();
    thread.emit('message', 'first is done');
    expect(thread.given).toEqual(['first', 'second']);
    looks[0]!({});
    await vi.advanceTimersByTimeAsync(0);
    expect(thread.ended).toBe(false);
    thread.emit('message', 'second is done');
    await work;
    expect(told).toEqual(['first is done', 'second is done']);
  });

  it('blames nobody when it moves while somebody looks, and looks again when it stops', async () => {
    const { told, work, thread } = await lookedAt();
    thread.heartbeat.beat(1, 1);
    looks[0]!({});
    await vi.advanceTimersByTimeAsync(1_000);
    expect([thread.ended, looks.length]).toEqual([false, 1]);
    await vi.advanceTimersByTimeAsync(2_000);
    looks[1]!({});
    await vi.waitFor(() => expect(told).toEqual(['first is stuck']), LATE);
    threads[1]!.emit('message', 'second is done');
    await work;
  });
});
