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

/** @throws ScriptError when it is not there. */
export async function libraryOf(
  name: string,
  { library }: MountSettings,
  usual: () => Promise<unknown>,
): Promise<Record<string, unknown>> {
  try {
    const module = (await (library ?? usual)()) as { default?: unknown };
    // A CommonJS package is what it exports; its names are told only as far as Node can see them.
    return { ...(module.default as object), ...module };
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    throw new ScriptError(
      library === undefined
        ? `the package ${name} is not installed: npm install ${name}, or say which one it is with { library: () => import('...') } (${why})`
        : `the library of ${name} cannot be imported: ${why}`,
    );
  }
}

/** The node to mount on: a new one, or one that the script made before, which then has its settings. */
export function hostOf(
  sim: Simulation,
  name: string,
  { library: _, ...settings }: MountSettings,
): HostedNode {
  return sim.host(name, Object.keys(settings).length === 0 ? undefined : settings);
}
