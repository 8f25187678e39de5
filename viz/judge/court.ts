/** Where the page asks the judge. Its worker is loaded with the first question. */
import { lateCode } from '../late/late-code.ts';
import type { FromJudge, JudgeQuestions, ToJudge } from './messages.ts';

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export class Court {
  /** Has the events of a trace sent through a port. */
  readonly #lend: (trace: number, port: MessagePort) => void;
  readonly #introduced = new Set<number>();
  readonly #waiting = new Map<number, Waiting>();
  #worker: Promise<Worker> | undefined;
  #last = 0;

  constructor(lend: (trace: number, port: MessagePort) => void) {
    this.#lend = lend;
  }

  /** Rejects when the worker cannot be loaded, or cannot answer, for instance because the trace was closed. */
  async ask<Name extends keyof JudgeQuestions>(
    trace: number,
    name: Name,
    ...args: Parameters<JudgeQuestions[Name]>
  ): Promise<ReturnType<JudgeQuestions[Name]>> {
    this.#worker ??= this.#load();
    const worker = await this.#worker;
    if (!this.#introduced.has(trace)) {
      this.#introduced.add(trace);
      const { port1, port2 } = new MessageChannel();
      this.#lend(trace, port1);
      const introduction: ToJudge = { trace, port: port2 };
      worker.postMessage(introduction, [port2]);
    }
    const question = ++this.#last;
    const message: ToJudge = { question, trace, name, args };
    return new Promise((resolve, reject) => {
      this.#waiting.set(question, { resolve: resolve as (answer: unknown) => void, reject });
      worker.postMessage(message);
    });
  }

  /** A trace was closed. */
  async forget(trace: number): Promise<void> {
    if (!this.#introduced.delete(trace)) return;
    const message: ToJudge = { forget: trace };
    (await this.#worker)?.postMessage(message);
  }

  /** Ends the worker; what was asked is never answered. */
  end(): void {
    void this.#worker?.then((worker) => worker.terminate());
    this.#waiting.clear();
  }

  async #load(): Promise<Worker> {
    const code = await lateCode('judge-worker.js');
    const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    const worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }: MessageEvent<FromJudge>) => {
      const waiting = this.#waiting.get(data.question);
      this.#waiting.delete(data.question);
      if ('error' in data) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data.answer);
    };
    return worker;
  }
}
