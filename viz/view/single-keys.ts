/** Whether keys without Ctrl or ⌘ are taken everywhere: whoever speaks to their computer can turn them off [WCAG 2.1.4]. */

const KEPT_AS = 'amber-single-keys';

export function keptSingleKeys(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) !== 'off';
  } catch {
    // A page from a file, or with storage turned off, has no memory.
    return true;
  }
}

export function keepSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(KEPT_AS, on ? 'on' : 'off');
  } catch {
    // Not kept, and still in force for this page.
  }
}
