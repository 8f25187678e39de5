/** Files of the command line that are there in whole or not at all. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { unfinishedPath } from '../host/trace-path.ts';

/** @throws what the operating system says; then whatever was at `path` is still there. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const part = unfinishedPath(path);
  try {
    writeFileSync(part, content);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
