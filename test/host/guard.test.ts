/** What is real and cannot be virtual ends the run, with the name of the call and of the node, whatever the code makes of the error. */
import childProcess from 'node:child_process';
import cluster from 'node:cluster';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import inspector from 'node:inspector';
import net from 'node:net';
import os from 'node:os';
import perfHooks from 'node:perf_hooks';
import timers from 'node:timers';
import tls from 'node:tls';
import { promisify } from 'node:util';
import v8 from 'node:v8';
import vm from 'node:vm';
import { Worker, MessageChannel as WorkersChannel } from 'node:worker_threads';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';

const NOWHERE = '/dev/null/nowhere';
const TEXT = Buffer.from('text');
const { privateKey: EC } = crypto.generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const { privateKey: RSA } = crypto.generateKeyPairSync('rsa', { modulusLength: 1_024 });
const { privateKey: ED } = crypto.generateKeyPairSync('ed25519');

/** What the types of Node 20 do not have. */
type Newer = Record<
  'availableMemory' | 'loadEnvFile' | 'waitAsync' | 'enroll' | 'spawn',
  (...args: unknown[]) => unknown
>;

const calls: readonly [string, () => unknown][] = [
  ['new Worker', () => new Worker('x', { eval: true })],
  ['new MessageChannel', () => new MessageChannel()],
  ['child_process.spawn', () => childProcess.spawn('true')],
  ['child_process.execFileSync', () => childProcess.execFileSync('true')],
  ['child_process.exec', () => promisify(childProcess.exec)('true')],
  ['child_process.execFile', () => promisify(childProcess.execFile)('true')],
  [
    'child_process.ChildProcess.spawn',
    () =>
      Reflect.apply(
        (childProcess.ChildProcess.prototype as unknown as Newer).spawn,
        new childProcess.ChildProcess(),
        [{ file: 'true' }],
      ),
  ],
  ['cluster.fork', () => cluster.fork()],
  ['child_process.fork', () => childProcess.fork(NOWHERE)],
  ['fs.writeFileSync', () => fs.writeFileSync(NOWHERE, '')],
  ['fs.appendFileSync', () => fs.appendFileSync(NOWHERE, '')],
  ['fs.mkdirSync', () => fs.mkdirSync(NOWHERE)],
  ['fs.createWriteStream', () => fs.createWriteStream(NOWHERE)],
  ['fs.promises.writeFile', () => fs.promises.writeFile(NOWHERE, '')],
  ['fs.readFile', () => fs.readFile(NOWHERE, () => {})],
  ['fs.exists', () => promisify(fs.exists)(NOWHERE)],
  ['fs.realpath.native', () => fs.realpath.native('/', () => {})],
  ['fs.watch', () => fs.watch(NOWHERE)],
  ['AbortSignal.timeout', () => AbortSignal.timeout(1)],
  ['fetch', () => fetch('http://hub/')],
  ['dgram.createSocket', () => dgram.createSocket('udp4')],
  ['new dgram.Socket', () => Reflect.construct(dgram.Socket, ['udp4'])],
  ['dns.getServers', () => dns.getServers()],
  ['new dns.Resolver', () => new dns.Resolver()],
  ['new dns.Resolver', () => new dns.promises.Resolver()],
  ['dns.resolve4', () => dns.resolve4('hub', () => {})],
  ['dns.promises.resolve', () => dns.promises.resolve('hub')],
  ['net.connect({ path })', () => net.connect({ path: NOWHERE })],
  ['net.Server.listen', () => net.createServer().listen(NOWHERE)],
  ['tls.connect({ socket })', () => tls.connect({ socket: new net.Socket() })],
  ['new tls.Server', () => new tls.Server()],
  ['new https.Server', () => new https.Server()],
  ['new tls.TLSSocket', () => new tls.TLSSocket(new net.Socket())],
  ['http2.connect', () => http2.connect('http://hub')],
  ['zlib.gzip', () => zlib.gzip('x', () => {})],
  ['new zlib.Gzip', () => Reflect.construct(Reflect.get(zlib, 'Gzip'), [])],
  ['zlib.createGzip', () => new CompressionStream('gzip')],
  ['crypto.pbkdf2', () => crypto.pbkdf2('x', 'y', 1, 1, 'sha1', () => {})],
  ['crypto.sign', () => crypto.sign('sha256', TEXT, EC)],
  ['crypto.sign', () => crypto.sign('sha256', TEXT, EC.export({ format: 'pem', type: 'pkcs8' }))],
  [
    'crypto.sign',
    () => crypto.sign('sha256', TEXT, { key: RSA, padding: crypto.constants.RSA_PKCS1_PSS_PADDING }),
  ],
  ['crypto.sign', () => crypto.sign(null, TEXT, ED, () => {})],
  ['crypto.verify', () => crypto.verify(null, TEXT, ED, TEXT, () => {})],
  ['crypto.Sign.sign', () => crypto.createSign('sha256').update(TEXT).sign(EC)],
  ['crypto.publicEncrypt', () => crypto.publicEncrypt(RSA, TEXT)],
  [
    'crypto.publicEncrypt',
    () => crypto.publicEncrypt({ key: RSA, padding: crypto.constants.RSA_PKCS1_PADDING }, TEXT),
  ],
  [
    'crypto.KeyObject.export',
    () =>
      crypto
        .createPrivateKey(EC.export({ format: 'pem', type: 'pkcs8' }))
        .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'x' }),
  ],
  ['crypto.getDiffieHellman', () => crypto.getDiffieHellman('modp1')],
  ['new crypto.ECDH', () => Reflect.construct(Reflect.get(crypto, 'ECDH'), ['prime256v1'])],
  ['crypto.secureHeapUsed', () => crypto.secureHeapUsed()],
  ['crypto.generateKeyPairSync', () => crypto.generateKeyPairSync('ed25519')],
  ['crypto.subtle.digest', () => crypto.subtle.digest('SHA-256', new Uint8Array(1))],
  ['process.exit', () => process.exit(1)],
  ['process.kill', () => process.kill(process.pid, 0)],
  ['process.memoryUsage', () => process.memoryUsage()],
  ['process.memoryUsage.rss', () => process.memoryUsage.rss()],
  ['process.cpuUsage', () => process.cpuUsage()],
  ['process.resourceUsage', () => process.resourceUsage()],
  ['process.availableMemory', () => (process as unknown as Newer).availableMemory()],
  ['process.constrainedMemory', () => process.constrainedMemory()],
  ['process.getActiveResourcesInfo', () => process.getActiveResourcesInfo()],
  ['process.report.getReport', () => process.report?.getReport()],
  ['process.chdir', () => process.chdir(NOWHERE)],
  ['process.binding', () => (process as unknown as { binding(name: string): unknown }).binding('tcp_wrap')],
  ['process.loadEnvFile', () => (process as unknown as Newer).loadEnvFile(NOWHERE)],
  ['v8.getHeapStatistics', () => v8.getHeapStatistics()],
  ['v8.getHeapSpaceStatistics', () => v8.getHeapSpaceStatistics()],
  ['v8.getHeapCodeStatistics', () => v8.getHeapCodeStatistics()],
  ['v8.getHeapSnapshot', () => v8.getHeapSnapshot()],
  ['v8.writeHeapSnapshot', () => v8.writeHeapSnapshot(NOWHERE)],
  ['v8.setFlagsFromString', () => v8.setFlagsFromString('--no-opt')],
  ['new v8.GCProfiler', () => new v8.GCProfiler()],
  ['performance.eventLoopUtilization', () => performance.eventLoopUtilization()],
  ['get performance.nodeTiming', () => performance.nodeTiming],
  ['performance.toJSON', () => performance.toJSON()],
  ['performance.mark', () => performance.mark('x')],
  ['performance.getEntries', () => performance.getEntries()],
  ['new PerformanceObserver', () => new perfHooks.PerformanceObserver(() => {})],
  ['new PerformanceMark', () => Reflect.construct(PerformanceMark, ['x'])],
  ['perf_hooks.monitorEventLoopDelay', () => perfHooks.monitorEventLoopDelay()],
  ['Histogram.recordDelta', () => perfHooks.createHistogram().recordDelta()],
  ['get Event.timeStamp', () => new Event('x').timeStamp],
  ['os.freemem', () => os.freemem()],
  ['os.freemem', () => `${os.freemem}`],
  ['os.loadavg', () => os.loadavg()],
  ['os.userInfo', () => os.userInfo()],
  ['os.getPriority', () => os.getPriority()],
  ['inspector.open', () => inspector.open()],
  ['inspector.url', () => inspector.url()],
  ['inspector.Session.connect', () => new inspector.Session().connect()],
  ['vm.runInNewContext', () => vm.runInNewContext('Date.now()')],
  ['vm.createContext', () => vm.createContext()],
  ['vm.Script.runInNewContext', () => new vm.Script('Date.now()').runInNewContext()],
  ['Atomics.wait', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)],
  [
    'Atomics.waitAsync',
    () => (Atomics as unknown as Newer).waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1),
  ],
  [
    'process.setUncaughtExceptionCaptureCallback',
    () => process.setUncaughtExceptionCaptureCallback(() => {}),
  ],
];

