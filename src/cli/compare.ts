/** `amber compare`: one story, seed and faults with several pairings of brokers and clients, and where a promise tells them apart. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { RunOrder } from '../host/run-messages.ts';
import { supervise } from '../host/supervise.ts';
import { type ProtocolName, protocolNames } from '../mqtt/codec/protocol-name.ts';
import { Comparison, type Pairing } from '../runner/comparison.ts';
import type { RunResult } from '../runner/run.ts';
import { recordOf } from '../runner/seed-record.ts';
import { parseSeeds, type SeedRange, SeedRangeError } from '../runner/seeds.ts';
import { NATIVE, playersOf } from './compare-players.ts';
import { reportComparison } from './compare-report.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { oneOf, outDirectory, usage, WORKERS_LIMIT, wholeNumber } from './option-values.ts';
import { nameOfRun, resultOf, storyName } from './run.ts';
import { type RunSettings, runSettingsOf } from './run-settings.ts';
import { SweepProgress } from './sweep-progress.ts';
import type { Arguments } from './verb.ts';

/** A pairing, and what its runs are told of it. */
interface PlayedPairing extends Pairing {
  readonly options: Pick<RunOrder['options'], 'mutant' | 'players' | 'needs'>;
}

interface CompareCommand extends RunSettings {
  readonly file: string;
  readonly pairings: readonly PlayedPairing[];
  readonly seeds: SeedRange;
  /** What clients speak that do not say. */
  readonly protocol: ProtocolName | undefined;
  readonly workers: number;
  readonly json: boolean;
  /** Where traces of what told pairings apart go. */
  readonly directory: string | undefined;
}

/** Where the trace of a run goes; undefined for none. */
type TraceOf = (seed: string, pairing: Pairing) => string | undefined;

const DEFAULT_SEEDS = '10';
const SEEDS_LIMIT = 1_000_000;
const PAIRINGS_LIMIT = 64;

/** @throws CommandError in one line: usage, a scenario that cannot be loaded, nothing that could be compared */
export async function compareCommand(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const command = commandOf(args, io);
  const { file, pairings, seeds, directory } = command;
  const interrupted = new AbortController();
  const forget = io.onInterrupt(() => interrupted.abort());
  const comparison = new Comparison(pairings.map(({ brokers, clients }) => ({ brokers, clients })));
  const traces: string[] = [];
  try {
    const { first, last } = seeds;
    const all = Array.from({ length: last - first + 1 }, (_, at) => `${first + at}`);
    const none: TraceOf = () => undefined;
    await playAll(all, none, command, io, interrupted.signal, (seed, results) =>
      comparison.add(seed, results),
    );
    if (directory !== undefined) {
      const traceOf = (seed: string, { brokers, clients }: Pairing): string =>
        join(directory, `${nameOfRun(storyName(file), `${seed}-${brokers}-${clients}`)}.amber.jsonl.gz`);
      const telling = [...new Set(comparison.differences.map(({ seed }) => seed))];
      await playAll(telling, traceOf, command, io, interrupted.signal, (seed) => {
        traces.push(...pairings.map((pairing) => traceOf(seed, pairing)));
      });
    }
  } finally {
    forget();
  }
  io.out(reportComparison({ ...command, comparison, traces }, io));
  const { comparable, differences, played, wrong } = comparison;
  if (comparable < 2) {
    const found = comparable === 0 ? 'none' : 'only one';
    const because = played.find(({ incomparable }) => incomparable !== undefined)?.incomparable;
    throw usage(`nothing was compared: of ${pairings.length} pairings ${found} can play ${file}: ${because}`);
  }
  if (wrong !== undefined)
    throw usage(`nothing was compared: ${file} cannot be told so with any pairing: ${wrong}`);
  return differences.length > 0 ? exitCodes.broken : exitCodes.passed;
}

