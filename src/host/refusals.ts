/**
 * What a script cannot have, because it is real and would differ from run to run: each is refused by its name.
 *
 * Loading a scenario is spared most of this: packages read files and look at the machine while they load.
 */
import childProcess from 'node:child_process';
import cluster from 'node:cluster';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import inspector from 'node:inspector';
import net from 'node:net';
import os from 'node:os';
import perfHooks from 'node:perf_hooks';
import timers from 'node:timers';
import tls from 'node:tls';
import v8 from 'node:v8';
import vm from 'node:vm';
import workerThreads from 'node:worker_threads';
import zlib from 'node:zlib';
import { isCalledByNode } from './called-by-node.ts';
import { readsFiles } from './file-reading.ts';
import { namesOfFunctions, refuseAll, refuseClass, refuseEach, refuseReading } from './refused-calls.ts';
import type { Advice } from './script-world.ts';

const FILES: Advice = {
  script: 'read files before the scenario function, at the top of the module',
  hosted:
    'read files with readFileSync while the node boots, and keep what is to last on the disk that boot hands to main',
};
const NETWORK: Advice = {
  script: 'connect the nodes of the simulation with sim.link instead',
  hosted: 'use node:http, node:net or a package over them, which reach nodes by their names',
};
const TLS = 'its keys cannot be drawn from a seed; use the socket, or http, as it is';
const TLS_SERVER = 'its keys cannot be drawn from a seed; createServer makes one that goes over plain links';
const PROCESSES = 'a run lives in one thread, or it could not be repeated';
const THREADS = 'its result would come when the real machine is ready; use the synchronous form';
const CHANNELS =
  'what goes through it arrives when the real event loop comes to it; call back in setImmediate, or use an EventEmitter';
const READINGS = 'it differs from machine to machine and from run to run';
const HOST = 'it is of the process that runs the scenario, and not of a node';
const BINDINGS = 'what it gives is real: sockets, files and clocks of the host; use the modules of Node';
/** Of those, what says how Node was built. */
const SAYINGS = new Set(['buffer', 'config', 'constants', 'natives', 'util', 'v8']);
const ENVIRONMENT = 'give the node its env with sim.host';
const BLOCKING =
  'it waits in real time, in which nobody else of the run would wake it; await a timer instead';
const CONTEXT = 'a context of its own has real clocks and real chance; run the code in this one';
const EXIT: Advice = {
  script: 'throw an error to end the scenario',
  hosted: 'the script ends a process with crash() of its node, and an error that nobody catches ends the run',
};
const UNCAUGHT = "listen with process.on('uncaughtException') instead";
const REAL_TIME: Advice = {
  script: 'it runs on the real clock; use sim.sleep, sim.now or setTimeout',
  hosted: 'it runs on the real clock; use setTimeout, Date.now or performance.now',
};

/** Which system it is: a seed is not expected to come back on another. */
const SYSTEM = new Set(['arch', 'endianness', 'platform', 'type']);
/** Of it, what packages look at while they are loaded. */
const SYSTEM_IN_FULL = new Set(['machine', 'release', 'version']);
/** What code reads files with while it is loaded. */
const READING = new Set([
  ...['accessSync', 'existsSync', 'fstatSync', 'lstatSync', 'readFileSync', 'readdirSync', 'readlinkSync'],
  ...['realpathSync', 'statSync', 'openSync', 'readSync', 'closeSync'],
]);
const HARMLESS_DNS = new Set(['getDefaultResultOrder', 'setDefaultResultOrder']);

