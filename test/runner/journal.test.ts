import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  differenceOf,
  JOURNAL_FORMAT,
  JOURNAL_VERSION,
  JournalError,
  JournalFile,
  type JournalHeader,
  neverBegan,
  readJournal,
} from '../../src/runner/journal.ts';
import { recordWithout } from '../../src/runner/seed-record.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'amber-journal-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const header: JournalHeader = {
  format: JOURNAL_FORMAT,
  version: JOURNAL_VERSION,
  amber: '1.2.3',
  files: ['story.ts'],
  modules: ['0123456789abcdef'],
  transport: 'tcp',
  parameters: {},
};
const seed = (name: string) => recordWithout('story.ts', name, 'stuck', 'it loops');

describe('the journal of a sweep', () => {
  it('is read as it was written, and goes on after a line that was cut off', () => {
    const path = join(directory, 'a.jsonl');
    const first = new JournalFile(path, header, false);
    first.append(seed('1'));
    first.append(seed('2'));
    first.close();
    appendFileSync(path, '{"file":"story.ts","seed":"3","outc');
    expect(readJournal(path)).toEqual({ header, records: [seed('1'), seed('2')] });
    const second = new JournalFile(path, header, true);
    second.append(seed('4'));
    second.close();
    expect(readJournal(path).records.map((record) => record.seed)).toEqual(['1', '2', '4']);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(5);
  });

  it.each([
    ['', /no journal/],
    ['hello\n', /no journal/],
    ['{"format":"amber-trace"}\n', /no journal/],
    [`{"format":"${JOURNAL_FORMAT}","version":99}\n`, /version 99/],
    [`${JSON.stringify(header)}\nnonsense\n`, /line 2/],
    [`${JSON.stringify(header)}\n{"seed":"1"}\n`, /line 2/],
  ])('refuses what is none: %j', (text, message) => {
    const path = join(directory, 'bad.jsonl');
    writeFileSync(path, text);
    expect(() => readJournal(path)).toThrow(JournalError);
    expect(() => readJournal(path)).toThrow(message);
  });

  it('has never begun when a full disk left no more than a part of its header', () => {
    const path = join(directory, 'begun.jsonl');
    const line = JSON.stringify(header);
    for (const [text, never] of [
      ['', true],
      [line.slice(0, 5), true],
      [line.slice(0, 60), true],
      [`${line}\n`, false],
      [`${line}\n{"file"`, false],
      ['somebody else wrote this', false],
    ] as const) {
      writeFileSync(path, text);
      expect([text, neverBegan(path)]).toEqual([text, never]);
    }
  });

  it('says what two sweeps differ in', () => {
    expect(differenceOf(header, { ...header })).toBeUndefined();
    expect(differenceOf(header, { ...header, profile: 'swarm' })).toContain('profile');
    expect(differenceOf(header, { ...header, modules: ['0'] })).toContain('modules');
    const hosted = [{ node: '24.9.0', lockfile: 'yarn.lock', hash: 'beef' }, null];
    expect(differenceOf(header, { ...header, hosted })).toBe(
      'foreign code ran on nothing that was written down in one and on Node 24.9.0 and yarn.lock beef in the other',
    );
  });
});
