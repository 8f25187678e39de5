import { readFileSync } from 'node:fs';

let version: string | undefined;

/** The version of the package this file belongs to; a seed means the same run only within one version. */
export function packageVersion(): string {
  if (version !== undefined) return version;
  // src/host/ in the sources, dist/src/host/ once built.
  for (const above of ['../../package.json', '../../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(above, import.meta.url), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (found.name === 'mqtt-amber' && found.version !== undefined) {
        version = found.version;
        return version;
      }
    } catch {
      // The other place it is, then.
    }
  }
  throw new Error('package.json of mqtt-amber is missing; install the package again');
}
