/** What to type to see a seed again. */
import type { TransportName } from '../sim/link-specification.ts';
import type { ProfileName } from '../sim/profile.ts';

/** What a seed was run with, as far as it is not the default. */
export interface RunTerms {
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly transport?: TransportName | undefined;
  readonly profile?: ProfileName | undefined;
  readonly mutant?: string | undefined;
}

/** `npx amber run FILE --seed S ...`, as a shell takes it. */
export function runCommand(file: string, seed: string, terms: RunTerms): string {
  const { parameters = {}, transport, profile, mutant } = terms;
  const words = ['npx', 'amber', 'run', file, '--seed', seed];
  for (const [name, value] of Object.entries(parameters)) words.push('--param', `${name}=${value}`);
  if (transport !== undefined && transport !== 'tcp') words.push('--transport', transport);
  if (profile !== undefined) words.push('--profile', profile);
  if (mutant !== undefined) words.push('--mutant', mutant);
  return words.map(quoted).join(' ');
}

/** As a shell takes it. */
export function quoted(text: string): string {
  return /^[A-Za-z0-9._/:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
