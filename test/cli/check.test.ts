/** The judge over saved traces, by the real command. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnownBugs } from '../../src/check/index.ts';
import { readTraceFile, TraceFile } from '../../src/host/trace-file.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { repository } from '../programs.ts';
import { Commands } from './command.ts';

let directory: string;
let commands: Commands;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'amber-check-'));
  commands = new Commands(directory);
  await amber('run', join(repository, 'sims', 'flapping-uplink.ts'), '--seed', '7', '--trace', 'good.gz');
});
afterAll(() => {
  commands.end();
  rmSync(directory, { recursive: true, force: true });
});

const amber = (...args: string[]) => commands.run(args);

/** The same trace with one event changed. */
function forge(name: string, change: (event: TraceEvent) => TraceEvent, known?: KnownBugs): void {
  const { header, list, footer } = readTraceFile(join(directory, 'good.gz'));
  const file = new TraceFile(join(directory, name), known === undefined ? header : { ...header, known });
  for (const event of list) file.listener(change(event));
  file.finish({ digest: footer!.digest, verdict: 'passed' });
}

describe('amber check', () => {
  it('finds every promise kept in a trace of a run that kept them', async () => {
    const { code, out } = await amber('check', 'good.gz');
    expect(code).toBe(0);
    expect(out).toMatch(/^held +\d+ rules held: .*delivery\.exactly-once 100x/m);
    expect(out).toMatch(/^not seen +\d+ rules never reached: .*will\.due/m);
    expect(out).toMatch(/^verdict +no promise broken$/m);
  });

  it('sets aside what the story knew to be broken, and says what it knew', async () => {
    let sent = 0;
    const again = (event: TraceEvent): TraceEvent => {
      const isPublish = event.k === 'packet.sent' && event.n === 'hub' && event.bytes[0]! >> 4 === 3;
      if (!isPublish || ++sent > 1) return event;
      // DUP for the first time that it is sent.
      return { ...event, bytes: Uint8Array.of(event.bytes[0]! | 0b1000, ...event.bytes.subarray(1)) };
    };
    forge('unknown.gz', again);
    expect((await amber('check', 'unknown.gz')).code).toBe(1);
    sent = 0;
    forge('known.gz', again, { 'delivery.dup-flag': 'hub #14' });
    const { code, out } = await amber('check', 'known.gz');
    expect(out).toMatch(/^ +delivery\.dup-flag excused 1x: it is known: hub #14$/m);
    expect(code).toBe(0);
  });

  it('says that the script failed by what it asserts, which is no promise of MQTT', async () => {
    forge('asserted.gz', (event) =>
      event.k === 'assert' && event.assertion === 'always'
        ? { ...event, holds: false, place: 'story.ts:33' }
        : event,
    );
    const { code, out } = await amber('check', 'asserted.gz');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^script +its assertions failed once, at [\d:.]+: always fails: .* \(story\.ts:33\)$/m,
    );
    expect(out).toMatch(/^verdict +no promise broken$/m);
  });

  it('finds the packet that breaks one, whatever the run said of itself', async () => {
    let changed = 0;
    forge('dup.gz', (event) => {
      const isDelivery = event.k === 'packet.sent' && event.n === 'hub' && event.bytes[0]! >> 4 === 3;
      if (!isDelivery || (event.bytes[0]! & 0x08) !== 0 || changed++ > 0) return event;
      const bytes = event.bytes.slice();
      bytes[0]! |= 0x08;
      return { ...event, bytes };
    });
    const { code, out } = await amber('check', 'dup.gz');
    expect(code).toBe(1);
    expect(out).toMatch(/^broken +1 rule broken: delivery\.dup-flag 1 of \d+x/m);
    expect(out).toMatch(/^verdict +1 promise broken$/m);
    const report = JSON.parse((await amber('check', 'dup.gz', '--json')).out);
    expect(report).toMatchObject({
      vantage: 'both-ends',
      broken: 1,
      violations: [{ rule: 'delivery.dup-flag' }],
    });
  });

  it('says of a trace from elsewhere which rules cannot be seen from there', async () => {
    const { header, list, footer } = readTraceFile(join(directory, 'good.gz'));
    const file = new TraceFile(join(directory, 'wire.gz'), { ...header, vantage: 'wire' });
    for (const event of list) file.listener(event);
    file.finish({ digest: footer!.digest, verdict: 'passed' });
    const { code, out } = await amber('check', 'wire.gz');
    expect(code).toBe(0);
    expect(out).toMatch(/^not seen +\d+ rules not observable: /m);
  });

  it('refuses what is no trace with one line', async () => {
    writeFileSync(join(directory, 'no.gz'), 'hello');
    mkdirSync(join(directory, 'traces'));
    for (const [path, code] of [
      ['no.gz', 5],
      ['traces', 2],
      ['nowhere.gz', 2],
    ] as const) {
      const ended = await amber('check', path);
      expect([ended.code, ended.out, ended.err.split('\n').length]).toEqual([code, '', 2]);
      expect(ended.err).toContain(path);
    }
  });
});
