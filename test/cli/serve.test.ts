/** `amber serve` as a process: addresses, signals, files, and what survives its death. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import mqtt, { type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readTraceFile } from '../../src/host/trace-file.ts';
import { Child, directory } from '../net/stage.ts';
import { repository } from '../programs.ts';

const bin = join(repository, 'bin', 'amber.js');

/** A server, once it says where it listens. */
async function serve(...args: string[]): Promise<{ child: Child; port: number }> {
  const child = new Child(process.execPath, [bin, 'serve', '--port', '0', ...args]);
  const [, port] = await child.prints(/^mqtt:\/\/127\.0\.0\.1:(\d+)$/m);
  return { child, port: Number(port) };
}

function connected(port: number, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  return mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...options });
}

describe('amber serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, and leaves a whole trace', async (signal) => {
    const trace = join(directory(), 'real.amber.jsonl.gz');
    const { child, port } = await serve('--trace', trace, '--ws-port', '0');
    await child.prints(/^ws:\/\/127\.0\.0\.1:\d+$/m);
    const client = await connected(port, { clientId: 'sensor' });
    await client.subscribeAsync('a', { qos: 2 });
    await client.publishAsync('a', 'x', { qos: 2 });
    child.process.kill(signal);
    expect([await child.exited, child.err]).toEqual([0, '']);
    const read = readTraceFile(trace);
    expect(read.problems).toEqual([]);
    expect(read.header).toMatchObject({ scenario: 'amber serve', vantage: 'broker' });
    const packets = read.list.flatMap((event) =>
      event.k === 'packet.sent' ? [`${event.n} ${event.bytes[0]! >> 4}`] : [],
    );
    expect(packets.slice(0, 6)).toEqual([
      'sensor 1',
      'broker 2',
      'sensor 8',
      'broker 9',
      'sensor 3',
      'broker 3',
    ]);
    const same = spawnSync(process.execPath, [bin, 'diff', trace, trace], { encoding: 'utf8' });
    expect([same.status, same.stdout]).toEqual([0, expect.stringMatching(/^same /)]);
  });

  it('says in one line that its port is in use', async () => {
    const { port } = await serve();
    const second = new Child(process.execPath, [bin, 'serve', '--port', `${port}`]);
    expect(await second.exited).toBe(5);
    expect(second.err).toBe(`amber: port ${port} of 127.0.0.1 is in use: choose another with --port\n`);
  });

  it('says in one line that its directory is in use, or is no store', async () => {
    const data = directory();
    await serve('--data', data);
    const second = new Child(process.execPath, [bin, 'serve', '--port', '0', '--data', data]);
    expect(await second.exited).toBe(5);
    expect(second.err).toBe(`amber: ${data} is in use by another process\n`);
    const third = new Child(process.execPath, [bin, 'serve', '--port', '0', '--data', bin]);
    expect(await third.exited).toBe(5);
    expect(third.err).toMatch(/^amber: .* cannot be opened as a store: .*\n$/);
  });

  it('shows the traffic in a page that has all that the file has', async () => {
    const trace = join(directory(), 'real.amber.jsonl.gz');
    const { child, port } = await serve('--trace', trace, '--view');
    const [url] = await child.prints(/^http:\/\/127\.0\.0\.1:\d+\/\?trace=.*$/m);
    expect(await (await fetch(url!)).text()).toContain('<amber-trace');
    const client = await connected(port, { clientId: 'sensor' });
    await client.publishAsync('a', 'x', { qos: 2 });
    const live = await fetch(new URL(new URL(url!).searchParams.get('trace')!, url));
    child.process.kill('SIGTERM');
    const watched = Buffer.from(await live.arrayBuffer());
    expect([await child.exited, child.err]).toEqual([0, '']);
    expect(gunzipSync(readFileSync(trace)).equals(watched)).toBe(true);
  });

  it('says in one line that the port of the page is in use, and leaves no file', async () => {
    const folder = directory();
    const { port } = await serve();
    const options = ['--view', '--view-port', `${port}`, '--trace', join(folder, 'real.amber.jsonl.gz')];
    const second = new Child(process.execPath, [bin, 'serve', '--port', '0', ...options]);
    expect(await second.exited).toBe(5);
    expect(second.err).toBe(`amber: port ${port} is in use: choose another, or leave --view-port out\n`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says what an address that others can reach means', async () => {
    const child = new Child(process.execPath, [bin, 'serve', '--port', '0', '--host', '0.0.0.0']);
    await child.prints(/nobody is asked for a password/);
    child.process.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });

  it('asks for passwords and keeps to an ACL when it has the files', async () => {
    const folder = directory();
    const passwords = join(folder, 'passwords');
    const acl = join(folder, 'acl');
    const salt = Buffer.from('salt');
    const hash = createHash('sha512').update('secret').update(salt).digest('base64');
    writeFileSync(passwords, `ann:$6$${salt.toString('base64')}$${hash}\n`);
    writeFileSync(acl, 'user ann\ntopic readwrite own/#\n');
    const { child, port } = await serve('--password-file', passwords, '--acl', acl, '--host', '127.0.0.1');
    await expect(connected(port)).rejects.toMatchObject({ code: 5 });
    await expect(connected(port, { username: 'ann', password: 'guess' })).rejects.toMatchObject({ code: 4 });
    const client = await connected(port, { username: 'ann', password: 'secret' });
    expect(await client.subscribeAsync('own/x', { qos: 1 })).toMatchObject([{ qos: 1 }]);
    await expect(client.subscribeAsync('#')).rejects.toThrow();
    await client.endAsync();
    child.process.kill('SIGTERM');
    expect([await child.exited, child.err]).toEqual([0, '']);
    writeFileSync(acl, 'user ann\ntopik own/#\n');
    const wrong = new Child(process.execPath, [bin, 'serve', '--port', '0', '--acl', acl]);
    expect(await wrong.exited).toBe(2);
    expect(wrong.err).toBe(`amber: ${acl}, line 2: 'topik' is not user, topic or pattern\n`);
  });

  it.each([
    ['--port', 'mqtt', '--port is'],
    ['--maximum-qos', '3', '--maximum-qos is'],
    ['--session-expiry', '90', '--session-expiry'],
    ['--max-queue', '-1', '--max-queue'],
    ['--view-port', '1', '--view-port is for --view'],
    ['--durability', 'sync', '--durability says how safe --data is'],
  ])('refuses %s %s', async (option, value, said) => {
    const child = new Child(process.execPath, [bin, 'serve', `${option}=${value}`]);
    expect(await child.exited).toBe(2);
    expect(child.err).toContain(said);
  });

  it('keeps sessions and messages in its directory', async () => {
    const data = directory();
    const first = await serve('--data', data);
    const lasting = { clientId: 'lasting', clean: false };
    const before = await connected(first.port, lasting);
    await before.subscribeAsync('queue', { qos: 2 });
    await before.endAsync();
    const client = await connected(first.port);
    await client.publishAsync('queue', 'waits', { qos: 2 });
    await client.publishAsync('kept', 'value', { qos: 1, retain: true });
    first.child.process.kill('SIGTERM');
    expect(await first.child.exited).toBe(0);
    const second = await serve('--data', data);
    const seen: string[] = [];
    const after = mqtt.connect(`mqtt://127.0.0.1:${second.port}`, { ...lasting, reconnectPeriod: 0 });
    onTestFinished(() => after.endAsync(true));
    const three = new Promise<void>((resolve) => {
      after.on('message', (topic, payload) => {
        seen.push(`${topic} ${payload}`);
        if (seen.length === 2) resolve();
      });
    });
    after.subscribe('kept', { qos: 1 });
    await three;
    expect(seen.sort()).toEqual(['kept value', 'queue waits']);
  });
});
