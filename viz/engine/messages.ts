/** What the page and the worker of the engine say to each other. All of it is plain data. */
import type { RunOptions, RunResult } from '../../src/runner/run.ts';
import type { Parameters, ParameterValue } from '../../src/scenario/parameters.ts';
import type { Fault } from '../../src/sim/fault.ts';

/** The text of a module in JavaScript whose default export is a scenario, and which imports `mqtt-amber` alone. */
export interface StorySource {
  readonly source: string;
  /** What its file is called, `my-story.js`: places in it are told with this name. */
  readonly file: string;
}

/** A bundled story by its name, `flapping-uplink`, or one that somebody has written. */
export type StoryReference = string | StorySource;

/** How much a run may take. Whoever asks for less than all of it says so. */
export interface RunLimits {
  /** Of the engine. */
  readonly events: number;
  /** Of the trace, as it is written. */
  readonly bytes: number;
  /** Milliseconds of real time. */
  readonly millis: number;
  /** Milliseconds of real time without any progress: then the script is taken for one that never ends. */
  readonly silentMillis: number;
}

export const LIMITS: RunLimits = {
  events: 20_000_000,
  bytes: 256 * 1024 * 1024,
  millis: 60_000,
  silentMillis: 5_000,
};

/** What is run: the same that `amber run` is told on the command line, and comes to the same digest. */
export interface RunRequest extends Pick<RunOptions, 'level' | 'transport' | 'profile' | 'checks'> {
  readonly story: StoryReference;
  /** `'1'` by default. */
  readonly seed?: string;
  /** Values of their own type, or as text. */
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  /** Strike as well, whatever the script does, each at its time or its occasion. */
  readonly faults?: readonly Fault[];
  /** A known bug of the zoo in the place of our machines, by its name: `--mutant` of the command line. */
  readonly mutant?: string;
  readonly limits?: Partial<RunLimits>;
}

/** What there is to know of a story before it is run. */
export interface StoryCard {
  /** By which it is asked for; of a source the name of its file. */
  readonly story: string;
  /** A sentence. */
  readonly name: string;
  readonly parameters: Parameters;
}

export type ToEngine =
  | { readonly ask: 'stories' }
  | { readonly ask: 'card'; readonly story: StoryReference }
  | { readonly ask: 'run'; readonly request: RunRequest }
  /** All pieces of the trace so far, for a worker that wanted them. */
  | { readonly ask: 'read'; readonly pieces: readonly Blob[] };

/** Why nothing was run. */
export interface Refusal {
  /** One line. */
  readonly message: string;
  /** `parameters`: something that was set cannot be. `story`: there is none, or it cannot be loaded. `bug`: it is ours. */
  readonly because: 'parameters' | 'story' | 'bug';
}

export type FromEngine =
  | { readonly stories: readonly StoryCard[] }
  | { readonly card: StoryCard }
  /** A piece of the trace, whole lines. */
  | { readonly piece: Uint8Array<ArrayBuffer> }
  /** The worker keeps nothing of what it wrote; a run that failed is read again. */
  | { readonly wants: 'trace' }
  /** Virtual microseconds, and events of the engine. */
  | { readonly now: number; readonly events: number }
  /** A line that the story printed. */
  | { readonly printed: string }
  | { readonly result: RunResult }
  | { readonly refused: Refusal };
