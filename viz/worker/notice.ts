/** What the worker tells the page without being asked: how the reading of a trace goes. */
import type { Progress } from '../source/open-trace.ts';
import type { Problem } from '../source/problem.ts';
import type { Overview } from './overview.ts';

export type { Progress };

export type Notice =
  | { is: 'progress'; trace: number; name: string; progress: Progress }
  /** There is more to show than before; the rest is still being read. */
  | { is: 'grown'; trace: number; name: string; progress: Progress; overview: Overview }
  /** Read to its end, or as far as it can be used. */
  | { is: 'complete'; trace: number; name: string; overview: Overview; problems: readonly Problem[] }
  /** There is nothing to show. */
  | { is: 'failed'; trace: number; problem: Problem };
