/** What passes between the page, the worker that owns a trace, and the one that judges it. */
import type { TraceEvent, TraceHeader } from '../../src/trace/event.ts';
import type { Advance, LedgerPage, PromisesLook } from './looks.ts';

/** The judge asks the owner for events, through a port between the two. */
export interface SliceRequest {
  /** Events that were had already. */
  after: number;
  most: number;
}

export interface Slice {
  header: Pick<TraceHeader, 'vantage' | 'known'>;
  events: readonly TraceEvent[];
  /** Events that the owner has, and whether there will be more. */
  count: number;
  reading: boolean;
}

/** What the page asks the judge, with what it takes and what it gives. */
export interface JudgeQuestions {
  /** Judges a slice more. */
  judge(): Advance;
  promises(): PromisesLook | undefined;
  /** Reads a slice more into the ledger. */
  follow(): Advance;
  pages(ordinals: readonly number[]): LedgerPage[];
}

export type ToJudge =
  /** A trace, and the port at which its events are to be had. */
  | { trace: number; port: MessagePort }
  | { forget: number }
  | { question: number; trace: number; name: keyof JudgeQuestions; args: readonly unknown[] };

export type FromJudge = { question: number; answer: unknown } | { question: number; error: string };
