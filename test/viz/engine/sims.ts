/** The stories of the viewer as Node has them: by the same names, from the files themselves. */
/// <reference types="vite/types/importMeta.d.ts" />
import type { Scenario } from '../../../src/scenario/scenario.ts';

const MODULES = import.meta.glob<Scenario>(['../../../sims/*.ts', '../../../sims/lessons/*.ts'], {
  import: 'default',
  eager: true,
});

const SIMS: ReadonlyMap<string, Scenario> = new Map(
  Object.entries(MODULES).map(([path, story]) => [/sims\/(.*)\.ts$/.exec(path)![1]!, story]),
);

export const SIM_NAMES: readonly string[] = [...SIMS.keys()];

export function simNamed(name: string): Scenario {
  return SIMS.get(name)!;
}