/** Plays seeds with all pairings, several runs at once, and tells the results of each seed in the order of the seeds. */
async function playAll(
  seeds: readonly string[],
  traceOf: TraceOf,
  command: CompareCommand,
  io: CommandIo,
  signal: AbortSignal,
  onSeed: (seed: string, results: readonly RunResult[]) => void,
): Promise<void> {
  const { file, pairings, workers } = command;
  const total = seeds.length * pairings.length;
  const progress = io.errIsTerminal ? new SweepProgress((text) => io.err(text), total, 'runs') : undefined;
  const results = seeds.map((): RunResult[] => []);
  const left = seeds.map(() => pairings.length);
  let next = 0;
  let told = 0;
  const work = async (): Promise<void> => {
    while (next < total) {
      const of = Math.floor(next / pairings.length);
      const by = next++ % pairings.length;
      const result = await play(seeds[of]!, pairings[by]!, traceOf, command, signal);
      results[of]![by] = result;
      left[of]!--;
      progress?.show(recordOf(file, result));
      for (; left[told] === 0; told++) {
        onSeed(seeds[told]!, results[told]!);
        results[told] = [];
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, total) }, work));
  } finally {
    progress?.clear();
  }
}

/** @throws CommandError when there is no result, Error for a bug of ours. */
async function play(
  seed: string,
  pairing: PlayedPairing,
  traceOf: TraceOf,
  { file, run, protocol, patienceMillis }: CompareCommand,
  signal: AbortSignal,
): Promise<RunResult> {
  const tracePath = traceOf(seed, pairing);
  const outcome = await supervise({
    path: file,
    options: {
      ...run,
      ...pairing.options,
      ...(protocol === undefined ? {} : { protocol }),
      seed,
      level: tracePath === undefined ? 'digest' : 'full',
    },
    ...(tracePath === undefined ? {} : { tracePath }),
    patienceMillis,
    // What a script prints it prints with every pairing; it is no part of what is compared.
    onOutput: () => {},
    signal,
  });
  const result = resultOf(outcome, { path: file, seed, patienceMillis }, tracePath);
  if (result.error?.blame === 'bug') throw new Error(result.error.stack ?? result.error.message);
  return result;
}

function commandOf({ options, positionals }: Arguments, io: CommandIo): CompareCommand {
  const {
    seeds = DEFAULT_SEEDS,
    workers,
    brokers = NATIVE,
    clients = NATIVE,
    protocol,
    out,
  } = options as Readonly<Record<string, string>>;
  const pairings = pairingsOf(brokers, clients);
  if (pairings.length < 2)
    throw usage('one pairing has nothing to be compared with; name several in --brokers or --clients');
  if (pairings.length > PAIRINGS_LIMIT)
    throw usage(`these are ${pairings.length} pairings; ${PAIRINGS_LIMIT} at most can be compared`);
  return {
    file: positionals[0]!,
    pairings,
    seeds: seedsOf(seeds),
    protocol: protocol === undefined ? undefined : oneOf(protocol, '--protocol', protocolNames),
    workers:
      workers === undefined ? availableParallelism() : wholeNumber(workers, '--workers', 1, WORKERS_LIMIT),
    json: options.json === true,
    directory: out === undefined ? undefined : outDirectory(out),
    ...runSettingsOf(options, io),
  };
}

/** Every broker with every client. */
function pairingsOf(brokers: string, clients: string): PlayedPairing[] {
  return playersOf(brokers, 'broker').flatMap((broker) =>
    playersOf(clients, 'client').map((client) => {
      if (broker.mutant !== undefined && client.mutant !== undefined)
        throw usage(`${broker.name} and ${client.name} are both of the zoo, and a run has one bug at a time`);
      const mutant = broker.mutant ?? client.mutant;
      const players = {
        ...(broker.module === undefined ? {} : { brokers: broker.module }),
        ...(client.module === undefined ? {} : { clients: client.module }),
      };
      const needs = [
        ...(broker.name === NATIVE ? [] : [{ part: 'broker' as const, player: broker.name }]),
        ...(client.name === NATIVE ? [] : [{ part: 'client' as const, player: client.name }]),
      ];
      const told = { players, needs, ...(mutant === undefined ? {} : { mutant }) };
      return { brokers: broker.name, clients: client.name, options: told };
    }),
  );
}

function seedsOf(text: string): SeedRange {
  let range: SeedRange;
  try {
    range = parseSeeds(text);
  } catch (error) {
    if (error instanceof SeedRangeError) throw usage(`--seeds: ${error.message}`);
    throw error;
  }
  if (range.last - range.first < SEEDS_LIMIT) return range;
  throw usage(`--seeds: '${text}' are too many to compare; ${SEEDS_LIMIT} at most`);
}
