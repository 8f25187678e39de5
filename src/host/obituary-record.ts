/**
 * The obituaries of a run that failed: read from its trace, and written at the end of it.
 *
 * The judge forgets what is settled, so that a long run stays flat; only when promises were broken is the trace read again.
 */
import { Lives, type Obituary, obituariesOf } from '../check/lives/index.ts';
import type { RunResult } from '../runner/run.ts';
import type { TraceFile } from './trace-file.ts';

/** A longer trace is not read again at once: `amber explain` does that when somebody asks. */
const EVENTS_MAX = 2_000_000;
/** So many are handed on for the report; the trace has more. */
const REPORTED = 10;

/** Whoever watches the run is told after so many events that it is alive. */
const EVENTS_A_BEAT = 16_384;

/** Appends the obituaries to the trace, which has all else by now. Gives back the first of them. */
export function buryIn(trace: TraceFile, { report }: RunResult, beat: () => void): Obituary[] {
  if ((report?.broken ?? 0) === 0 || trace.events > EVENTS_MAX) return [];
  const lives = new Lives('both-ends');
  trace.readBack((event) => {
    lives.observe(event);
    if (event.i % EVENTS_A_BEAT === 0) beat();
  });
  const obituaries = obituariesOf(lives);
  for (const { node, accusation: _said, steps, ...obituary } of obituaries) {
    const rows = steps.map(({ i, how, text }) => [i, how, text] as const);
    trace.append({ k: 'obituary', n: node, ...obituary, steps: rows }, obituary.verdicts[0]!);
  }
  return obituaries.slice(0, REPORTED);
}
