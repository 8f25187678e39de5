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
import net from 'node:net';
import os from 'node:os';
import tls from 'node:tls';
import workerThreads from 'node:worker_threads';
import zlib from 'node:zlib';
import { readsFiles } from './file-reading.ts';
import { replace } from './replace.ts';
import { currentPhase, currentWorld, refuse, type WorldPhase } from './script-world.ts';

// biome-ignore lint/suspicious/noExplicitAny: dispatchers pass on whatever overload they were called with
type Loose = (...args: any[]) => any;

const FILES = 'read files before the scenario function, at the top of the module';
const NETWORK = 'connect the nodes of the simulation with sim.link instead';
const TLS = 'its keys cannot be drawn from a seed; use the socket, or http, as it is';
const PROCESSES = 'a run lives in one thread, or it could not be repeated';
const SECRETS = 'keys cannot be drawn from a seed; write them into the scenario';
const THREADS = 'its result would come when the real machine is ready; use the synchronous form';
const READINGS = 'it differs from machine to machine and from run to run';
const EXIT = 'throw an error to end the scenario';
const UNCAUGHT = "listen with process.on('uncaughtException') instead";
const REAL_TIME = 'it runs on the real clock; use sim.sleep, sim.now or setTimeout';

/** Functions that only look at their arguments. */
const HARMLESS_OS = new Set(['arch', 'endianness', 'platform', 'type']);
/** What code reads files with while it is loaded. */
const READING = new Set([
  ...['accessSync', 'existsSync', 'fstatSync', 'lstatSync', 'readFileSync', 'readdirSync', 'readlinkSync'],
  ...['realpathSync', 'statSync', 'openSync', 'readSync', 'closeSync'],
]);
const HARMLESS_DNS = new Set(['getDefaultResultOrder', 'setDefaultResultOrder', 'getServers', 'setServers']);

export function installRefusals(): void {
  refuseAll(fs, 'fs', FILES, (name) => !READING.has(name));
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
  refuseAll(childProcess, 'child_process', PROCESSES);
  refuseEach(cluster, 'cluster', PROCESSES, ['fork']);
  refuseEach(
    os,
    'os',
    READINGS,
    namesOfFunctions(os).filter((name) => !HARMLESS_OS.has(name)),
    ['running'],
    readsFiles,
  );
  refuseAll(zlib, 'zlib', THREADS, (name) => !name.endsWith('Sync') && name !== 'crc32');
  refuseEach(net, 'net', NETWORK, ['connect', 'createConnection', 'createServer']);
  refuseEach(net.Socket.prototype, 'net.Socket', NETWORK, ['connect']);
  refuseEach(net.Server.prototype, 'net.Server', NETWORK, ['listen']);
  refuseEach(tls, 'tls', NETWORK, ['connect', 'createServer']);
  refuseClass(tls, 'TLSSocket', TLS, 'tls.TLSSocket');
  refuseEach(http2, 'http2', TLS, ['connect', 'createServer', 'createSecureServer']);
  refuseEach(dgram, 'dgram', NETWORK, ['createSocket']);
  for (const [owner, name] of [
    [http, 'http'],
    [https, 'https'],
  ] as const) {
    refuseEach(owner, name, NETWORK, ['get', 'request', 'createServer']);
  }
  refuseEach(crypto, 'crypto', SECRETS, [
    ...['generateKey', 'generateKeyPair', 'generateKeyPairSync', 'generateKeySync'],
    ...['generatePrime', 'generatePrimeSync', 'createDiffieHellman', 'createECDH'],
  ]);
  refuseEach(crypto, 'crypto', THREADS, ['checkPrime', 'hkdf', 'pbkdf2', 'scrypt']);
  refuseEach(Object.getPrototypeOf(crypto.subtle), 'crypto.subtle', THREADS, [
    ...['decrypt', 'deriveBits', 'deriveKey', 'digest', 'encrypt', 'exportKey', 'generateKey'],
    ...['importKey', 'sign', 'unwrapKey', 'verify', 'wrapKey'],
  ]);
  refuseEach(process, 'process', READINGS, ['cpuUsage', 'memoryUsage', 'resourceUsage']);
  // While it is loaded too: the thread would end without an answer.
  refuseEach(process, 'process', EXIT, ['abort', 'exit', 'kill', 'reallyExit'], ['loading', 'running']);
  refuseEach(process, 'process', UNCAUGHT, [
    'setUncaughtExceptionCaptureCallback',
    'addUncaughtExceptionCaptureCallback',
  ]);
  refuseEach(AbortSignal, 'AbortSignal', REAL_TIME, ['timeout']);
  refuseEach(Object.getPrototypeOf(performance), 'performance', REAL_TIME, ['mark', 'measure', 'timerify']);
  refuseEach(globalThis, '', NETWORK, ['fetch']);
  for (const name of ['WebSocket', 'EventSource']) refuseClass(globalThis, name, NETWORK);
  for (const name of ['MessageChannel', 'BroadcastChannel']) refuseClass(globalThis, name, THREADS);
  for (const name of ['Worker', 'MessageChannel', 'BroadcastChannel']) {
    refuseClass(workerThreads, name, PROCESSES);
  }
}

/** Every function of a module; names with a capital are classes, whose methods end in the functions. */
function refuseAll(owner: object, prefix: string, advice: string, picked = (_name: string) => true): void {
  refuseEach(owner, prefix, advice, namesOfFunctions(owner).filter(picked));
}

/** What is opened to be written to is refused, whoever opens it. */
function onlyReads(name: string, [, flags = 'r']: readonly unknown[]): boolean {
  return name !== 'openSync' || flags === 'r' || flags === 'rs' || flags === fs.constants.O_RDONLY;
}

function namesOfFunctions(owner: object): string[] {
  return Object.keys(owner).filter((name) => /^[a-z]/.test(name));
}

function refuseEach(
  owner: object,
  prefix: string,
  advice: string,
  names: readonly string[],
  phases: readonly WorldPhase[] = ['running'],
  spared: (name: string, args: readonly unknown[]) => boolean = () => false,
): void {
  for (const name of names) {
    const call = prefix === '' ? name : `${prefix}.${name}`;
    replace<Loose>(
      owner,
      name,
      (real) =>
        function (this: unknown, ...args: unknown[]) {
          if (currentWorld() !== undefined && phases.includes(currentPhase()) && !spared(name, args))
            refuse(call, advice);
          return Reflect.apply(real, this, args);
        },
    );
  }
}

function refuseClass(owner: object, name: string, advice: string, call = name): void {
  const Real: unknown = Reflect.get(owner, name);
  if (typeof Real !== 'function') return;
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    enumerable: Object.getOwnPropertyDescriptor(owner, name)?.enumerable ?? true,
    value: new Proxy(Real, {
      construct(target, args, newTarget): object {
        if (currentWorld() !== undefined && currentPhase() === 'running') refuse(`new ${call}`, advice);
        return Reflect.construct(target, args, newTarget) as object;
      },
    }),
  });
}
