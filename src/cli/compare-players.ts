/** Who can play the brokers or the clients of a story, by name: our machines, a library, a known bug of the zoo, or a module. */
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

/** Modules beside the adapters, by what they are called. */
const LIBRARIES = {
  broker: { aedes: 'aedes-player' },
  client: { mqttjs: 'mqttjs-player' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

type Part = keyof typeof LIBRARIES;

/** `native,aedes,./my-broker.ts`. @throws CommandError naming what is none. */
export function playersOf(text: string, part: Part): readonly Player[] {
  const names = text.split(',');
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw usage(`--${part}s names ${twice} twice`);
  return names.map((name) => playerNamed(name, part));
}

function playerNamed(name: string, part: Part): Player {
  if (name === NATIVE) return { name };
  const libraries: Readonly<Record<string, string>> = LIBRARIES[part];
  if (Object.hasOwn(libraries, name)) return { name, module: adapter(libraries[name]!) };
  if (MUTANTS.some((mutant) => mutant.name === name && mutant.of === part)) return { name, mutant: name };
  if (/^\.{0,2}\//.test(name)) return { name, module: pathToFileURL(resolve(name)).href };
  throw usage(
    `'${name}' plays no ${part}s; --${part}s can name ${[NATIVE, ...Object.keys(libraries)].join(', ')}, ` +
      `a ${part} of the zoo (amber run --mutant lists them), or a module as ./my-${part}.ts`,
  );
}

/** As this module itself, it is TypeScript in a checkout and JavaScript in the package. */
function adapter(name: string): string {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return new URL(`../adapters/${name}${extension}`, import.meta.url).href;
}
