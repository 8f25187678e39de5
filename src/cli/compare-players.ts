/** Who can play the brokers or the clients of a story, by name: our machines, a known bug of the zoo, or a module. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MUTANTS } from '../zoo/index.ts';
import { usage } from './option-values.ts';

export const NATIVE = 'native';

export interface Player {
  readonly name: string;
  /** URL of the module that exports it. */
  readonly module?: string;
  /** Of the zoo. */
  readonly mutant?: string;
}

type Part = 'broker' | 'client';

/** `native,will-lost,./my-broker.ts`. @throws CommandError naming what is none. */
export function playersOf(text: string, part: Part): readonly Player[] {
  const names = text.split(',');
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw usage(`--${part}s names ${twice} twice`);
  return names.map((name) => playerNamed(name, part));
}

function playerNamed(name: string, part: Part): Player {
  if (name === NATIVE) return { name };
  if (MUTANTS.some((mutant) => mutant.name === name && mutant.of === part)) return { name, mutant: name };
  if (/^\.{0,2}\//.test(name)) return { name, module: pathToFileURL(resolve(name)).href };
  throw usage(
    `'${name}' plays no ${part}s; --${part}s can name ${NATIVE}, ` +
      `a ${part} of the zoo (amber run --mutant lists them), or a module as ./my-${part}.ts`,
  );
}
