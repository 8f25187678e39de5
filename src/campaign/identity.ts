/** What has to be the same on two machines for a seed to be the same run on both. */
import { moduleGraphHash } from '../host/module-graph.ts';
import { packageVersion } from '../host/package-version.ts';

export interface StoryIdentity {
  /** Version of the package. */
  readonly amber: string;
  /** Hash of the scenario and what it imports. */
  readonly modules: string;
}

/** @throws what the operating system says about the file. */
export function identityOf(path: string): StoryIdentity {
  return { amber: packageVersion(), modules: moduleGraphHash(path) };
}

/** What a story is elsewhere and what it is here: what they differ in, in words; undefined when a seed is the same run on both. */
export function differenceHere(path: string, theirs: StoryIdentity): string | undefined {
  let here: StoryIdentity;
  try {
    here = identityOf(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? `it has no file ${path}` : message;
  }
  if (theirs.amber !== here.amber) return `it has amber ${here.amber}, and the campaign ${theirs.amber}`;
  if (theirs.modules !== here.modules) return `its ${path} is another, or what that imports`;
  return undefined;
}
