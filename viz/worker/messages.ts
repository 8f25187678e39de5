/** What passes between the page and its worker. */
import type { LatePlace } from '../late/late-code.ts';
import type { Notice } from './notice.ts';

export interface Question {
  question: number;
  area: string;
  name: string;
  args: readonly unknown[];
}

export type ToWorker =
  | Question
  /** Where the script of the answers is that a first picture does without. */
  | { answers: LatePlace }
  /** Another worker will ask for the events of a trace at this port. */
  | { lend: number; port: MessagePort };

export type FromWorker =
  | { notice: Notice }
  | { question: number; answer: unknown }
  | { question: number; error: string };
