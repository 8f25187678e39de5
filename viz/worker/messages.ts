/** What passes between the page and its worker. */
import type { Notice } from './notice.ts';

export interface ToWorker {
  question: number;
  area: string;
  name: string;
  args: readonly unknown[];
}

export type FromWorker =
  | { notice: Notice }
  | { question: number; answer: unknown }
  | { question: number; error: string };
