/**
 * Where the page asks the judge. Its worker is loaded with the first question: who only looks at a trace does not pay for it. A page
 * from a file cannot load anything, and has the code of the worker in itself.
 */

import { LATER_ATTRIBUTE } from '../export/single-file.ts';
import judgeAddress from './judge-worker.ts?worker&url';
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
    const code = codeInPage(judgeAddress) ?? (await codeAt(judgeAddress));
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

/** What a page that is a single file carries with it. */
function codeInPage(address: string): string | undefined {
  const name = address.slice(address.lastIndexOf('/') + 1);
  return document.querySelector(`script[${LATER_ATTRIBUTE}="${name}"]`)?.textContent ?? undefined;
}

async function codeAt(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok)
    throw new Error(`the judge could not be loaded: ${response.status} ${response.statusText}`);
  return response.text();
}
