/**
 * What a seed is valid for: the version of Amber and the files of the story; and where these host code that is not ours, the version of
 * Node and the lockfile of its packages, for Amber has no say in what those do. Whoever keeps a run, or shares its seeds with another
 * machine, keeps this beside it.
 */
import type { HostedOn } from '../trace/event.ts';
import { lockfileAbove } from './lockfile.ts';
import { moduleGraph } from './module-graph.ts';
import { packageVersion } from './package-version.ts';

export interface RunIdentity {
  /** Version of the package. */
  readonly amber: string;
  /** Hash of the scenario, of what it imports by a relative name, and of the applications that it boots. */
  readonly modules: string;
  /** Absent when all machines are ours. */
  readonly hosted?: HostedOn;
}

/**
 * @param path of a scenario that can be loaded.
 * @param hosts whether it hosts code that is not ours, where that is known better than its files tell: it did, or others play its parts.
 * @throws what the operating system says about the file.
 */
export function runIdentity(path: string, hosts = false): RunIdentity {
  const graph = moduleGraph(path);
  return {
    amber: packageVersion(),
    modules: graph.hash,
    ...(hosts || graph.hosts ? { hosted: hostedOn(path) } : {}),
  };
}

/** What code that is hosted by a scenario runs on here. */
export function hostedOn(path: string): HostedOn {
  const lockfile = lockfileAbove(path);
  const { node } = process.versions;
  return lockfile === undefined ? { node } : { node, lockfile: lockfile.name, hash: lockfile.hash };
}

/**
 * Why a seed that was kept may be another run here: a line for each reason, with what to do about it where something can be done.
 *
 * @param file of the scenario, as it was named.
 */
export function changesSince(kept: RunIdentity, here: RunIdentity, file: string): string[] {
  const changes: string[] = [];
  if (kept.amber !== here.amber) {
    changes.push(
      `it was saved by amber ${kept.amber}, and this is ${here.amber}: a seed is valid for one version`,
    );
  }
  if (kept.modules !== here.modules) changes.push(`${file} is not what it was, or what it imports`);
  const ground = changeOfGround(kept.hosted, here.hosted);
  if (ground !== undefined) changes.push(ground);
  return changes;
}

/** The line about Node and packages; undefined where they are the same, or nobody has written down what they were. */
export function changeOfGround(kept: HostedOn | undefined, here: HostedOn | undefined): string | undefined {
  if (kept === undefined || here === undefined) return undefined;
  const otherNode = kept.node !== here.node;
  const otherPackages = kept.lockfile !== here.lockfile || kept.hash !== here.hash;
  if (!otherNode && !otherPackages) return undefined;
  const remedies = [
    ...(otherNode ? [`run it on Node ${kept.node}`] : []),
    ...(otherPackages
      ? [
          kept.lockfile === undefined
            ? 'install its packages as they were'
            : `take ${kept.lockfile} from when it was saved, and install by it`,
        ]
      : []),
  ];
  return (
    `its foreign code ran on ${describeGround(kept)}, and here it is ${describeGround(here)}: its seed is valid for the former; ` +
    `to have the very same run, ${remedies.join(' and ')}`
  );
}

/** `Node 22.14.0 and package-lock.json 3f9c01d2a4b57e68`. */
export function describeGround({ node, lockfile, hash }: HostedOn): string {
  return `Node ${node} ${lockfile === undefined ? 'without a lockfile' : `and ${lockfile} ${hash}`}`;
}
