/** The thread of a run: loads the scenario, runs it, writes its trace, answers. Where nothing was left behind, it does so again. */
import { parentPort } from 'node:worker_threads';
import type { Obituary } from '../check/lives/index.ts';
import type { RunResult } from '../runner/run.ts';
import { ParameterError } from '../scenario/parameters.ts';
import { NameError } from '../sim/rng.ts';
import { installDispatchers } from './dispatchers.ts';
import { Leftovers } from './leftovers.ts';
import { CastError } from './load-cast.ts';
import { LoadError } from './load-scenario.ts';
import { offerAhead } from './loader.ts';
import { showPresent } from './present.ts';
import { loadHosted, MutantError, runHosted } from './run-hosted.ts';
import { runIdentity } from './run-identity.ts';
import { Heartbeat, type RunAnswer, type RunOrder, type RunReply } from './run-messages.ts';
import { TraceFile } from './trace-file.ts';

const port = parentPort!;
let runs = 0;

async function answer(order: RunOrder): Promise<RunAnswer> {
  const heartbeat = new Heartbeat(order.heartbeat);
  let trace: TraceFile | undefined;
  try {
    const scenario = await loadHosted(order.path, { anew: runs++ > 0 });
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
    const obituaries = trace === undefined ? [] : await obituariesIn(trace, result, heartbeat);
    trace?.finish(result);
    return { kind: 'result', result: obituaries.length === 0 ? result : { ...result, obituaries } };
  } catch (error) {
    trace?.abandon();
    return failure(error);
  }
}

/** What writes them is loaded by the runs that need it: most keep all their promises. */
async function obituariesIn(trace: TraceFile, result: RunResult, heartbeat: Heartbeat): Promise<Obituary[]> {
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

/**
 * Until there is an answer, only the run keeps the thread alive: one that waits for what never comes ends it.
 *
 * @returns whether another order can follow. Modules of players are loaded once a thread, and so is what a story hosts.
 */
async function perform(order: RunOrder): Promise<boolean> {
  port.unref();
  const leftovers = new Leftovers({ modules: true });
  const answered = await answer(order);
  const waits = leavesNothing(order, answered) && !leftovers.found();
  port.postMessage({ answer: answered, waits } satisfies RunReply);
  if (waits) port.ref();
  return waits;
}

function leavesNothing({ options: { players = {} } }: RunOrder, answered: RunAnswer): boolean {
  if (Object.values(players).some((module) => module !== undefined)) return false;
  return answered.kind === 'result' ? answered.result.hosted === undefined : answered.kind === 'refused';
}

/** One order after the other, for as long as nothing is left behind. */
export function takeOrders(): void {
  installDispatchers();
  showPresent();
  // Without an order it ends, when all that was printed is on its way.
  port.on('message', (order: RunOrder | null) => {
    if (order === null) {
      port.close();
      return;
    }
    if (runs === 0) offerAhead(order.ahead);
    void perform(order);
  });
}
