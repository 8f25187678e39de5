/** How a run ended: its verdict, and whose fault it is when it did not come to its end. */
import type { CheckReport } from '../check/index.ts';
import type { Micros } from '../mqtt/machine.ts';
import { LimitError } from '../sim/simulator.ts';
import type { TraceFooter } from '../trace/event.ts';
import { formatSite, siteOf, thrownInside } from './call-site.ts';
import { CallError, describeThrown, HostedError, StalledError, UnquietError } from './errors.ts';
import type { NeglectedCall } from './script.ts';
import type { AssertTally } from './simulation.ts';

export type RunVerdict = TraceFooter['verdict'];

/** Why a run did not come to its end. */
export interface RunError {
  /** `script`: its author has to act. `hosted`: whoever wrote the code that a node runs. `bug`: we have to. */
  blame: 'script' | 'hosted' | 'bug';
  name: string;
  /** One or a few sentences. */
  message: string;
  /** Virtual time. */
  atMicros: Micros;
  /** `file:line:column` of the author's line, when the engine shows one. */
  site?: string;
  stack?: string;
}

/** @param failure what was thrown, which may be anything, also undefined. */
export function verdictOf(
  failure: { error: unknown } | undefined,
  asserts: readonly AssertTally[],
  report: CheckReport | undefined,
): RunVerdict {
  const error = failure?.error;
  if (error instanceof StalledError) return 'stalled';
  if (error instanceof LimitError) return 'limit';
  if (error instanceof UnquietError || error instanceof HostedError) return 'failed';
  if (failure !== undefined) return 'script-error';
  const untrue = asserts.some(({ assertion, evaluated, held }) => assertion === 'always' && held < evaluated);
  return untrue || (report?.broken ?? 0) > 0 ? 'failed' : 'passed';
}

/** @param byEngine it was thrown by the loop, and not by a line of the script. */
export function explanationOf(error: unknown, byEngine: boolean, atMicros: Micros): RunError {
  const { name, message, stack } =
    error instanceof Error ? error : new Error(`the script threw ${describeThrown(error)}`);
  const ours = byEngine ? !(error instanceof StalledError || error instanceof LimitError) : isBug(error);
  const site = siteOf(stack);
  return {
    blame: error instanceof HostedError ? 'hosted' : ours ? 'bug' : 'script',
    name,
    message: message === '' ? name : message,
    atMicros,
    ...(site === undefined ? {} : { site: formatSite(site) }),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** A call with arguments that no client could carry out is a mistake of the script, whether or not somebody looked. */
export function wrongCall(neglected: readonly NeglectedCall[]): { error: unknown } | undefined {
  return neglected.find(({ error }) => error instanceof CallError && error.kind === 'invalid');
}

/** The client died in the middle of the call: no fault of an author who has not killed it. */
export function isDeath(error: unknown): error is CallError {
  return error instanceof CallError && error.kind === 'crashed';
}

/** What the engine of the language throws at one of our own lines is ours: arguments are checked before they are used, with a code as Node does. */
function isBug(error: unknown): boolean {
  const isOfEngine = error instanceof TypeError || error instanceof ReferenceError;
  return isOfEngine && !('code' in error) && thrownInside(error.stack);
}
