/** What the short forms for foreign clients and brokers share: a node that runs one of a library, and nothing else. */
import { ScriptError } from '../scenario/errors.ts';
import type { HostSettings } from '../scenario/host-options.ts';
import type { HostedNode } from '../scenario/hosted-node.ts';
import type { Simulation } from '../scenario/simulation.ts';

/** A node whose `do` is handed what a library made in the present life. */
export type Mounted<T> = { do<R>(act: (mounted: T) => R): Promise<Awaited<R>> } & HostedNode;

export interface MountSettings extends HostSettings {
  /**
   * Imports the library, where it is not the package of its own name that is installed beside mqtt-amber: another version under an alias
   * of npm, or a fork.
   * @example
   * library: () => import('mqtt-5.3')
   */
  library?: () => Promise<unknown>;
}

/** A package that a short form runs. */
export interface Needed {
  readonly name: string;
  readonly usual: () => Promise<unknown>;
  /** Where the script can say which one it is. */
  readonly settings?: { readonly library?: MountSettings['library'] | undefined };
}
interface Missing extends Needed {
  readonly why: string;
}

/**
 * Imports them one after the other.
 * @throws ScriptError that names all that are not there.
 */
export async function librariesOf(...needed: readonly Needed[]): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  const missing: Missing[] = [];
  for (const each of needed) {
    try {
      const module = (await (each.settings?.library ?? each.usual)()) as { default?: unknown };
      // A CommonJS package is what it exports; its names are told only as far as Node can see them.
      found.push({ ...(module.default as object), ...module });
    } catch (error) {
      missing.push({ ...each, why: (error as Error).message.split('\n')[0]! });
    }
  }
  if (missing.length > 0) throw new ScriptError(describeMissing(missing));
  return found;
}

function describeMissing(missing: readonly Missing[]): string {
  const isChosen = ({ settings }: Missing): boolean => settings?.library !== undefined;
  const packages = missing.filter((each) => !isChosen(each));
  const said = missing
    .filter(isChosen)
    .map(({ name, why }) => `the library of ${name} cannot be imported: ${why}`);
  if (packages.length > 0) said.push(describeUninstalled(packages));
  return said.join('; ');
}

function describeUninstalled(packages: readonly Missing[]): string {
  const names = packages.map(({ name }) => name);
  const are = names.length === 1 ? `the package ${names[0]} is` : `the packages ${names.join(' and ')} are`;
  const choice = packages.find(({ settings }) => settings !== undefined)?.name;
  const or =
    choice === undefined ? '' : `, or say which ${choice} it is with { library: () => import('...') }`;
  return `${are} not installed: npm install ${names.join(' ')}${or} (${packages.map(({ why }) => why).join('; ')})`;
}

/** The node to mount on: a new one, or one that the script made before, which then has its settings. */
export function hostOf(
  sim: Simulation,
  name: string,
  { library: _, ...settings }: MountSettings,
): HostedNode {
  return sim.host(name, Object.keys(settings).length === 0 ? undefined : settings);
}
