/**
 * Row 12 of the goals: what recording costs a run, beside the same run with a recorder that does nothing. Kept in memory, as whoever
 * judges or reads a run at once does, and written as the file that `amber run --trace` writes, before it is packed.
 */
import type { TraceEvent, TraceLevel } from '../src/trace/event.ts';
import { TraceWriter } from '../src/trace/jsonl.ts';
import { EventLog, Recorder, type TraceListener } from '../src/trace/recorder.ts';
import { cpuMillis, median, type Pace, type Row } from './measure.ts';
import { activeWorld, HEADER, SECOND } from './simulation.ts';

const SIZES = {
  full: { clients: 200, seconds: 10, rounds: 5 },
  smoke: { clients: 20, seconds: 1, rounds: 1 },
};

/** Times the run that records nothing. */
const AIMS: Record<TraceLevel, { floor: number; goal: number }> = {
  digest: { floor: 1.1, goal: 1.04 },
  packets: { floor: 1.5, goal: 1.25 },
  full: { floor: 3, goal: 2 },
};

/** Hears everything and keeps nothing: no digest, no ordinals, no events. */
class DeafRecorder extends Recorder {
  override emit(): number {
    return 0;
  }

  override sent(): number {
    return 0;
  }

  override received(): number {
    return 0;
  }

  override lost(): number {
    return 0;
  }
}

function recorderOf(level: TraceLevel, onEvent?: TraceListener): Recorder {
  return new Recorder({ level, header: HEADER, ...(onEvent === undefined ? {} : { onEvent }) });
}

/** As a file, into nothing. */
function writing(level: TraceLevel): Recorder {
  const recorder = recorderOf(level);
  const writer = new TraceWriter(recorder.header, () => {});
  recorder.listen((event: TraceEvent) => writer.event(event));
  return recorder;
}

/** Milliseconds of the processor from a quiet world of connected clients on. */
function millisOf(recorder: Recorder, clients: number, seconds: number): number {
  const { world } = activeWorld(clients, 'ideal', 4, recorder, () => {});
  world.simulator.run(6 * SECOND);
  const begun = cpuMillis();
  world.simulator.run((6 + seconds) * SECOND);
  return cpuMillis() - begun;
}

/** Rounds alternate between the ways to record, so that a noisy neighbour meets all of them. */
export function recordingRows(pace: Pace): Row[] {
  const { clients, seconds, rounds } = SIZES[pace];
  const ways: readonly { what: string; level?: TraceLevel; recorder: () => Recorder }[] = [
    { what: 'digest', level: 'digest', recorder: () => recorderOf('digest') },
    {
      what: 'packets, kept',
      level: 'packets',
      recorder: () => recorderOf('packets', new EventLog().listener),
    },
    { what: 'full, kept', level: 'full', recorder: () => recorderOf('full', new EventLog().listener) },
    { what: 'packets, as a file', recorder: () => writing('packets') },
    { what: 'full, as a file', recorder: () => writing('full') },
  ];
  const ratios = ways.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    const nothing = millisOf(new DeafRecorder({ level: 'digest', header: HEADER }), clients, seconds);
    for (const [at, { recorder }] of ways.entries()) {
      const millis = millisOf(recorder(), clients, seconds);
      // The first round warms up.
      if (round > 0) ratios[at]!.push(millis / nothing);
    }
  }
  return ways.map(({ what, level }, at) => ({
    what: `recording: ${what}`,
    value: median(ratios[at]!),
    unit: 'x',
    ...(level === undefined ? {} : { aim: { row: 12, ...AIMS[level] } }),
  }));
}
