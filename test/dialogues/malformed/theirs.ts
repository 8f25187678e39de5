/** What mosquitto does with the corpus, in words that do not change from one run to the next. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../grounds.ts';
import { corpus, type Entry } from './corpus.ts';

/** The release that {@link recorded} is about; another is not held to it. The page has it from the file: `-u` twice when it changes. */
export const MOSQUITTO = '2.0.11';
export const recordedFile = join(import.meta.dirname, `mosquitto-${MOSQUITTO}.txt`);

export const SILENT_END = 'closes without saying why';
export const UNTOLD = 'has no such option';
const AS_WE_DO = 'does the same';

function words({ expected, got }: NonNullable<Outcome>): string {
  const ofWatcher = expected.startsWith('watcher');
  if (got === 'the connection ended') return ofWatcher ? 'closes the connection of another' : SILENT_END;
  if (got === 'nothing came') return ofWatcher ? 'closes, and publishes no will' : 'does not close';
  const [, code, type] = /^code is (\d+) in (\w+)/.exec(got) ?? [];
  if (code === '0' && type === 'connack') return 'accepts it';
  if (code !== undefined) return `says 0x${Number(code).toString(16)}`;
  const [, answer] = /^(\w+) came/.exec(got) ?? [];
  return answer === undefined ? got : `answers ${answer.toUpperCase()}`;
}

/** A line for each offence. */
export function record(outcomes: ReadonlyMap<Entry, Outcome>): string {
  const lines = corpus.map((entry) => {
    const outcome = outcomes.get(entry);
    const said = outcome === undefined ? AS_WE_DO : words(outcome);
    return `${entry.name}: ${outcomes.has(entry) ? said : UNTOLD}\n`;
  });
  return lines.join('');
}

/** What was recorded of an offence; empty where mosquitto does as our broker does. */
export function recorded(): (entry: Entry) => string {
  const lines = new Set(readFileSync(recordedFile, 'utf8').split('\n'));
  return ({ name }) => {
    const line = [...lines].find((each) => each.startsWith(`${name}: `));
    const said = line?.slice(name.length + 2) ?? 'was not asked';
    return said === AS_WE_DO ? '' : said;
  };
}
