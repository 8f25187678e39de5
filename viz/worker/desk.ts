/** Where the page asks: each question is a promise, and what the worker tells by itself is an event. */
import { Court } from '../judge/court.ts';
import { latePlace } from '../late/late-code.ts';
import type { Areas, Questions } from './areas.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { Notice } from './notice.ts';
import TraceWorker from './worker.ts?worker&inline';

/** The worker told something without being asked. */
export class NoticeEvent extends Event {
  readonly notice: Notice;
  constructor(notice: Notice) {
    super('notice');
    this.notice = notice;
  }
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export class Desk extends EventTarget {
  /** Where the promises and the ledger of a trace are asked for. */
  readonly court = new Court((trace, port) => {
    const message: ToWorker = { lend: trace, port };
    this.#worker.postMessage(message, [port]);
  });
  readonly #worker = new TraceWorker();
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #ended = false;

  constructor() {
    super();
    const message: ToWorker = { answers: latePlace('answers-script.js') };
    this.#worker.postMessage(message);
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ('notice' in data) {
        this.dispatchEvent(new NoticeEvent(data.notice));
        return;
      }
      const waiting = this.#waiting.get(data.question);
      this.#waiting.delete(data.question);
      if ('error' in data) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data.answer);
    };
  }

  /** Rejects with the worker's own message when it cannot answer, for instance because the trace was closed. */
  ask<Area extends keyof Areas, Name extends keyof Questions<Area> & string>(
    area: Area,
    name: Name,
    ...args: Parameters<Questions<Area>[Name]>
  ): Promise<Awaited<ReturnType<Questions<Area>[Name]>>> {
    if (this.#ended) return new Promise(() => undefined);
    const question = ++this.#last;
    const message: ToWorker = { question, area, name, args };
    return new Promise((resolve, reject) => {
      this.#waiting.set(question, { resolve: resolve as (answer: unknown) => void, reject });
      this.#worker.postMessage(message, portsOf(args));
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Forgets a trace, here and at the judge's. */
  close(trace: number): void {
    void this.ask('traces', 'close', trace);
    void this.court.forget(trace);
  }

  /** Ends the worker and forgets its traces; what was asked is never answered. */
  end(): void {
    this.#ended = true;
    this.court.end();
    this.#worker.terminate();
    this.#waiting.clear();
  }
}

/** A source may be a port, which goes to whoever reads from it. */
function portsOf(args: readonly unknown[]): MessagePort[] {
  return args.flatMap((arg) => {
    const from = (arg as { from?: unknown } | undefined)?.from;
    return from instanceof MessagePort ? [from] : [];
  });
}
