/** A trace of MQTT over WebSocket: in a file, beside another, and as a capture. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffTraces } from '../../src/trace/diff.ts';
import type { TraceEvent, TraceLevel } from '../../src/trace/event.ts';
import { TraceWriter } from '../../src/trace/jsonl.ts';
import { pcapngOf } from '../../src/trace/pcapng.ts';
import { readTrace } from '../../src/trace/reader.ts';
import { Recorder } from '../../src/trace/recorder.ts';
import { EventValidator } from '../../src/trace/validate.ts';
import { program } from '../programs.ts';
import { told } from '../scenario/told.ts';
import { bytesOf, DESCRIPTION } from './stage.ts';

/** A page over WebSocket and a sensor over TCP, through one hub. */
const conversation = (level: TraceLevel) =>
  told(
    async (sim) => {
      const hub = sim.broker('hub');
      const page = sim.client('page');
      const sensor = sim.client('sensor');
      sim.link(page, hub, { latency: '20ms', websocket: { packetsPerFrame: 3 } });
      await page.connect(hub);
      await page.subscribe('#', { qos: 2 });
      await sensor.connect(hub);
      page.publish('a', 'one', { qos: 1 });
      page.publish('b', 'x'.repeat(3_000), { qos: 1 });
      await sensor.publish('c', 'three', { qos: 2 });
      await sim.sleep('1s');
      await page.disconnect();
      await sim.quiet();
    },
    { seed: 3, level, transport: 'tcp' },
  );

describe('a trace of MQTT over WebSocket', () => {
  it('is written and read again, with the digest of the run', async () => {
    const { trace, digest } = await conversation('packets');
    let file = '';
    const recorder = new Recorder({ level: 'packets', header: DESCRIPTION });
    const writer = new TraceWriter(recorder.header, (chunk) => {
      file += chunk;
    });
    for (const event of trace) writer.event(event);
    writer.finish({ digest, verdict: 'passed' });
    const again = readTrace(bytesOf(file));
    expect(again.problems).toEqual([]);
    expect(again.list).toEqual(trace);
  });

  it('is the same at both levels, as far as both record it', async () => {
    const header = (level: TraceLevel) => new Recorder({ level, header: DESCRIPTION }).header;
    const packets = { header: header('packets'), list: (await conversation('packets')).trace };
    const full = { header: header('full'), list: (await conversation('full')).trace };
    expect(full.list.length).toBeGreaterThan(packets.list.length);
    expect(diffTraces(packets, full)).toMatchObject({ same: true });
  });

  it('must not receive what was not sent, at the wrong end, or a packet as a frame', () => {
    const sent = { i: 1, t: 0, c: 0, k: 'websocket.sent', n: 'a', conn: 'a>b#1', what: 'ping', bytes: 'iQA' };
    const received = { i: 2, t: 1, c: 1, k: 'websocket.received', n: 'b', conn: 'a>b#1', of: 1 };
    const check = (...lines: object[]): string => {
      const validator = new EventValidator();
      try {
        lines.forEach((line, index) => void validator.event(line, index + 1));
      } catch (error) {
        return (error as Error).message;
      }
      return 'fine';
    };
    expect(check(sent, received)).toBe('fine');
    expect(check(sent, { ...received, n: 'a' })).toContain('since a sent that handshake or frame');
    expect(check(sent, { ...received, conn: 'a>b#2' })).toContain('still under way on connection a>b#2');
    expect(check(sent, { ...received, k: 'packet.received' })).toContain('a packet still under way');
    expect(check(sent, received, { ...received, i: 3 })).toContain('still under way');
    expect(check({ ...sent, what: 'pang' })).toContain('field "what": expected one of request, response');
  });
});

const executable = program('tshark');
const directory = mkdtempSync(join(tmpdir(), 'amber-websocket-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe.skipIf(executable === undefined)('a capture of MQTT over WebSocket', () => {
  const file = join(directory, 'trace.pcapng');
  const script = join(directory, 'subprotocol.lua');
  let trace: readonly TraceEvent[] = [];
  beforeAll(async () => {
    ({ trace } = await conversation('packets'));
    writeFileSync(file, pcapngOf(trace));
    // Wireshark 4.0 looks a subprotocol up by its name, and has no such name for its MQTT yet.
    writeFileSync(script, 'DissectorTable.get("ws.protocol"):add("mqtt", Dissector.get("mqtt"))\n');
  });

  function tshark(...options: string[]): string[] {
    const run = spawnSync(executable!, ['-X', `lua_script:${script}`, '-r', file, ...options], {
      encoding: 'utf8',
    });
    if (run.error !== undefined) throw run.error;
    if (run.status !== 0) throw new Error(`tshark failed: ${run.stderr}`);
    return run.stdout.split('\n').filter((line) => line !== '');
  }

  it('opens in tshark as HTTP, WebSocket and MQTT, with nothing malformed', () => {
    expect(tshark('-Y', '_ws.malformed || _ws.expert.severity == error')).toEqual([]);
    const http = tshark('-Y', 'http', '-T', 'fields', '-e', 'http.request.uri', '-e', 'http.response.code');
    expect(http.map((line) => line.trim())).toEqual(['/mqtt', '101']);
    const opcodes = tshark('-Y', 'websocket', '-T', 'fields', '-e', 'websocket.opcode');
    const sent = trace.flatMap((event) => (event.k === 'websocket.sent' ? [event.what] : []));
    expect(sent.slice(0, 2)).toEqual(['request', 'response']);
    const names: Readonly<Record<string, string>> = { 2: 'binary', 8: 'close' };
    expect(opcodes.flatMap((line) => line.split(',')).map((opcode) => names[opcode])).toEqual(sent.slice(2));
  });

  it('has every packet of the trace in its frames, two of them in one', () => {
    const types = tshark('-Y', 'mqtt && websocket', '-T', 'fields', '-e', 'mqtt.msgtype');
    const packets = trace.flatMap((event) =>
      event.k === 'packet.sent' && event.conn === 'page>hub#1' ? [String(event.bytes[0]! >> 4)] : [],
    );
    expect(types.flatMap((line) => line.split(','))).toEqual(packets);
    expect(types.some((line) => line.includes(','))).toBe(true);
    const [payload] = tshark(
      '-Y',
      'mqtt.topic == "b" && tcp.dstport == 80',
      '-T',
      'fields',
      '-e',
      'mqtt.msg',
    );
    expect(payload).toContain('78'.repeat(3_000));
  });

  it('has right sequence numbers and checksums', () => {
    const wrong = 'tcp.checksum.status == "Bad" || tcp.analysis.flags';
    expect(tshark('-o', 'tcp.check_checksum:TRUE', '-Y', wrong)).toEqual([]);
  });
});
