/** `amber import` by the real command: a trace that can be judged, or one line and nothing else. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTraceFile } from '../../src/host/trace-file.ts';
import { pcapngOf } from '../../src/trace/pcapng.ts';
import { repository } from '../programs.ts';
import { Commands } from './command.ts';

let directory: string;
let commands: Commands;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'amber-import-'));
  commands = new Commands(directory);
  await amber('run', join(repository, 'sims', 'flapping-uplink.ts'), '--seed', '7', '--trace', 'run.gz');
  writeFileSync(join(directory, 'field.pcapng'), pcapngOf(readTraceFile(join(directory, 'run.gz')).list));
});
afterAll(() => {
  commands.end();
  rmSync(directory, { recursive: true, force: true });
});

const amber = (...args: string[]) => commands.run(args);

describe('amber import', () => {
  it('makes a trace that amber check judges by what a wire shows', async () => {
    const { code, out } = await amber('import', 'field.pcapng');
    expect([code, out.match(/^mqtt +(.*)$/m)?.[1]]).toEqual([
      0,
      expect.stringMatching(/^\d+ packets on \d+ connections$/),
    ]);
    const trace = readTraceFile(join(directory, 'field.amber.jsonl.gz'));
    expect(trace.problems).toEqual([]);
    expect(trace.header).toMatchObject({
      scenario: 'amber import',
      vantage: 'wire',
      parameters: { from: 'field.pcapng' },
    });
    const checked = await amber('check', 'field.amber.jsonl.gz');
    expect(checked.out).toMatch(/^held +\d+ rules held: .*delivery\.exactly-once/m);
    expect(checked.out).toMatch(/^not seen +\d+ rules not observable: .*delivery\.phantom/m);
    expect([checked.code, checked.out.match(/^verdict +(.*)$/m)?.[1]]).toEqual([0, 'no promise broken']);
  });

  it('makes the same trace of the same capture', async () => {
    await amber('import', 'field.pcapng', '--trace', 'again.gz');
    expect((await amber('diff', 'field.amber.jsonl.gz', 'again.gz')).code).toBe(0);
  });

  it.each([
    ['a capture that is none', 'hello, this is no capture', [], 'is no capture'],
    ['an empty file', '', [], 'is no capture'],
    ['a capture that is cut off', undefined, [], 'is cut off'],
    ['a port where nothing is', 'whole', ['--port', '9'], 'no connection to port 9'],
    ['a port that is none', 'whole', ['--port', '70000'], '--port'],
  ])(
    'refuses %s with one line and exit code 2, and leaves no file',
    async (_what, content, options, said) => {
      const whole = pcapngOf(readTraceFile(join(directory, 'run.gz')).list);
      const bytes = content === undefined ? whole.subarray(0, 5003) : content === 'whole' ? whole : content;
      writeFileSync(join(directory, 'bad.pcapng'), bytes);
      const before = readdirSync(directory).sort();
      const { code, out, err } = await amber('import', 'bad.pcapng', ...options);
      expect([code, out, err.split('\n').length]).toEqual([2, '', 2]);
      expect(err).toContain(said);
      expect(readdirSync(directory).sort()).toEqual(before);
    },
  );

  it('says that there is no such file', async () => {
    const { code, err } = await amber('import', 'nowhere.pcap');
    expect([code, err]).toEqual([2, expect.stringContaining('there is no file nowhere.pcap')]);
  });
});
