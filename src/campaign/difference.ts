/** Whether a seed of a campaign is the same run here as it is elsewhere. */
import { changeOfGround, type RunIdentity, runIdentity } from '../host/run-identity.ts';

/** What a story is elsewhere and what it is here: what they differ in, in words; undefined when a seed is the same run on both. */
export function differenceHere(path: string, theirs: RunIdentity): string | undefined {
  let here: RunIdentity;
  try {
    here = runIdentity(path, theirs.hosted !== undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? `it has no file ${path}` : message;
  }
  if (theirs.amber !== here.amber) return `it has amber ${here.amber}, and the campaign ${theirs.amber}`;
  if (theirs.modules !== here.modules) return `its ${path} is another, or what that imports`;
  if (theirs.hosted === undefined && here.hosted !== undefined) return `its ${path} hosts code of others`;
  return changeOfGround(theirs.hosted, here.hosted);
}