export function installRefusals(): void {
  refuseAll(fs, 'fs', FILES, (name) => !READING.has(name) && name !== 'writeSync');
  // Node itself prints with it, where the output is a file.
  refuseEach(fs, 'fs', FILES, ['writeSync'], ['running'], () => isCalledByNode(2));
  refuseEach(
    fs,
    'fs',
    FILES,
    [...READING],
    ['running'],
    (name, args) => readsFiles() && onlyReads(name, args),
  );
  refuseAll(fs.promises, 'fs.promises', FILES);
  refuseAll(dns, 'dns', NETWORK, (name) => !HARMLESS_DNS.has(name));
  refuseAll(dns.promises, 'dns.promises', NETWORK, (name) => !HARMLESS_DNS.has(name));
  for (const owner of [dns, dns.promises]) refuseClass(owner, 'Resolver', NETWORK, 'dns.Resolver');
  refuseAll(childProcess, 'child_process', PROCESSES);
  refuseEach(childProcess.ChildProcess.prototype, 'child_process.ChildProcess', PROCESSES, ['spawn']);
  refuseEach(cluster, 'cluster', PROCESSES, ['fork']);
  refuseEach(
    os,
    'os',
    READINGS,
    namesOfFunctions(os).filter((name) => !SYSTEM.has(name)),
    ['running'],
    (name) => SYSTEM_IN_FULL.has(name) && readsFiles(),
  );
  refuseAll(zlib, 'zlib', THREADS, (name) => !name.endsWith('Sync') && name !== 'crc32');
  for (const name of Object.keys(zlib).filter((name) => /^[A-Z][a-z]/.test(name)))
    refuseClass(zlib, name, THREADS, `zlib.${name}`);
  refuseEach(net, 'net', NETWORK, ['connect', 'createConnection', 'createServer']);
  refuseEach(net.Socket.prototype, 'net.Socket', NETWORK, ['connect']);
  refuseEach(net.Server.prototype, 'net.Server', NETWORK, ['listen']);
  refuseEach(tls, 'tls', NETWORK, ['connect', 'createServer']);
  refuseClass(tls, 'TLSSocket', TLS, 'tls.TLSSocket');
  refuseClass(tls, 'Server', TLS_SERVER, 'tls.Server');
  refuseClass(https, 'Server', TLS_SERVER, 'https.Server');
  refuseEach(tls, 'tls', HOST, ['getCACertificates', 'setDefaultCACertificates']);
  refuseEach(http2, 'http2', TLS, [
    ...['connect', 'createServer', 'createSecureServer', 'performServerHandshake'],
  ]);
  refuseEach(dgram, 'dgram', NETWORK, ['createSocket']);
  refuseClass(dgram, 'Socket', NETWORK, 'dgram.Socket');
  for (const [owner, name] of [
    [http, 'http'],
    [https, 'https'],
  ] as const) {
    refuseEach(owner, name, NETWORK, ['get', 'request', 'createServer']);
  }
  refuseEach(crypto, 'crypto', THREADS, ['argon2', 'checkPrime', 'hkdf', 'pbkdf2', 'scrypt']);
  // With a callback they are done on a thread.
  refuseEach(
    crypto,
    'crypto',
    THREADS,
    ['decapsulate', 'diffieHellman', 'sign', 'verify'],
    ['running'],
    (_, args) => !args.some((arg) => typeof arg === 'function'),
  );
  refuseEach(crypto, 'crypto', HOST, ['secureHeapUsed', 'setEngine', 'setFips']);
  const subtle = Object.getPrototypeOf(crypto.subtle) as object;
  refuseEach(
    subtle,
    'crypto.subtle',
    THREADS,
    Object.getOwnPropertyNames(subtle).filter((name) => name !== 'constructor'),
  );
  refuseProcess();
  refuseMeasurements();
  refuseEach(AbortSignal, 'AbortSignal', REAL_TIME, ['timeout']);
  refuseEach(timers, 'timers', REAL_TIME, ['active', 'enroll', '_unrefActive']);
  refuseReading(Event.prototype, 'timeStamp', 'Event.timeStamp', REAL_TIME);
  refuseEach(Atomics, 'Atomics', BLOCKING, ['wait', 'waitAsync'], ['running'], returnsAtOnce);
  refuseEach(Reflect.get(globalThis, 'WebAssembly') as object, 'WebAssembly', THREADS, [
    ...['compileStreaming', 'instantiateStreaming'],
  ]);
  refuseEach(vm, 'vm', CONTEXT, ['createContext', 'measureMemory']);
  // Node's web streams look in a context of its own for what a global of JavaScript is.
  for (const [owner, name] of [
    [vm, 'vm'],
    [vm.Script.prototype, 'vm.Script'],
  ] as const)
    refuseEach(owner, name, CONTEXT, ['runInNewContext'], ['running'], () => isCalledByNode(2));
  refuseEach(globalThis, '', NETWORK, ['fetch']);
  for (const name of ['WebSocket', 'EventSource']) refuseClass(globalThis, name, NETWORK);
  for (const name of ['MessageChannel', 'BroadcastChannel']) refuseClass(globalThis, name, CHANNELS);
  for (const name of ['MessageChannel', 'BroadcastChannel']) refuseClass(workerThreads, name, CHANNELS);
  refuseClass(workerThreads, 'Worker', PROCESSES);
  refuseEach(workerThreads, 'worker_threads', PROCESSES, ['postMessageToThread']);
}

