import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pcapngOf } from '../../src/trace/pcapng.ts';
import { program } from '../programs.ts';
import { conversation } from './conversation.ts';
import { bytesOf, publish, type Stage } from './stage.ts';

const directory = mkdtempSync(join(tmpdir(), 'amber-pcapng-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const executable = program('tshark');

function tshark(file: string, ...options: string[]): string[] {
  const run = spawnSync(executable!, ['-r', file, '-d', 'tcp.port==1883,mqtt', ...options], {
    encoding: 'utf8',
  });
  if (run.error !== undefined) throw run.error;
  if (run.status !== 0) throw new Error(`tshark failed: ${run.stderr}`);
  return run.stdout.split('\n').filter((line) => line !== '');
}

/** Several connections at once: 3.1.1 and 5.0, a packet of many segments, several packets at one time, every way to end. */
function capture(): Stage {
  const stage = conversation();
  const hub = 'hub';
  const many = stage.client('many');
  const old = stage.connect(many, hub, { will: { topic: 'w', payload: 'gone', qos: 2 } });
  const modern = stage.connect(stage.client('modern'), hub, { v: 5, sessionExpiry: 60 });
  stage.pace = 0;
  for (let packetId = 1; packetId <= 5; packetId++) {
    stage.pass(old, many, publish('burst', `${packetId}`, 2, packetId));
    stage.pass(modern, hub, publish('burst', `${packetId}`, 1, packetId));
  }
  stage.pace = 3_600_000_000;
  stage.pass(old, many, publish('large', 'x'.repeat(5000), 1, 6));
  stage.pass(modern, 'modern', {
    type: 'publish',
    topic: 'props',
    payload: bytesOf('p'),
    qos: 0,
    retain: false,
    dup: false,
    properties: { contentType: 'text/plain', userProperties: [['a', 'b']], correlationData: bytesOf('1') },
  });
  stage.pass(old, many, { type: 'pubrel', packetId: 1 });
  stage.pass(old, many, { type: 'disconnect' });
  stage.pass(modern, hub, { type: 'disconnect', reasonCode: 0x8b });
  stage.end(old, { dialler: 'closed', listener: 'finished' });
  stage.end(modern, { dialler: 'finished', listener: 'closed' });
  const refused = stage.recorder;
  refused.emit({ k: 'conn.dialled', n: many, conn: 'many>hub#2', from: many, to: hub });
  refused.emit({ k: 'conn.ended', n: many, conn: 'many>hub#2', end: 'refused' });
  return stage;
}

describe.skipIf(executable === undefined)('a capture', () => {
  const stage = capture();
  const file = join(directory, 'trace.pcapng');
  beforeAll(() => {
    writeFileSync(file, pcapngOf(stage.events));
  });

  it('opens in tshark with every packet of the trace and none malformed', () => {
    expect(tshark(file, '-Y', '_ws.malformed || _ws.expert.severity == error')).toEqual([]);
    const types = tshark(file, '-Y', 'mqtt', '-T', 'fields', '-e', 'mqtt.msgtype').flatMap((line) =>
      line.split(','),
    );
    const sent = stage.events.flatMap((event) =>
      event.k === 'packet.sent' ? [String(event.bytes[0]! >> 4)] : [],
    );
    expect(types).toEqual(sent);
  });

  it('has right sequence numbers, acknowledgements and checksums', () => {
    const options = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
    const wrong = 'tcp.checksum.status == "Bad" || ip.checksum.status == "Bad" || tcp.analysis.flags';
    expect(tshark(file, ...options, '-Y', wrong, '-T', 'fields', '-e', '_ws.col.info')).toEqual([]);
    expect(tshark(file, ...options, '-Y', 'tcp.checksum.status == "Good"').length).toBeGreaterThan(40);
  });

  it('keeps direction, connection and time, also hours after the beginning', () => {
    const rows = tshark(
      file,
      ...['-Y', 'mqtt.topic == "large"', '-T', 'fields'],
      ...['-e', 'tcp.dstport', '-e', 'frame.time_epoch', '-e', 'mqtt.msg', '-e', 'tcp.stream'],
    );
    const sent = stage.events.find(({ k, t }) => k === 'packet.sent' && t > 3_600_000_000)!;
    expect(rows).toHaveLength(1);
    const [port, time, payload, stream] = rows[0]!.split('\t');
    expect([port, stream]).toEqual(['1883', '2']);
    expect(Math.round(Number(time) * 1e6)).toBe(sent.t);
    expect(payload).toBe('78'.repeat(5000));
    const down = tshark(file, '-Y', 'mqtt.msgtype == 2', '-T', 'fields', '-e', 'tcp.srcport');
    expect(new Set(down)).toEqual(new Set(['1883']));
  });

  it('shows how connections end: FIN when closed, RST when crashed or refused', () => {
    const ends = (filter: string): string[] =>
      tshark(file, '-Y', filter, '-T', 'fields', '-e', 'tcp.stream', '-e', 'tcp.srcport');
    expect(ends('tcp.flags.fin == 1').map((line) => line.split('\t')[0])).toEqual(['2', '3']);
    expect(ends('tcp.flags.reset == 1')).toEqual(['0\t1883', '1\t1883', '4\t1883']);
  });
});
