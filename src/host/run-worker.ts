/** The thread of one run: loads the scenario, runs it, writes its trace, answers once. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Obituary } from '../check/lives/index.ts';
import type { RunResult } from '../runner/run.ts';
import { ParameterError } from '../scenario/parameters.ts';
import { NameError } from '../sim/rng.ts';
import { CastError } from './load-cast.ts';
import { LoadError } from './load-scenario.ts';
import { loadHosted, MutantError, runHosted } from './run-hosted.ts';
import { runIdentity } from './run-identity.ts';
import { Heartbeat, type RunAnswer, type RunOrder } from './run-messages.ts';
import { TraceFile } from './trace-file.ts';

const order = workerData as RunOrder;
const heartbeat = new Heartbeat(order.heartbeat);

async function answer(): Promise<RunAnswer> {
  let trace: TraceFile | undefined;
  try {
    const scenario = await loadHosted(order.path);
    heartbeat.beat(0, 0);
    const { path, tracePath, options } = order;
    const result = await runHosted(
      scenario,
      {
        ...options,
        ...(tracePath === undefined
          ? {}
          : {
              onStart: (header) => {
                const { brokers, clients } = options.players ?? {};
                const { hosted } = runIdentity(path, brokers !== undefined || clients !== undefined);
                trace = new TraceFile(tracePath, { ...header, ...(hosted === undefined ? {} : { hosted }) });
              },
              onEvent: (event) => trace!.listener(event),
            }),
      },
      (now, events) => heartbeat.beat(now, events),
    );
    const obituaries = trace === undefined ? [] : await obituariesIn(trace, result);
    trace?.finish(result);
    return { kind: 'result', result: obituaries.length === 0 ? result : { ...result, obituaries } };
  } catch (error) {
    trace?.abandon();
    return failure(error);
  }
}

/** What writes them is loaded by the runs that need it: most keep all their promises. */
async function obituariesIn(trace: TraceFile, result: RunResult): Promise<Obituary[]> {
  if ((result.report?.broken ?? 0) === 0) return [];
  const { buryIn } = await import('./obituary-record.ts');
  return buryIn(trace, () => heartbeat.beat(result.virtualMicros, result.events));
}

function failure(error: unknown): RunAnswer {
  if (error instanceof LoadError) {
    return { kind: 'refused', message: error.message, because: error.missing ? 'missing' : 'script' };
  }
  if ([ParameterError, NameError, MutantError, CastError].some((known) => error instanceof known)) {
    return { kind: 'refused', message: (error as Error).message, because: 'usage' };
  }
  if (error instanceof Error && 'syscall' in error) return { kind: 'environment', message: error.message };
  return { kind: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

parentPort!.postMessage(await answer());
