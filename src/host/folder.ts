import { dirname } from 'node:path';
import { realFiles } from './real.ts';

/**
 * Makes a folder and those it is in, one level at a time: Node's recursive form never returns where a file system refuses folders, as
 * below /proc.
 *
 * @throws the error of the file system.
 */
export function makeFolder(path: string): void {
  if (realFiles.existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    realFiles.mkdirSync(path);
  } catch (error) {
    // Another run may have made it just now.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
