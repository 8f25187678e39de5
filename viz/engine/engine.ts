/**
 * The engine as a page has it: runs stories in a worker of their own, and gives their traces to whoever reads traces.
 *
 *     const engine = new Engine(() => lateCode('engine-worker.js'));
 *     const run = engine.run({ story: 'flapping-uplink', seed: '7', parameters: { loss: 0.1 } });
 *     viewer.open(run.source);          // it appears as it goes
 *     const outcome = await run.ended;  // { result } with its digest, or { problem }
 */
import type { RunResult } from '../../src/runner/run.ts';
import type { Problem } from '../source/problem.ts';
import type { FromRun, TraceSource } from '../source/trace-source.ts';
import {
  type FromEngine,
  LIMITS,
  type Refusal,
  type RunRequest,
  type StoryCard,
  type StoryReference,
  type ToEngine,
} from './messages.ts';

export type { Refusal, RunLimits, RunRequest, StoryCard, StoryReference, StorySource } from './messages.ts';

/** How far a run is. */
export interface RunProgress {
  /** Virtual time in microseconds. */
  readonly now: number;
  /** Of the engine. */
  readonly events: number;
}

export interface RunOutcome {
  /** Undefined when it was refused, ended from outside, or cancelled. */
  readonly result?: RunResult;
  /** Why there is no result, or what went wrong in spite of one. */
  readonly problem?: Problem;
  /** A story or a parameter that cannot be. */
  readonly refused?: Refusal;
}

/** Why there is no story or no card; `message` is one line. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly because: Refusal['because'];

  constructor({ message, because }: Refusal) {
    super(message);
    this.because = because;
  }
}

/** A run that goes on, or has ended. */
export class EngineRun {
  /** To be opened once, for instance by a viewer: the trace, as it comes. */
  readonly source: TraceSource;
  /** Never rejects. */
  readonly ended: Promise<RunOutcome>;
  /** Is told now and then how far it is. */
  onProgress: ((progress: RunProgress) => void) | undefined;
  /** Is told each line that the story prints. */
  onPrinted: ((line: string) => void) | undefined;
  readonly #request: RunRequest;
  readonly #port: MessagePort;
  readonly #pieces: Blob[] = [];
  #worker: EngineThread | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #settle!: (outcome: RunOutcome) => void;
  #over = false;

  /** @internal */
  constructor(request: RunRequest, worker: Promise<EngineThread>) {
    this.#request = request;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.source = { name: nameOf(request), from: port2 };
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    // Whoever reads the trace may stop: then nobody needs the run.
    port1.onmessage = () => this.cancel();
    worker.then(
      (ready) => this.#begin(ready),
      (error: unknown) => this.#end({ problem: notLoaded(error) }),
    );
  }

  /** All that was recorded until now, as a source that can be opened as often as one likes. */
  get recorded(): TraceSource {
    const { name } = this.source;
    return { name, from: new File(this.#pieces, name) };
  }

  /** Ends the run where it is. */
  cancel(): void {
    this.#end({});
  }

  #begin(worker: EngineThread): void {
    if (this.#over) {
      worker.terminate();
      return;
    }
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromEngine>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#end({ problem: bugOf(event.message) });
    };
    const message: ToEngine = { ask: 'run', request: this.#request };
    worker.postMessage(message);
    this.#watch();
  }

  #hear(said: FromEngine): void {
    this.#watch();
    if ('piece' in said) {
      this.#pieces.push(new Blob([said.piece]));
      this.#send({ piece: said.piece }, [said.piece.buffer]);
    } else if ('wants' in said) {
      const message: ToEngine = { ask: 'read', pieces: this.#pieces };
      this.#worker?.postMessage(message);
    } else if ('now' in said) this.onProgress?.(said);
    else if ('printed' in said) this.onPrinted?.(said.printed);
    else if ('result' in said) this.#end({ result: said.result, ...troubleOf(said.result) });
    else if ('refused' in said) this.#end({ refused: said.refused, problem: refusalOf(said.refused) });
  }

  /** A script that loops for ever says nothing, and cannot be stopped from within. */
  #watch(): void {
    clearInterval(this.#timer);
    const { silentMillis } = { ...LIMITS, ...this.#request.limits };
    this.#timer = afterSilence(silentMillis, () => this.#end({ problem: stuck(silentMillis) }));
  }

  #end(outcome: RunOutcome): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    this.#worker?.terminate();
    this.#send({ end: true, ...(outcome.problem === undefined ? {} : { problem: outcome.problem }) });
    this.#settle(outcome);
  }

  #send(said: FromRun, transfer: Transferable[] = []): void {
    this.#port.postMessage(said, transfer);
  }
}

/** What a run needs of a worker: one of one's own may stand apart from the page. */
export type EngineThread = Pick<Worker, 'onmessage' | 'onerror' | 'postMessage' | 'terminate'>;

/** Makes workers of the page itself. */
function ownWorkers(): (code: string) => EngineThread {
  let address: string | undefined;
  return (code) => {
    address ??= URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    return new Worker(address);
  };
}

export class Engine {
  readonly #code: () => Promise<string>;
  readonly #threadOf: (code: string) => EngineThread;
  /** The text of the script: a worker is made of it for each run. */
  #text: Promise<string> | undefined;
  #stories: Promise<readonly StoryCard[]> | undefined;

