/**
 * A failure that was saved: what it takes to run it again, and what broke, so that a later run can say whether it is the same. A
 * file `NAME-SEED.failure.json`, made to be read by people and kept beside a test.
 */
import type { HostedOptions } from '../host/run-hosted.ts';
import type { RunIdentity } from '../host/run-identity.ts';
import type { ParameterValue } from '../scenario/parameters.ts';
import type { Fault, FaultFilter } from '../sim/fault.ts';
import { isFault } from '../sim/fault-data.ts';
import { TRANSPORTS, type TransportName } from '../sim/link-specification.ts';
import { PROFILES, type ProfileName } from '../sim/profile.ts';
import type { RunResult } from './run.ts';
import { recordOf, type SeedOutcome } from './seed-record.ts';

export const FAILURE_FORMAT = 'amber-failure';
export const FAILURE_VERSION = 1;

/** With what its seed is valid for: another version, story, Node or package may give another run. */
export interface SavedFailure extends RunIdentity {
  readonly format: typeof FAILURE_FORMAT;
  readonly version: number;
  /** Of the scenario, as it was named; a replay looks for it from the directory it is started in. */
  readonly file: string;
  readonly scenario: string;
  readonly seed: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly transport: TransportName;
  readonly profile?: ProfileName;
  /** Of the zoo, in the place of our machines. */
  readonly mutant?: string;
  /** Which faults took effect, when not all that the script and the nemesis had in mind. */
  readonly filter?: FaultFilter;
  /** Calls and clients that are left out. */
  readonly omit?: readonly string[];
  /** What befell the world, in order: to be read, a replay has them from the seed. */
  readonly faults: readonly Fault[];
  readonly outcome: SeedOutcome;
  /** What broke: a rule, an assertion, an error. */
  readonly broke: string;
  readonly detail: string;
  readonly digest: string;
}

/** A file is no saved failure; `message` is one line. */
export class FailureFileError extends Error {
  override readonly name = 'FailureFileError';
}

/** @param made from which file, and what that and all around it was. */
export function savedFailureOf(
  result: RunResult,
  made: RunIdentity & { file: string; filter?: FaultFilter; omit?: readonly string[] },
): SavedFailure {
  const { outcome, broke = outcome, detail = '' } = recordOf(made.file, result);
  const { amber, file, modules, hosted, filter, omit } = made;
  return {
    format: FAILURE_FORMAT,
    version: FAILURE_VERSION,
    amber,
    file,
    modules,
    ...(hosted === undefined ? {} : { hosted }),
    scenario: result.scenario,
    seed: result.seed,
    parameters: result.parameters,
    transport: result.transport,
    ...(result.nemesis === undefined ? {} : { profile: result.nemesis.profile }),
    ...(result.substitute === undefined ? {} : { mutant: result.substitute }),
    ...(filter === undefined ? {} : { filter }),
    ...(omit === undefined ? {} : { omit }),
    outcome,
    broke,
    detail,
    digest: result.digest,
    faults: result.struck,
  };
}

/** What to run it with. */
export function runOptionsOf(
  failure: SavedFailure,
): Required<Pick<HostedOptions, 'seed' | 'parameters' | 'transport'>> &
  Pick<HostedOptions, 'profile' | 'faults' | 'omit' | 'mutant'> {
  const { seed, parameters, transport, profile, mutant, filter, omit } = failure;
  return {
    seed,
    parameters,
    transport,
    ...(profile === undefined ? {} : { profile }),
    ...(mutant === undefined ? {} : { mutant }),
    ...(filter === undefined ? {} : { faults: filter }),
    ...(omit === undefined ? {} : { omit }),
  };
}

/** @throws FailureFileError saying what is wrong with the text of `path`. */
export function parseFailure(text: string, path: string): SavedFailure {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FailureFileError(`${path} is no JSON`);
  }
  const failure = value as SavedFailure;
  if (typeof value !== 'object' || value === null || failure.format !== FAILURE_FORMAT) {
    throw new FailureFileError(`${path} is no saved failure`);
  }
  if (failure.version !== FAILURE_VERSION) {
    throw new FailureFileError(
      `${path} is a failure of version ${failure.version}, and this amber reads version ${FAILURE_VERSION}`,
    );
  }
  for (const field of ['file', 'seed', 'transport', 'broke', 'digest', 'modules', 'amber'] as const) {
    if (typeof failure[field] !== 'string') throw new FailureFileError(`${path}: '${field}' is no text`);
  }
  if (!isRecord(failure.parameters)) throw new FailureFileError(`${path}: 'parameters' is no object`);
  const wrong = faultyField(failure);
  if (wrong !== undefined) throw new FailureFileError(`${path}: ${wrong}`);
  return failure;
}

/** People read and change these files: what of one would be a run of something else, or none. */
function faultyField(failure: SavedFailure): string | undefined {
  const { transport, profile, mutant, filter, omit, hosted } = failure;
  if (!TRANSPORTS.includes(transport)) return `'transport' can be ${TRANSPORTS.join(', ')}`;
  if (profile !== undefined && !PROFILES.includes(profile)) return `'profile' can be ${PROFILES.join(', ')}`;
  if (mutant !== undefined && typeof mutant !== 'string') return `'mutant' is no text`;
  if (omit !== undefined && !isTexts(omit)) return `'omit' is no list of calls and clients`;
  if (hosted !== undefined && !(isRecord(hosted) && typeof hosted.node === 'string'))
    return `'hosted' does not say on which 'node'`;
  if (filter === undefined) return undefined;
  if (!isRecord(filter)) return `'filter' is no object`;
  for (const name of ['only', 'without'] as const)
    if (filter[name] !== undefined && !isTexts(filter[name])) return `'filter.${name}' is no list of faults`;
  for (const name of ['plan', 'also'] as const) {
    const list: unknown = filter[name];
    if (list !== undefined && !(Array.isArray(list) && list.every(isFault)))
      return `'filter.${name}' is no list of faults as 'faults' is`;
  }
  return undefined;
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
