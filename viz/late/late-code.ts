/**
 * Code that is loaded when it is first needed: who only looks at a trace does not pay for it. A page from a file cannot load
 * anything, and carries such code with it.
 */
import engineAddress from '../engine/engine-worker.ts?worker&url';
import { LATER_ATTRIBUTE, STAYS_BEHIND } from '../export/single-file.ts';
import judgeAddress from '../judge/judge-worker.ts?worker&url';
import runAddress from '../run/run-script.ts?worker&url';
import answersAddress from './answers-script.ts?worker&url';
import exportsAddress from './exports-script.ts?worker&url';
import viewsAddress from './views-script.ts?worker&url';

const ADDRESSES = {
  'engine-worker.js': engineAddress,
  'answers-script.js': answersAddress,
  'judge-worker.js': judgeAddress,
  'exports-script.js': exportsAddress,
  'run-script.js': runAddress,
  'views-script.js': viewsAddress,
};

export type LateCode = keyof typeof ADDRESSES;

/** What a page from a file carries with it. */
export const CARRIED_NAMES = (Object.keys(ADDRESSES) as readonly LateCode[]).filter(
  (name) => name !== STAYS_BEHIND,
);

/** The text of a script, or where it is. */
export type LatePlace = { code: string } | { address: string };

export function latePlace(name: LateCode): LatePlace {
  const code = document.querySelector(`script[${LATER_ATTRIBUTE}="${name}"]`)?.textContent;
  return code === undefined || code === null ? { address: ADDRESSES[name] } : { code };
}

/** The text of a script. @throws {Error} that says why it could not be loaded */
export async function lateCode(name: LateCode): Promise<string> {
  const place = latePlace(name);
  if ('code' in place) return place.code;
  if (location.protocol === 'file:') {
    throw new Error(`${name} is not in this page, and a page from a file can load nothing more`);
  }
  const response = await fetch(place.address);
  if (!response.ok) {
    throw new Error(`${name} could not be loaded: ${response.status} ${response.statusText}`.trimEnd());
  }
  return response.text();
}