function refuseProcess(): void {
  refuseEach(process, 'process', READINGS, [
    ...['availableMemory', 'constrainedMemory', 'cpuUsage', 'memoryUsage', 'resourceUsage', 'threadCpuUsage'],
    ...['getActiveResourcesInfo', '_getActiveHandles', '_getActiveRequests'],
  ]);
  refuseEach(process.report, 'process.report', READINGS, ['getReport', 'writeReport']);
  refuseEach(process, 'process', HOST, [
    ...['chdir', 'initgroups', 'setegid', 'seteuid', 'setgid', 'setgroups', 'setuid'],
  ]);
  refuseEach(process, 'process', ENVIRONMENT, ['loadEnvFile']);
  refuseEach(process, 'process', BINDINGS, ['binding'], ['running'], (_, [name]) => SAYINGS.has(`${name}`));
  // While it is loaded too: the thread would end without an answer.
  refuseEach(
    process,
    'process',
    EXIT,
    [...['abort', 'execve', 'exit', 'kill', 'reallyExit']],
    ['loading', 'running'],
  );
  refuseEach(process, 'process', UNCAUGHT, [
    'setUncaughtExceptionCaptureCallback',
    'addUncaughtExceptionCaptureCallback',
  ]);
}

/** What tells of the memory, the processor and the time that a run takes here. */
function refuseMeasurements(): void {
  const owner = Object.getPrototypeOf(performance) as object;
  refuseEach(owner, 'performance', REAL_TIME, ['mark', 'markResourceTiming', 'measure', 'timerify']);
  refuseEach(owner, 'performance', READINGS, [
    ...['eventLoopUtilization', 'getEntries', 'getEntriesByName', 'getEntriesByType', 'toJSON'],
  ]);
  refuseReading(owner, 'nodeTiming', 'performance.nodeTiming', READINGS);
  refuseEach(perfHooks, 'perf_hooks', READINGS, [
    ...['eventLoopUtilization', 'monitorEventLoopDelay', 'timerify'],
  ]);
  refuseEach(Object.getPrototypeOf(perfHooks.createHistogram()) as object, 'Histogram', REAL_TIME, [
    'recordDelta',
  ]);
  for (const owner of [globalThis, perfHooks]) {
    refuseClass(owner, 'PerformanceMark', REAL_TIME);
    refuseClass(owner, 'PerformanceObserver', READINGS);
  }
  refuseEach(v8, 'v8', READINGS, [
    ...['getCppHeapStatistics', 'getHeapCodeStatistics', 'getHeapSnapshot', 'getHeapSpaceStatistics'],
    ...['getHeapStatistics', 'queryObjects', 'stopCoverage', 'takeCoverage', 'writeHeapSnapshot'],
  ]);
  refuseEach(v8, 'v8', HOST, ['setFlagsFromString', 'setHeapSnapshotNearHeapLimit', 'startCpuProfile']);
  refuseClass(v8, 'GCProfiler', READINGS, 'v8.GCProfiler');
  refuseEach(inspector, 'inspector', HOST, ['close', 'open', 'url', 'waitForDebugger']);
  refuseEach(inspector.Session.prototype, 'inspector.Session', HOST, ['connect', 'connectToMainThread']);
}

/** What does not wait: there is another value, or no time to wait. Node's own loader waits for its thread, and knows what it does. */
function returnsAtOnce(name: string, [array, index, value, timeout]: readonly unknown[]): boolean {
  if (isCalledByNode(2)) return true;
  if (name === 'waitAsync') return false;
  return Number(timeout) <= 0 || Atomics.load(array as Int32Array, index as number) !== value;
}

/** What is opened to be written to is refused, whoever opens it. */
function onlyReads(name: string, [, flags = 'r']: readonly unknown[]): boolean {
  return name !== 'openSync' || flags === 'r' || flags === 'rs' || flags === fs.constants.O_RDONLY;
}
