/** One run as the worker does it: a trace in pieces while it goes on, and what it came to. */
import { Burial, READ_AGAIN_MAX } from '../../src/check/lives/index.ts';
import { type RunResult, run, type Surroundings } from '../../src/runner/run.ts';
import { ParameterError } from '../../src/scenario/parameters.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { Substitution } from '../../src/sim/substitution.ts';
import { TraceWriter } from '../../src/trace/jsonl.ts';
import { OwnLines } from '../../src/trace/own-lines.ts';
import { mutantNamed, substitutionOf } from '../../src/zoo/index.ts';
import { Bounds } from './bounds.ts';
import { LIMITS, type RunRequest } from './messages.ts';

/** What a run needs from the place it runs in. */
export interface Ground extends Pick<Surroundings, 'yieldToScript' | 'enter' | 'leave'> {
  /** Milliseconds of real time. */
  clock(): number;
  /** Is handed the trace, whole lines at a time. */
  write(piece: Uint8Array<ArrayBuffer>): void;
  /** Gives back all that was written, from the beginning. */
  readBack(): AsyncIterable<Uint8Array>;
  progress(now: number, events: number): void;
  /** Of the package: it stands in the header of the trace. */
  version: string;
}

/** The page hears no more often how far a run is; what was written goes with it. */
const PROGRESS_MILLIS = 100;

/** @throws ParameterError or NameError for what was set and cannot be. */
export async function perform(scenario: Scenario, request: RunRequest, ground: Ground): Promise<RunResult> {
  const { seed, parameters, transport, profile, checks, level = 'full', faults = [], mutant } = request;
  const limits = { ...LIMITS, ...request.limits };
  const bounds = new Bounds(limits, ground.clock);
  const encoder = new TextEncoder();
  let writer: TraceWriter | undefined;
  let told = ground.clock();
  const result = await run(
    scenario,
    {
      ...(seed === undefined ? {} : { seed }),
      ...(parameters === undefined ? {} : { parameters }),
      ...(transport === undefined ? {} : { transport }),
      ...(profile === undefined ? {} : { profile }),
      ...(checks === undefined ? {} : { checks }),
      ...(faults.length === 0 ? {} : { faults: { also: faults } }),
      ...(mutant === undefined ? {} : { substitute: substitutionCalled(mutant) }),
      level,
      limits: { events: limits.events },
      version: ground.version,
      onStart: (header) => {
        writer = new TraceWriter(header, (chunk) => {
          const piece = encoder.encode(chunk);
          ground.write(piece);
          bounds.wrote(piece.length);
        });
      },
      onEvent: (event) => writer!.event(event),
    },
    {
      yieldToScript: ground.yieldToScript,
      enter: (world) => ground.enter?.(world),
      leave: () => {
        ground.leave?.();
        bounds.end();
      },
      progress: (now, events) => {
        const time = ground.clock();
        if (time - told < PROGRESS_MILLIS) return;
        told = time;
        ground.progress(now, events);
        writer?.flush();
        bounds.passed();
      },
    },
  );
  const obituaries = await bury(writer!, result, ground);
  writer!.finish(result);
  return obituaries.length === 0 ? result : { ...result, obituaries };
}

/** Appends the obituaries to the trace of a run that broke promises, as the command line does. Gives back the first of them. */
async function bury(writer: TraceWriter, { report, virtualMicros, events }: RunResult, ground: Ground) {
  if ((report?.broken ?? 0) === 0 || writer.events > READ_AGAIN_MAX) return [];
  writer.flush();
  const burial = new Burial();
  const lines = new OwnLines((event) => burial.observe(event));
  for await (const piece of ground.readBack()) {
    lines.push(piece);
    ground.progress(virtualMicros, events);
  }
  return burial.write((event, cause) => writer.append(event, cause));
}

/** A trace or a link may name one that only another version has. */
function substitutionCalled(name: string): Substitution {
  const mutant = mutantNamed(name);
  if (mutant === undefined)
    throw new ParameterError(`there is no mutant '${name}' in the zoo of this version`);
  return substitutionOf(mutant);
}
