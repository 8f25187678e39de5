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
  full: { clients: 200, seconds: 30, rounds: 9 },
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

/** Each round goes through the ways to record and begins with another one: a noisy neighbour, and what one leaves to collect, meet all of them. */
export function recordingRows(pace: Pace): Row[] {
  const { clients, seconds, rounds } = SIZES[pace];
  const ways: readonly { what: string; level?: TraceLevel; recorder: () => Recorder }[] = [
    { what: 'nothing', recorder: () => new DeafRecorder({ level: 'digest', header: HEADER }) },
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
  const taken = ways.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const at = (round + turn) % ways.length;
      const millis = millisOf(ways[at]!.recorder(), clients, seconds);
      // The first round warms up.
      if (round > 0) taken[at]!.push(millis);
    }
  }
  const [nothing, ...others] = taken.map(median);
  return ways.slice(1).map(({ what, level }, at) => ({
    what: `recording: ${what}`,
    value: others[at]! / nothing!,
    unit: 'x',
    ...(level === undefined ? {} : { aim: { row: 12, ...AIMS[level] } }),
  }));
}
