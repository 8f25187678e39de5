/**
 * What a killed process cannot show, for its pages survive it: that the disk was told to keep a change before anybody heard of it. The system
 * calls of `amber serve --data` show it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Wire } from '../../src/dialogue/play.ts';
import { decode, encode } from '../../src/mqtt/codec/index.ts';
import type { Packet, PacketType, ProtocolVersion } from '../../src/mqtt/codec/packet.ts';
import { socketGround } from '../../src/net/dialogue-ground.ts';
import { program, repository } from '../programs.ts';
import { Child, directory } from './stage.ts';

const bin = join(repository, 'bin', 'amber.js');
const strace = program('strace');
const CALLS = 'trace=read,recvfrom,write,writev,sendto,sendmsg,fdatasync,fsync';

interface Traced {
  readonly child: Child;
  readonly port: number;
  /** The calls so far, one a line, in the order in which they returned or began. */
  calls(): readonly string[];
}

async function traced(...args: string[]): Promise<Traced> {
  const folder = directory();
  const log = join(folder, 'calls');
  const options = ['-f', '-xx', '-s', '200', '-e', CALLS, '-o', log];
  const serve = [process.execPath, bin, 'serve', '--port', '0', '--data', join(folder, 'data'), ...args];
  const child = new Child(strace!, [...options, ...serve]);
  const [, port] = await child.prints(/^mqtt:\/\/127\.0\.0\.1:(\d+)$/m);
  // Without its tracer the server would go on: its thread number stands in front of its first call.
  const server = Number(/^\d+/.exec(readFileSync(log, 'latin1'))?.[0]);
  onTestFinished(() => void process.kill(server, 'SIGKILL'));
  return { child, port: Number(port), calls: () => readFileSync(log, 'latin1').split('\n') };
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

/** Where the bytes were first read from a socket, or written to one. */
function indexOf(calls: readonly string[], what: 'read' | 'write', bytes: Uint8Array, from = 0): number {
  const wanted = hex(bytes);
  const pattern = what === 'read' ? /\b(?:read|recvfrom)\b/ : /\b(?:write|writev|sendto|sendmsg)\(/;
  return calls.findIndex((call, at) => at >= from && pattern.test(call) && call.includes(wanted));
}

/** How often a sync of the store came to its end between two calls. */
function syncsBetween(calls: readonly string[], from: number, to: number): number {
  return calls.slice(from, to).filter((call) => /\bf(?:data)?sync\b.*= 0/.test(call)).length;
}

interface Exchange {
  readonly send: Packet;
  readonly answer: PacketType;
  /** How many syncs came between what was read and what was written. */
  syncs: number;
}

/** Sends packets one by one, waits for the answer of each, and counts the syncs in between. */
async function exchanges(server: Traced, version: ProtocolVersion, packets: Omit<Exchange, 'syncs'>[]) {
  const wire: Wire = await socketGround({ host: '127.0.0.1', port: server.port }).open('a');
  const done: (Exchange & { sent: Uint8Array; got: Uint8Array })[] = [];
  for (const { send, answer } of packets) {
    const sent = encode(send, version);
    wire.send(sent);
    const got = await wire.next(10_000_000);
    if (typeof got === 'string') throw new Error(`${answer} did not come: ${got}`);
    expect(decode(got, version).type).toBe(answer);
    done.push({ send, answer, syncs: 0, sent, got });
  }
  wire.drop();
  const calls = server.calls();
  let from = 0;
  for (const exchange of done) {
    const read = indexOf(calls, 'read', exchange.sent, from);
    const written = indexOf(calls, 'write', exchange.got, read);
    expect(read, `the ${exchange.send.type} is read`).toBeGreaterThanOrEqual(from);
    expect(written, `the ${exchange.answer} is written`).toBeGreaterThan(read);
    exchange.syncs = syncsBetween(calls, read, written);
    from = written;
  }
  return done.map(({ answer, syncs }) => ({ answer, syncs }));
}

const publish = (qos: 1 | 2, packetId: number, text: string): Packet => ({
  type: 'publish',
  topic: 'kept/here',
  payload: new TextEncoder().encode(text),
  qos,
  packetId,
  retain: true,
  dup: false,
});

const conversation = (version: ProtocolVersion): Omit<Exchange, 'syncs'>[] => [
  {
    send: {
      type: 'connect',
      protocolVersion: version,
      clientId: 'lasting',
      cleanStart: false,
      keepAlive: 60,
      ...(version === 5 ? { properties: { sessionExpiryInterval: 3_600 } } : {}),
    },
    answer: 'connack',
  },
  {
    send: { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'other', qos: 2 }] },
    answer: 'suback',
  },
  { send: publish(1, 2, 'first'), answer: 'puback' },
  { send: publish(1, 3, 'second'), answer: 'puback' },
  { send: publish(2, 4, 'third'), answer: 'pubrec' },
  { send: { type: 'pubrel', packetId: 4, ...(version === 5 ? { reasonCode: 0 } : {}) }, answer: 'pubcomp' },
  { send: { type: 'unsubscribe', packetId: 5, filters: ['other'] }, answer: 'unsuback' },
];

describe.skipIf(strace === undefined)('the system calls of a server', () => {
  it.each([4, 5] as const)(
    'show a sync of the store before every acknowledgement at durability sync, level %i',
    async (version) => {
      const result = await exchanges(await traced(), version, conversation(version));
      expect(result.map(({ answer }) => answer)).toEqual([
        ...['connack', 'suback', 'puback', 'puback', 'pubrec', 'pubcomp', 'unsuback'],
      ]);
      for (const { answer, syncs } of result) expect(syncs, `before ${answer}`).toBeGreaterThanOrEqual(1);
    },
  );

  it('show none in between at durability interval, which promises less', async () => {
    const result = await exchanges(await traced('--durability', 'interval'), 4, conversation(4));
    const acknowledged = result.filter(({ answer }) => answer !== 'connack');
    // One that happens to fall due just then proves nothing.
    expect(acknowledged.filter(({ syncs }) => syncs === 0).length).toBeGreaterThanOrEqual(4);
  });
});
