/** What every command that runs scenarios can be told of a run, and how long it waits for one that never ends. */
import type { SweepRunOptions } from '../runner/sweep-messages.ts';
import { TRANSPORTS } from '../sim/link-specification.ts';
import { PROFILES } from '../sim/profile.ts';
import { CommandError, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { oneOf } from './option-values.ts';
import type { Arguments, VerbOption } from './verb.ts';

/** Seconds of silence after which a script is taken for one that never ends; a slow machine may need more. */
const PATIENCE_VARIABLE = 'AMBER_PATIENCE';
const PATIENCE_SECONDS = 20;

/** For the table of verbs. */
export const runVerbOptions: Readonly<Record<string, VerbOption>> = {
  param: {
    type: 'string',
    short: 'p',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'sets a parameter the scenario declares; may be repeated',
  },
  transport: { type: 'string', value: 'KIND', help: 'tcp or ideal (default tcp)' },
  profile: {
    type: 'string',
    value: 'NAME',
    help: 'chance strikes too: calm, flaky, hostile or swarm (default: only the script does)',
  },
  mutant: {
    type: 'string',
    value: 'NAME',
    help: 'puts a known bug of the zoo into all brokers or all clients; a wrong name lists them',
  },
};

export interface RunSettings {
  readonly run: SweepRunOptions;
  readonly patienceMillis: number;
}

/** @throws CommandError naming the option, or the variable. */
export function runSettingsOf(options: Arguments['options'], io: CommandIo): RunSettings {
  const { param = [], transport = 'tcp', profile, mutant } = options;
  return {
    run: {
      parameters: parametersOf(param as readonly string[]),
      transport: oneOf(transport as string, '--transport', TRANSPORTS),
      ...(profile === undefined ? {} : { profile: oneOf(profile as string, '--profile', PROFILES) }),
      ...(mutant === undefined ? {} : { mutant: mutant as string }),
    },
    patienceMillis: patienceOf(io),
  };
}

/** @throws CommandError for a variable that is no number of seconds. */
export function patienceOf(io: CommandIo): number {
  const patience = Number(io.environment[PATIENCE_VARIABLE] ?? PATIENCE_SECONDS);
  if (patience > 0) return patience * 1000;
  throw new CommandError(exitCodes.usage, `${PATIENCE_VARIABLE} must be a number of seconds above 0`);
}

function parametersOf(given: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const assignment of given) {
    const at = assignment.indexOf('=');
    if (at < 1) {
      throw new CommandError(exitCodes.usage, `--param is '${assignment}'; write --param name=value`);
    }
    parameters[assignment.slice(0, at)] = assignment.slice(at + 1);
  }
  return parameters;
}
