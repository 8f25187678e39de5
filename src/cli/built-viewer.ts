/** Where the built viewer is. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandError, exitCodes } from './exit-code.ts';

/**
 * From `src/cli` the package is two directories up, from `dist/src/cli` three: its manifest shows which.
 *
 * @throws CommandError when it was not built
 */
export function builtViewer(): string {
  for (const root of [new URL('../../', import.meta.url), new URL('../../../', import.meta.url)]) {
    if (!existsSync(new URL('package.json', root))) continue;
    const viewer = new URL('dist/viewer/', root);
    if (existsSync(new URL('index.html', viewer))) return fileURLToPath(viewer);
  }
  throw new CommandError(
    exitCodes.environment,
    'the viewer is not built (dist/viewer): run npm run build once',
  );
}
