import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GzipError, readTraceFile, TraceFile } from '../../src/host/trace-file.ts';
import { digestOf, type TraceEvent, type TraceHeader } from '../../src/trace/index.ts';

const header: TraceHeader = {
  format: 'amber-trace',
  version: 1,
  amber: '0.0.0',
  scenario: 'A test',
  seed: '1',
  parameters: {},
  level: 'packets',
  vantage: 'both-ends',
};
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'amber-trace-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** More than one piece of compression, of text that hardly compresses. */
function events(): TraceEvent[] {
  const list: TraceEvent[] = [];
  let state = 1;
  for (let i = 1; i <= 4000; i++) {
    let text = '';
    for (let n = 0; n < 60; n++) {
      state = Math.imul(state, 1103515245) + 12345;
      text += (state >>> 8).toString(36);
    }
    list.push({ i, t: i, c: 0, k: 'note', n: '', text });
  }
  return list;
}

describe('a trace file', () => {
  it('is one gzip stream that gives back what was written, in a folder made for it', () => {
    const path = join(directory, 'sub', 'a.amber.jsonl.gz');
    const written = events();
    const file = new TraceFile(path, header);
    for (const event of written) file.listener(event);
    file.finish({ digest: digestOf(written), verdict: 'passed' });
    expect(gunzipSync(readFileSync(path)).length).toBeGreaterThan(1 << 20);
    const trace = readTraceFile(path);
    expect(trace.problems).toEqual([]);
    expect(trace.list).toEqual(written);
  });

  it('is not at its place before it is whole, and leaves nothing when it is abandoned', () => {
    const path = join(directory, 'a.gz');
    const file = new TraceFile(path, header);
    for (const event of events()) file.listener(event);
    expect(readdirSync(directory)).not.toContain('a.gz');
    file.abandon();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('can be read uncompressed, and says when its compression is damaged', () => {
    const path = join(directory, 'a.gz');
    const file = new TraceFile(path, header);
    file.finish({ digest: digestOf([]), verdict: 'passed' });
    const bytes = readFileSync(path);
    writeFileSync(join(directory, 'a.jsonl'), gunzipSync(bytes));
    expect(readTraceFile(join(directory, 'a.jsonl')).problems).toEqual([]);
    bytes[12] = 0xff;
    writeFileSync(path, bytes);
    expect(() => readTraceFile(path)).toThrow(GzipError);
  });
});
