/** What to type to see a seed again. */
import type { Fault } from '../sim/fault.ts';
import type { TransportName } from '../sim/link-specification.ts';
import type { ProfileName } from '../sim/profile.ts';

/** What a seed was run with, as far as it is not the default. */
export interface RunTerms {
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly transport?: TransportName | undefined;
  readonly profile?: ProfileName | undefined;
  readonly mutant?: string | undefined;
  /** Added to what script and chance have in mind. */
  readonly faults?: readonly Fault[] | undefined;
}

/** `npx amber run FILE --seed S ...`, as a shell takes it. */
export function runCommand(file: string, seed: string, terms: RunTerms): string {
  const { parameters = {}, transport, profile, mutant, faults = [] } = terms;
  const words = ['npx', 'amber', 'run', file, '--seed', seed];
  for (const [name, value] of Object.entries(parameters)) words.push('--param', `${name}=${value}`);
  if (transport !== undefined && transport !== 'tcp') words.push('--transport', transport);
  if (profile !== undefined) words.push('--profile', profile);
  if (mutant !== undefined) words.push('--mutant', mutant);
  for (const fault of faults) words.push('--fault', JSON.stringify(fault));
  return words.map(quoted).join(' ');
}

/** As a shell takes it. */
export function quoted(text: string): string {
  return /^[A-Za-z0-9._/:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
