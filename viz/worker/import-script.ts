/** Code that this worker begins without. */
import type { LatePlace } from '../late/late-code.ts';

const scope = self as unknown as { importScripts(address: string): void };

/**
 * The page's own policy may allow scripts of its server only, so an address stays one.
 *
 * @throws {Error} that says what could not be loaded
 */
export function importScript(place: LatePlace): void {
  if ('address' in place) {
    scope.importScripts(place.address);
    return;
  }
  const address = URL.createObjectURL(new Blob([place.code], { type: 'text/javascript' }));
  scope.importScripts(address);
  URL.revokeObjectURL(address);
}
