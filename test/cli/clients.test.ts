/** `amber pub`, `amber sub` and `amber tap` as processes, against our own server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import { readTraceFile } from '../../src/host/trace-file.ts';
import { broker, Child, directory, Raw, Watch } from '../net/stage.ts';
import { repository } from '../programs.ts';

const bin = join(repository, 'bin', 'amber.js');
const amber = (...args: string[]) => new Child(process.execPath, [bin, ...args]);

/** A server that is watched, and the options that say where it is. */
async function site() {
  const watch = new Watch();
  const { port } = (await broker({ trace: watch.trace })).address;
  return { watch, port, where: ['-h', '127.0.0.1', '-p', `${port}`] };
}

async function pub(...args: string[]): Promise<void> {
  const child = amber('pub', ...args);
  expect([await child.exited, child.out, child.err]).toEqual([0, '', '']);
}

describe('amber pub and amber sub', () => {
  it.each(['0', '1', '2'])('pass on a message of QoS %s', async (qos) => {
    const { watch, where } = await site();
    const child = amber('sub', ...where, '-t', 'a/#', '-t', 'b', '-q', qos, '-C', '2', '-v');
    await watch.sent('suback');
    await pub(...where, '-t', 'a/b', '-m', 'Grüße', '-q', qos);
    await pub(...where, '-t', 'b', '-n', '-q', qos);
    expect([await child.exited, child.out, child.err]).toEqual([0, 'a/b Grüße\nb \n', '']);
  });

  it('publish a file as it is, and retain it', async () => {
    const { where } = await site();
    const path = join(directory(), 'payload');
    writeFileSync(path, Uint8Array.of(0, 255, 10, 128));
    await pub(...where, '-t', 'bytes', '-f', path, '-r');
    const child = amber('sub', ...where, '-t', 'bytes', '-C', '1');
    const chunks: Buffer[] = [];
    child.process.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect(await child.exited).toBe(0);
    expect([...Buffer.concat(chunks)]).toEqual([0, 255, 10, 128, 10]);
  });

  it('come back to a session, and leave a will', async () => {
    const { watch, where } = await site();
    const session = ['-c', '-i', 'worker', '-t', 'queue', '-q', '1'];
    const first = amber('sub', ...where, ...session, '--will-topic', 'wills', '--will-payload', 'killed');
    await watch.sent('suback');
    const wills = amber('sub', ...where, '-t', 'wills', '-C', '1');
    await watch.sent('suback', 2);
    first.process.kill('SIGKILL');
    expect([await wills.exited, wills.out]).toEqual([0, 'killed\n']);
    await pub(...where, '-t', 'queue', '-m', 'waits', '-q', '1');
    const second = amber('sub', ...where, ...session, '-C', '1');
    expect([await second.exited, second.out]).toEqual([0, 'waits\n']);
  });

  it('say in one line what is wrong', async () => {
    const { port, where } = await site();
    const late = amber('sub', ...where, '-t', 'a', '-C', '1', '-W', '1');
    expect([await late.exited, late.err]).toEqual([5, 'amber: 0 of 1 messages came within 1 s\n']);
    const quiet = amber('sub', ...where, '-t', 'a', '-W', '1');
    expect(await quiet.exited).toBe(0);
    const wrong = amber('pub', ...where, '-t', 'a/#', '-m', 'x');
    expect(await wrong.exited).toBe(2);
    expect(wrong.err).toMatch(/^amber: mqtt:.*\n$/);
    const twice = amber('pub', ...where, '-t', 'a', '-m', 'x', '-n');
    expect([await twice.exited, twice.err]).toEqual([
      2,
      'amber: say the message once: --message, --file or --null-message\n',
    ]);
    const nobody = amber('pub', '-p', '1', '-t', 'a', '-m', 'x');
    expect(await nobody.exited).toBe(5);
    expect(nobody.err).toMatch(/^amber: .*ECONNREFUSED.*\n$/);
    expect(port).toBeGreaterThan(0);
  });
});

describe('amber tap', () => {
  it('passes on what real clients say, and leaves a whole trace of it', async () => {
    const { port } = await site();
    const trace = join(directory(), 'tap.amber.jsonl.gz');
    const child = amber('tap', '--listen', '0', '--to', `127.0.0.1:${port}`, '--trace', trace);
    const [, listens] = await child.prints(/^mqtt:\/\/127\.0\.0\.1:(\d+)$/m);
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${listens}`, {
      clientId: 'field',
      reconnectPeriod: 0,
    });
    await client.subscribeAsync('a', { qos: 1 });
    await client.publishAsync('a', 'x'.repeat(100_000), { qos: 1 });
    await client.endAsync();
    const raw = new Raw(Number(listens));
    raw.send([0x47, 0xff, 0xff, 0xff, 0xff, 0xff]);
    await raw.ended;
    child.process.kill('SIGTERM');
    expect([await child.exited, child.err]).toEqual([0, '']);
    const read = readTraceFile(trace);
    expect(read.problems).toEqual([]);
    expect(read.header).toMatchObject({ scenario: 'amber tap', vantage: 'wire' });
    const packets = read.list.flatMap((event) =>
      event.k === 'packet.sent' ? [`${event.n.replace(/^127.*/, 'somebody')} ${event.bytes[0]! >> 4}`] : [],
    );
    expect(packets.sort()).toEqual([
      'broker 2',
      'broker 3',
      'broker 4',
      'broker 9',
      'field 1',
      'field 14',
      'field 3',
      'field 4',
      'field 8',
      'somebody 4',
    ]);
    expect(read.list.some((event) => event.k === 'packet.sent' && event.malformed !== undefined)).toBe(true);
  });

  it('resets the client when the broker is not there', async () => {
    const trace = join(directory(), 'tap.amber.jsonl.gz');
    const child = amber('tap', '--listen', '0', '--to', '127.0.0.1:1', '--trace', trace);
    const [, listens] = await child.prints(/^mqtt:\/\/127\.0\.0\.1:(\d+)$/m);
    expect(await new Raw(Number(listens)).ended).toBe('reset');
    child.process.kill('SIGINT');
    expect(await child.exited).toBe(0);
  });
});