  /**
   * @param code gives the text of `engine-worker.js`; it is asked for with the first question.
   * @param threadOf makes a worker of that text.
   */
  constructor(code: () => Promise<string>, threadOf: (code: string) => EngineThread = ownWorkers()) {
    this.#code = code;
    this.#threadOf = threadOf;
  }

  /** The stories that come with the viewer. Rejects when they cannot be loaded. */
  stories(): Promise<readonly StoryCard[]> {
    this.#stories ??= this.#ask({ ask: 'stories' }).then((said) => ('stories' in said ? said.stories : []));
    this.#stories.catch(() => {
      this.#stories = undefined;
    });
    return this.#stories;
  }

  /** What a story can be told. @throws RefusedError for one that is none. */
  async card(story: StoryReference): Promise<StoryCard> {
    const said = await this.#ask({ ask: 'card', story });
    if ('card' in said) return said.card;
    throw new RefusedError({ message: 'the engine gave no answer', because: 'bug' });
  }

  /** Begins a run. What is wrong with the request is in its outcome. */
  run(request: RunRequest): EngineRun {
    return new EngineRun(request, this.#worker());
  }

  /** One question to a worker of its own. */
  async #ask(message: ToEngine): Promise<FromEngine> {
    const worker = await this.#worker();
    try {
      return await new Promise<FromEngine>((resolve, reject) => {
        const silent = (): void =>
          reject(new RefusedError({ message: stuck(LIMITS.silentMillis).cause, because: 'story' }));
        const timer = afterSilence(LIMITS.silentMillis, silent);
        worker.onmessage = ({ data }: MessageEvent<FromEngine>) => {
          // A story may print while it is loaded.
          if ('printed' in data) return;
          clearInterval(timer);
          if ('refused' in data) reject(new RefusedError(data.refused));
          else resolve(data);
        };
        worker.onerror = (event) => {
          clearInterval(timer);
          event.preventDefault();
          reject(new RefusedError({ message: event.message, because: 'bug' }));
        };
        worker.postMessage(message);
      });
    } finally {
      worker.terminate();
    }
  }

  async #worker(): Promise<EngineThread> {
    this.#text ??= this.#code();
    try {
      return this.#threadOf(await this.#text);
    } catch (error) {
      this.#text = undefined;
      throw error;
    }
  }
}

/** So often is looked whether a worker is still silent. */
const LOOKS = 10;

/** Calls back once when so many milliseconds have passed, of those in which the page had its turns: where it had none, its worker had none either. */
function afterSilence(millis: number, over: () => void): ReturnType<typeof setInterval> {
  let looks = 0;
  const timer = setInterval(() => {
    if (++looks < LOOKS) return;
    clearInterval(timer);
    over();
  }, millis / LOOKS);
  return timer;
}

/** `flapping-uplink-7.amber.jsonl`, as `amber run` would name it. */
function nameOf({ story, seed = '1' }: RunRequest): string {
  const file = typeof story === 'string' ? story : story.file.replace(/\.[cm]?[jt]s$/, '');
  return `${file.replace(/^.*\//, '')}-${seed.replace(/[^A-Za-z0-9._-]/g, '_')}.amber.jsonl`;
}

/** What is said beside a trace whose run did not come to its end. */
function troubleOf({ error, verdict }: RunResult): Pick<RunOutcome, 'problem'> {
  if (error === undefined || verdict === 'failed') return {};
  const cause = sentence(error.site === undefined ? error.message : `${error.message} (${error.site})`);
  if (error.blame === 'bug') return { problem: bugOf(error.message) };
  if (verdict === 'limit') {
    return {
      problem: { kind: 'limit', title: 'The run reached a limit', cause, advice: 'It is shown up to there.' },
    };
  }
  return {
    problem: {
      kind: 'script',
      title: 'The script did not come to its end',
      cause,
      advice: 'It is shown up to there.',
    },
  };
}

function refusalOf({ message, because }: Refusal): Problem {
  if (because === 'bug') return bugOf(message);
  const title =
    because === 'parameters' ? 'The run cannot be as it was asked for' : 'The story cannot be run';
  return { kind: 'refused', title, cause: sentence(message), advice: 'Change it and run again.' };
}

function stuck(millis: number): Problem {
  return {
    kind: 'stuck',
    title: 'The run was ended',
    cause: `Nothing moved for ${millis / 1_000} s: the script loops without awaiting anything.`,
    advice: 'It is shown up to there.',
  };
}

function notLoaded(error: unknown): Problem {
  return {
    kind: 'no-engine',
    title: 'This page has no stories with it',
    cause: sentence(error instanceof Error ? error.message : String(error)),
    advice: 'A page from a file shows one trace; "amber view" serves a page that runs stories.',
  };
}

function bugOf(message: string): Problem {
  return {
    kind: 'bug',
    title: 'The engine met something it does not know',
    cause: sentence(message),
    advice: 'That is a bug of Amber. Please report it with the story and its seed.',
  };
}

/** What others have named stays as they wrote it: files at the beginning, and all of what a script threw. */
function sentence(text: string): string {
  const whole = /^(?:the|there|a|an) /.test(text)
    ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
    : text;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
