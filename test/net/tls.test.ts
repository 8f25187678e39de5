/** TLS below MQTT, both ways and both ends, with a certificate made for the test. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectAsync } from '../../src/net/index.ts';
import { program } from '../programs.ts';
import { broker, Child, directory, Watch } from './stage.ts';

const publisher = program('mosquitto_pub');

/** A certificate for localhost and 127.0.0.1 that is its own authority. */
function certificate() {
  const folder = directory();
  const paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-keyout', paths.key, '-out', paths.cert],
  ]);
  expect(made.status, `${made.error ?? made.stderr}`).toBe(0);
  return { paths, cert: readFileSync(paths.cert), key: readFileSync(paths.key) };
}

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('TLS', () => {
  const site = async () => {
    const { cert, key, paths } = certificate();
    const watch = new Watch();
    const server = await broker({ trace: watch.trace, tls: { cert, key } });
    const address = {
      mqtts: `mqtts://localhost:${server.address.port}`,
      wss: `wss://localhost:${server.ws!.port}`,
    };
    return { server, watch, address, ca: cert, paths };
  };

  it.each(['mqtts', 'wss'] as const)('carries our client and MQTT.js by %s', async (scheme) => {
    const { address, ca } = await site();
    const ours = await connectAsync(address[scheme], { ca, reconnectPeriod: 0 });
    onTestFinished(() => ours.end(true));
    const theirs = await mqtt.connectAsync(address[scheme], { ca, reconnectPeriod: 0 });
    onTestFinished(() => theirs.endAsync(true));
    await ours.subscribe('a', { qos: 2 });
    const payload = 'x'.repeat(200_000);
    const message = new Promise<string>((resolve) => ours.on('message', (_, bytes) => resolve(`${bytes}`)));
    await theirs.publishAsync('a', payload, { qos: 2 });
    expect(await message).toBe(payload);
    await ours.end();
  });

  it.each(['mqtts', 'wss'] as const)(
    'is believed by %s only when it is known, or nobody asks',
    async (scheme) => {
      const { address } = await site();
      await expect(connectAsync(address[scheme])).rejects.toMatchObject({
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      });
      const client = await connectAsync(address[scheme], { rejectUnauthorized: false });
      await client.end();
    },
  );

  it.skipIf(publisher === undefined)('carries mosquitto_pub', async () => {
    const { server, watch, paths } = await site();
    const where = ['-h', 'localhost', '-p', `${server.address.port}`, '--cafile', paths.cert];
    const child = new Child(publisher!, [...where, '-t', 'a', '-m', 'x', '-q', '1']);
    expect([await child.exited, child.err]).toEqual([0, '']);
    await watch.sent('puback');
  });

  it('has no time for who speaks something else, or nothing', async () => {
    const { cert, key } = certificate();
    const server = await broker({ tls: { cert, key }, options: { connectTimeoutMicros: 100_000 } });
    for (const { port } of [server.address, server.ws!]) {
      for (const bytes of [[0x10, 2, 0, 4], []]) {
        const socket = connect({ port, host: '127.0.0.1' });
        socket.on('error', () => {});
        socket.resume();
        socket.write(Uint8Array.from(bytes));
        await new Promise<void>((resolve) => socket.once('close', () => resolve()));
      }
    }
  });
});
