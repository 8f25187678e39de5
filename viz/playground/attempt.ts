/** One run of what stands in the editor: what it came to, in the words of the page, and where in the text. */
import type { RunResult } from '../../src/runner/run.ts';
import type { Refusal } from '../engine/messages.ts';
import type { Problem } from '../source/problem.ts';

/** What is wrong at a line, or odd; line and column count from 1. */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** As much of the outcome of a run as is needed. */
export interface Ended {
  readonly result?: RunResult;
  readonly problem?: Problem;
  readonly refused?: Refusal;
}

export interface Attempt {
  /** `running`, a verdict of the engine, or `refused` for what was never run. */
  readonly verdict: string;
  readonly digest?: string;
  /** Of the run, microseconds. */
  readonly virtualMicros?: number;
  readonly mistakes: readonly Mistake[];
  /** What is not wrong, and not what its author thinks: a rule that never applied. */
  readonly oddities: readonly Mistake[];
  /** What went wrong and has no line. */
  readonly troubles: readonly string[];
  /** Promises of the standard that were broken. */
  readonly broken: number;
}

/** The name of the file that the story is for the engine; places in it begin with that. */
export const STORY_FILE = 'story.ts';

const PLACE = /(?:^|[\s(])story\.ts:(\d+)(?::(\d+))?/;

/** Of which there is no more to say, yet or ever. */
export function bareAttempt(verdict: string, mistakes: readonly Mistake[] = []): Attempt {
  return { verdict, mistakes, oddities: [], troubles: [], broken: 0 };
}

export function attemptOf({ result, problem, refused }: Ended): Attempt {
  const mistakes: Mistake[] = [];
  const oddities: Mistake[] = [];
  const troubles: string[] = [];
  const tell = (message: string, site?: string, list = mistakes): void => {
    const place = PLACE.exec(site ?? message);
    if (place === null) troubles.push(message);
    else {
      const text = message.replace(/^story\.ts:\d+(?::\d+)?: /, '').replace(/ ?\(story\.ts:[\d:]+\)/, '');
      list.push({ line: Number(place[1]), column: Number(place[2] ?? 1), message: text });
    }
  };
  if (result === undefined) {
    if (problem === undefined) return bareAttempt('stopped');
    tell(refused?.message ?? `${problem.cause} ${problem.advice}`);
    return { ...bareAttempt(refused === undefined ? 'ended' : 'refused', mistakes), troubles };
  }
  const { verdict, digest, virtualMicros, error, asserts, neglected, idle = [], report } = result;
  for (const { assertion, text, brokenAt } of asserts) {
    if (brokenAt !== undefined && assertion === 'always') tell(`This was not true: ${text}`, brokenAt);
  }
  // What an assertion has broken ends in an error that says so once more.
  if (error !== undefined && mistakes.length === 0) tell(error.message, error.site);
  for (const { what, message } of neglected) troubles.push(`${what}, which nobody awaited: ${message}`);
  for (const { what, why, site } of idle)
    tell(`${what.slice(0, 1).toUpperCase()}${what.slice(1)} never applied: ${why}`, site, oddities);
  return { verdict, digest, virtualMicros, mistakes, oddities, troubles, broken: report?.broken ?? 0 };
}
