/** The obituaries of a run that failed: read from its trace file, and written at the end of it. */
import { Burial, type Obituary, READ_AGAIN_MAX } from '../check/lives/index.ts';
import type { TraceFile } from './trace-file.ts';

/** Whoever watches the run is told after so many events that it is alive. */
const EVENTS_A_BEAT = 16_384;

/** Appends the obituaries to the trace, which has all else by now. Gives back the first of them. */
export function buryIn(trace: TraceFile, beat: () => void): Obituary[] {
  if (trace.events > READ_AGAIN_MAX) return [];
  const burial = new Burial();
  trace.readBack((event) => {
    burial.observe(event);
    if (event.i % EVENTS_A_BEAT === 0) beat();
  });
  return burial.write((event, cause) => trace.append(event, cause));
}
