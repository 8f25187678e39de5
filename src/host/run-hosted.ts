/** Runs scenarios on this thread with the world around their scripts made virtual. */
import type { RunOptions, RunResult, Surroundings } from '../runner/run.ts';
import { run } from '../runner/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { setImporter } from './asked-imports.ts';
import { installDispatchers } from './dispatchers.ts';
import { drive } from './drive.ts';
import { Hosts } from './hosts.ts';
import { type CastModules, loadCast } from './load-cast.ts';
import { loadScenario } from './load-scenario.ts';
import { watchImports } from './loader.ts';
import { loadingWorld } from './loading-world.ts';
import { STORY } from './module-names.ts';
import { type NeededPart, NeededParts } from './needed-parts.ts';
import { packageVersion } from './package-version.ts';
import { yieldToEventLoop } from './real.ts';
import { requireAs } from './required-modules.ts';
import { enterWorld, leaveWorld, rejection } from './script-world.ts';
import { catchUncaught } from './unhandled.ts';

/** Settles when the run before is over: the world around a script exists once a thread. */
let turn: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => {});
  return mine;
}

/** Stories that were loaded for one run alone, for the names of their modules. */
let loads = 0;

/**
 * Imports a scenario from a file. Its module sees the clock stand still at the beginning of the run, and a chance that is the same
 * for every seed: it is loaded once for many of them, and what it computes then is part of every run.
 *
 * @param anew for one run alone, though it was loaded on this thread before.
 * @throws LoadError with one line for people.
 */
export function loadHosted(path: string, { anew = false } = {}): Promise<Scenario> {
  installDispatchers();
  return inTurn(async () => {
    enterWorld(loadingWorld(), 'loading');
    if (anew) {
      const name = `${STORY}${++loads}`;
      setImporter({ asksFor: () => name, queues: () => false });
    }
    try {
      return await loadScenario(path, anew);
    } finally {
      setImporter(undefined);
      leaveWorld();
    }
  });
}

/** There is no such mutant; `message` is one line. */
export class MutantError extends Error {
  override readonly name = 'MutantError';

  constructor(mutant: string, known: readonly string[]) {
    super(`there is no mutant '${mutant}' in the zoo; it has ${known.join(', ')}`);
  }
}

/** What can be said to another thread: a mutant has to be named. */
export interface HostedOptions extends Omit<RunOptions, 'substitute'> {
  /** Of the zoo: takes the place of all brokers, or of all clients. */
  mutant?: string;
  /** Modules of who plays brokers and clients, where it is not our machines. */
  players?: CastModules;
  /** Who plays what here: a story without such a part cannot be compared. */
  needs?: readonly NeededPart[];
}

/** As `run`, with `Date`, timers and chance of this thread virtual while the script runs, and the real world refused. */
export function runHosted(
  scenario: Scenario,
  { mutant, players, needs, ...options }: HostedOptions = {},
  progress?: Surroundings['progress'],
): Promise<RunResult> {
  installDispatchers();
  watchImports();
  return inTurn(async () => {
    let fail: ((error: Error) => void) | undefined;
    const hosts = new Hosts();
    // What the code of the run threw and nobody caught; without this it would end the process.
    const release = catchUncaught((error, promise) => {
      if (!hosts.uncaught(error, promise)) fail?.(rejection(error));
    });
    const surroundings: Surroundings = {
      yieldToScript: yieldToEventLoop,
      hosting: hosts,
      drive: (step) =>
        drive(
          () => {
            hosts.leave();
            return step();
          },
          () => hosts.hold(),
        ),
      enter(world) {
        fail = (error) => world.violated(error);
        enterWorld(world, 'running');
        hosts.enter(world);
        setImporter(hosts);
      },
      leave() {
        setImporter(undefined);
        leaveWorld();
        requireAs(undefined);
      },
      ...(progress === undefined ? {} : { progress }),
    };
    const parts = needs === undefined ? undefined : new NeededParts(needs);
    try {
      const result = await run(
        scenario,
        {
          version: packageVersion(),
          ...(parts === undefined ? {} : { onDeed: parts.onDeed }),
          ...options,
          ...(await substituteNamed(mutant)),
          ...(players === undefined ? {} : { cast: await loadCast(players) }),
        },
        surroundings,
      );
      return hosts.told(parts === undefined ? result : parts.toldBy(result));
    } finally {
      release();
    }
  });
}

/** The zoo is large, and is loaded by those who ask for a mutant. */
async function substituteNamed(name: string | undefined): Promise<Pick<RunOptions, 'substitute'>> {
  if (name === undefined) return {};
  const { MUTANTS, mutantNamed, substitutionOf } = await import('../zoo/index.ts');
  const mutant = mutantNamed(name);
  if (mutant === undefined) {
    throw new MutantError(
      name,
      MUTANTS.map((each) => each.name),
    );
  }
  return { substitute: substitutionOf(mutant) };
}
