/**
 * What can go wrong with opening a trace, in words: the cause, what still works, and one action.
 */
import { TraceError } from '../../src/trace/errors.ts';

export type ProblemKind =
  | 'not-a-trace'
  | 'empty-file'
  | 'newer-version'
  | 'bad-line'
  | 'truncated'
  | 'broken-off'
  | 'changed'
  | 'digest'
  | 'limit'
  | 'gzip'
  | 'fetch'
  | 'memory'
  | 'nothing-drawn'
  | 'cancelled'
  | 'refused'
  | 'script'
  | 'stuck'
  | 'no-engine'
  | 'bug';

export interface Problem {
  kind: ProblemKind;
  title: string;
  /** The cause, as exact as it is known. */
  cause: string;
  /** What still works, and what to do. */
  advice: string;
}

/** Why a trace could not be had from its address. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/** The file says it is gzip and cannot be unpacked. */
export class GzipError extends Error {
  override readonly name = 'GzipError';
}

/** The connection broke while the trace was read. */
export class BrokenOffError extends Error {
  override readonly name = 'BrokenOffError';
}

/** A run in this page came to nothing. */
export class RunProblem extends Error {
  override readonly name = 'RunProblem';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.cause);
    this.problem = problem;
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof RunProblem) return error.problem;
  if (error instanceof TraceError) return traceProblem(error);
  const cause = wordsOf(error);
  if (error instanceof GzipError) {
    return {
      kind: 'gzip',
      title: 'The file could not be unpacked',
      cause,
      advice: 'Record the trace again, or fetch it again if it was downloaded.',
    };
  }
  if (error instanceof BrokenOffError) {
    return {
      kind: 'broken-off',
      title: 'The trace broke off',
      cause,
      advice: 'What came until then is shown. Load the page again when its server is back.',
    };
  }
  if (error instanceof RangeError) {
    return {
      kind: 'memory',
      title: 'The trace does not fit into memory',
      cause,
      advice: 'Close other pages, or record a shorter run or level "packets" instead of "full".',
    };
  }
  return addressProblem(error);
}

/** Why an address was not even asked. */
export function addressProblem(error: unknown): Problem {
  const cause = wordsOf(error);
  return error instanceof FetchError
    ? {
        kind: 'fetch',
        title: 'The trace could not be fetched',
        cause,
        advice: 'Save the file and drop it on this page: files are read here and sent nowhere.',
      }
    : {
        kind: 'bug',
        title: 'The viewer met something it does not know',
        cause,
        advice: 'That is a bug of Amber. Please report it with the trace.',
      };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function traceProblem(error: TraceError): Problem {
  const cause = `${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.`;
  switch (error.code) {
    case 'not-a-trace':
      if (error.message.startsWith('the file is empty')) {
        return {
          kind: 'empty-file',
          title: 'The file is empty',
          cause,
          advice: 'Perhaps the run is still going on, or its disk was full. Record the trace again.',
        };
      }
      return {
        kind: 'not-a-trace',
        title: 'This is not a trace',
        cause,
        advice:
          'Open a file that "amber run --trace FILE" wrote; they end in .amber.jsonl or .amber.jsonl.gz.',
      };
    case 'newer-version':
      return {
        kind: 'newer-version',
        title: 'This trace is newer than this viewer',
        cause,
        advice: 'Update mqtt-amber, then open the trace again.',
      };
    case 'bad-line':
      return {
        kind: 'bad-line',
        title: error.line === undefined ? 'The trace is broken' : `Line ${error.line} is broken`,
        cause,
        advice: 'What stands before that line can be trusted. Record the trace again to see the rest.',
      };
    case 'truncated':
      return {
        kind: 'truncated',
        title: 'The trace is cut off',
        cause,
        advice: 'Everything up to there is shown.',
      };
    case 'checksum':
      return {
        kind: 'changed',
        title: 'The file was changed',
        cause,
        advice: 'It is shown as it stands; do not take it for what the run wrote.',
      };
    case 'digest':
      return {
        kind: 'digest',
        title: 'The digest does not fit',
        cause,
        advice: 'It is shown as it stands; replay the seed to see the real run.',
      };
    case 'limit':
      return {
        kind: 'limit',
        title: 'A limit was reached',
        cause,
        advice: 'What was read up to there is shown.',
      };
  }
}

export const NOTHING_DRAWN: Problem = {
  kind: 'nothing-drawn',
  title: 'This trace holds nothing to draw',
  cause: 'It was recorded at level "digest", or the run ended before anything happened.',
  advice: 'Record it again with --level packets.',
};

/** For a trace that was watched while it was recorded. */
export const STOPPED_WATCHING: Problem = {
  kind: 'cancelled',
  title: 'You stopped watching',
  cause: 'What happened until then is shown; the server goes on.',
  advice: 'Load the page again to watch on.',
};

/** The server keeps no more of what is watched live. */
export const LIVE_LIMIT: Problem = {
  kind: 'limit',
  title: 'Nothing more is shown live',
  cause: 'The server keeps what is watched from its beginning, and has reached its limit.',
  advice: 'It goes on, and so does the file of --trace. Start it anew to watch anew.',
};

/** A link was followed by running its story, and that came to something else. */
export function otherRun(wanted: string, digest: string): Problem {
  return {
    kind: 'digest',
    title: 'This is another run than that of the link',
    cause: `Its digest is ${digest}, and that of the link ${wanted}: another version of Amber ran it, or of its story.`,
    advice: 'What the link points at may be something else here.',
  };
}

export const CANCELLED: Problem = {
  kind: 'cancelled',
  title: 'Reading was cancelled',
  cause: 'What was read until then is shown.',
  advice: 'Open it again to read all of it.',
};
