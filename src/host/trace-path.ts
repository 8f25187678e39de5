import { realPid } from './real.ts';

/** Where a trace is while it is being written: beside its place, so that moving it there is one step. */
export function unfinishedPath(path: string): string {
  return `${path}.${realPid}.part`;
}