/** Node 24 has it no more. */
const older: typeof calls =
  'enroll' in timers ? [['timers.enroll', () => (timers as unknown as Newer).enroll({}, 1)]] : [];

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
  it.each([...calls, ...older])('is refused %s, while it boots and later', async (call, act) => {
    for (const when of ['boots', 'has booted'] as const)
      expect(await refusal(act, when)).toContain(`app: ${call}() is not available to hosted code: `);
  });

  it.each([
    [
      'fs.readFile',
      () => fs.readFile(NOWHERE, () => {}),
      'read files with readFileSync while the node boots',
    ],
    ['fetch', () => fetch('http://hub/'), 'use node:http, node:net'],
    ['process.exit', () => process.exit(1), 'crash() of its node'],
    ['AbortSignal.timeout', () => AbortSignal.timeout(1), 'use setTimeout'],
  ] as const)(
    'is told what it can do itself in the place of %s, and the script what that can',
    async (_, act, advice) => {
      expect(await refusal(act, 'has booted')).toContain(advice);
      const { error } = await runHosted(scenario('guard', act as () => void), { level: 'digest' });
      expect(error?.message).toMatch(/is not available while a scenario runs: .*(?:sim\.|scenario)/);
    },
  );

  it('may ask Atomics to wait for what is there already', async () => {
    const array = new Int32Array(new SharedArrayBuffer(4));
    const seen: unknown[] = [];
    const asks = () => void seen.push(Atomics.wait(array, 0, 1, 1_000), Atomics.wait(array, 0, 0, 0));
    expect(await refusal(asks, 'has booted')).toBeUndefined();
    expect(seen).toEqual(['not-equal', 'timed-out']);
  });

  it('is told what does in the place of a channel', async () => {
    for (const made of [
      () => new MessageChannel(),
      () => new BroadcastChannel('x'),
      () => new WorkersChannel(),
    ])
      expect(await refusal(made, 'has booted')).toMatch(
        /^app: new (?:Message|Broadcast)Channel\(\) is not available to hosted code: .* call back in setImmediate, or use an EventEmitter$/,
      );
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
