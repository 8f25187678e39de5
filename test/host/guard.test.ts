/** What is real and cannot be virtual ends the run, with the name of the call and of the node, whatever the code makes of the error. */
import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import { Worker } from 'node:worker_threads';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';

const NOWHERE = '/dev/null/nowhere';

const calls: readonly [string, () => unknown][] = [
  ['new Worker', () => new Worker('x', { eval: true })],
  ['new MessageChannel', () => new MessageChannel()],
  ['child_process.spawn', () => childProcess.spawn('true')],
  ['child_process.execFileSync', () => childProcess.execFileSync('true')],
  ['child_process.fork', () => childProcess.fork(NOWHERE)],
  ['fs.writeFileSync', () => fs.writeFileSync(NOWHERE, '')],
  ['fs.appendFileSync', () => fs.appendFileSync(NOWHERE, '')],
  ['fs.mkdirSync', () => fs.mkdirSync(NOWHERE)],
  ['fs.createWriteStream', () => fs.createWriteStream(NOWHERE)],
  ['fs.promises.writeFile', () => fs.promises.writeFile(NOWHERE, '')],
  ['fs.readFile', () => fs.readFile(NOWHERE, () => {})],
  ['fs.watch', () => fs.watch(NOWHERE)],
  ['AbortSignal.timeout', () => AbortSignal.timeout(1)],
  ['fetch', () => fetch('http://hub/')],
  ['dgram.createSocket', () => dgram.createSocket('udp4')],
  ['dns.resolve4', () => dns.resolve4('hub', () => {})],
  ['dns.promises.resolve', () => dns.promises.resolve('hub')],
  ['net.connect({ path })', () => net.connect({ path: NOWHERE })],
  ['net.Server.listen', () => net.createServer().listen(NOWHERE)],
  ['tls.connect({ socket })', () => tls.connect({ socket: new net.Socket() })],
  ['new tls.TLSSocket', () => new tls.TLSSocket(new net.Socket())],
  ['http2.connect', () => http2.connect('http://hub')],
  ['zlib.gzip', () => zlib.gzip('x', () => {})],
  ['crypto.pbkdf2', () => crypto.pbkdf2('x', 'y', 1, 1, 'sha1', () => {})],
  ['crypto.generateKeyPairSync', () => crypto.generateKeyPairSync('ed25519')],
  ['crypto.subtle.digest', () => crypto.subtle.digest('SHA-256', new Uint8Array(1))],
  ['process.exit', () => process.exit(1)],
  ['process.kill', () => process.kill(process.pid, 0)],
  ['process.memoryUsage', () => process.memoryUsage()],
  [
    'process.setUncaughtExceptionCaptureCallback',
    () => process.setUncaughtExceptionCaptureCallback(() => {}),
  ],
];

/** The message that the run ends with, when one of two nodes does this while it boots or later. */
async function refusal(act: () => unknown, when: 'boots' | 'has booted'): Promise<string | undefined> {
  const careless = (): void => {
    try {
      void act();
    } catch {
      // As careless code does.
    }
  };
  const { error } = await runHosted(
    scenario('guard', async (sim) => {
      await sim.host('other').boot(() => {});
      const app = sim.host('app');
      await app.boot(() => {
        if (when === 'boots') careless();
      });
      if (when === 'has booted') await app.do(careless);
      await sim.sleep('1s');
    }),
    { level: 'digest' },
  );
  return error?.message;
}

describe('hosted code', () => {
  it.each(calls)('is refused %s, while it boots and later', async (call, act) => {
    for (const when of ['boots', 'has booted'] as const)
      expect(await refusal(act, when)).toContain(`app: ${call}() is not available to hosted code: `);
  });

  it('may read files with the synchronous functions while it boots, and no longer', async () => {
    const reads = () => fs.closeSync(fs.openSync(new URL(import.meta.url), 'r'));
    expect(await refusal(reads, 'boots')).toBeUndefined();
    expect(await refusal(reads, 'has booted')).toMatch(
      /^app: fs\.openSync\(\) is not available to hosted code: /,
    );
    expect(await refusal(() => fs.openSync(NOWHERE, 'w'), 'boots')).toMatch(/^app: fs\.openSync\(\) is not/);
  });
});
