/**
 * `amber serve` beside aedes and mosquitto, each a process of its own on loopback, under the same load from this process. Nothing is
 * stored. A message counts when its subscriber has it; what is compared is the processor time of the broker, for the machine may be
 * busy with other things, and messages a second are told beside it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { QoS } from '../src/mqtt/codec/packet.ts';
import { LoadClient } from './load.ts';
import { beside, median, type Pace, type Row } from './measure.ts';

const PAYLOAD = new Uint8Array(64).fill(0x61);
const ROUNDS: Record<Pace, number> = { full: 3, smoke: 1 };
const IDLE_CLIENTS: Record<Pace, number> = { full: 1_000, smoke: 20 };
/** Of the windows of a load, in a smoke run. */
const SMOKE_WINDOWS = 5;
/** Messages a second on the wall, times those of the peer: for every load. */
const AIMS: Readonly<Record<string, { floor: number; goal: number }>> = {
  aedes: { floor: 1.5, goal: 3 },
  mosquitto: { floor: 0.4, goal: 0.8 },
};
/** Of Linux: clock ticks a second in /proc. */
const TICKS = 100;

interface Server {
  readonly name: string;
  readonly process: ChildProcess;
  readonly port: number;
}

/** What a load costs a broker: messages a second of its processor time, and of the time on the wall. */
interface Cost {
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

interface Load {
  readonly what: string;
  /** Messages that a publisher writes at once before it waits for all of them. */
  readonly window: number;
  readonly windows: number;
  readonly publishers: number;
  readonly subscribers: number;
  readonly qos: QoS;
}

const LOADS: readonly Load[] = [
  { what: 'QoS 0, one to one', window: 100, windows: 600, publishers: 1, subscribers: 1, qos: 0 },
  { what: 'QoS 1, one to one', window: 20, windows: 1_000, publishers: 1, subscribers: 1, qos: 1 },
  { what: 'QoS 2, one to one', window: 20, windows: 600, publishers: 1, subscribers: 1, qos: 2 },
  { what: 'QoS 0, fan-in of 50', window: 2, windows: 500, publishers: 50, subscribers: 1, qos: 0 },
  { what: 'QoS 0, fan-out to 100', window: 20, windows: 80, publishers: 1, subscribers: 100, qos: 0 },
  { what: 'QoS 1, fan-out to 100', window: 15, windows: 60, publishers: 1, subscribers: 100, qos: 1 },
];

export async function serveRows(pace: Pace): Promise<Row[]> {
  const rows: Row[] = [];
  const servers = await startServers();
  const [amber, ...peers] = servers as [Server, ...Server[]];
  try {
    // First, while nothing is there that a collector could give back.
    const bytes = new Map<string, number>();
    for (const server of servers) bytes.set(server.name, await idleBytes(server, IDLE_CLIENTS[pace]));
    for (const { name } of peers) {
      const [ours, theirs] = [bytes.get(amber.name)!, bytes.get(name)!];
      // Fewer bytes are better.
      rows.push({
        ...beside('idle client, resident memory', 'B', ours, name, theirs),
        peer: { name, value: theirs, ratio: theirs / ours },
      });
    }
    for (const load of LOADS.map((each) => paced(each, pace))) {
      const costs = new Map<string, Cost>();
      for (const server of servers) {
        try {
          costs.set(server.name, await measure(server, load, ROUNDS[pace]));
        } catch (error) {
          console.error(`NOT MEASURED: ${server.name}, ${load.what}: ${(error as Error).message}`);
        }
      }
      const ours = costs.get(amber.name);
      for (const { name } of peers) {
        const theirs = costs.get(name);
        if (ours === undefined || theirs === undefined) continue;
        rows.push(
          beside(`${load.what}, broker CPU`, 'msg/CPU s', ours.perCpuSecond, name, theirs.perCpuSecond),
        );
        const onTheWall = beside(
          `${load.what}, on the wall`,
          'msg/s',
          ours.perSecond,
          name,
          theirs.perSecond,
        );
        rows.push({ ...onTheWall, aim: { row: 16, ...AIMS[name]!, of: 'ratio' } });
      }
    }
  } finally {
    for (const { process } of servers) process.kill('SIGKILL');
  }
  return rows;
}

function paced(load: Load, pace: Pace): Load {
  return pace === 'full' ? load : { ...load, windows: SMOKE_WINDOWS };
}

async function startServers(): Promise<Server[]> {
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const servers = [
    await started('amber serve', process.execPath, [here('../bin/amber.js'), 'serve', '--port', '0']),
    await started('aedes', process.execPath, [here('./aedes-server.mjs')]),
  ];
  const port = await freePort();
  try {
    servers.push(await mosquitto(port));
  } catch (error) {
    console.error(`NOT MEASURED: mosquitto (${(error as Error).message})`);
  }
  return servers;
}

/** Waits until it prints its address. */
function started(name: string, command: string, args: string[]): Promise<Server> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.on('data', (text: Buffer) => {
      const port = /:(\d+)/.exec(text.toString())?.[1];
      if (port !== undefined) resolve({ name, process: child, port: Number(port) });
    });
  });
}

async function mosquitto(port: number): Promise<Server> {
  const command = process.env.MOSQUITTO ?? '/usr/sbin/mosquitto';
  // As it comes it waits for acknowledgements of TCP before it sends small packets, and would be measured doing so.
  const folder = mkdtempSync(join(tmpdir(), 'amber-bench-'));
  const configuration = join(folder, 'mosquitto.conf');
  writeFileSync(configuration, `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`);
  const child = spawn(command, ['-c', configuration], { stdio: 'ignore' });
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  for (let attempt = 0; ; attempt++) {
    try {
      (await LoadClient.connect(port, 'knock')).end();
      return { name: 'mosquitto', process: child, port };
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function measure({ process: child, port }: Server, load: Load, rounds: number): Promise<Cost> {
  const publishers: LoadClient[] = [];
  const subscribers: LoadClient[] = [];
  for (let i = 0; i < load.publishers; i++) publishers.push(await LoadClient.connect(port, `p${i}`));
  for (let i = 0; i < load.subscribers; i++) {
    const subscriber = await LoadClient.connect(port, `s${i}`);
    await subscriber.subscribe('bench/topic', load.qos);
    subscribers.push(subscriber);
  }
  const round = async (): Promise<number> => {
    for (let window = 0; window < load.windows; window++) {
      const due = load.window * load.publishers;
      const goals = subscribers.map((subscriber) => subscriber.received + due);
      const acknowledgements = publishers.map((publisher) => publisher.acknowledged + load.window);
      for (const publisher of publishers) publisher.publish('bench/topic', PAYLOAD, load.qos, load.window);
      await Promise.all(
        subscribers.map((subscriber, i) => subscriber.until(() => subscriber.received >= goals[i]!)),
      );
      if (load.qos > 0) {
        await Promise.all(
          publishers.map((one, i) => one.until(() => one.acknowledged >= acknowledgements[i]!)),
        );
      }
    }
    return load.window * load.windows * load.publishers * load.subscribers;
  };
  await round();
  const perCpuSecond: number[] = [];
  const perSecond: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const [cpu, wall] = [cpuSeconds(child), performance.now()];
    const done = await round();
    perSecond.push((done * 1_000) / (performance.now() - wall));
    perCpuSecond.push(done / Math.max(1 / TICKS, cpuSeconds(child) - cpu));
  }
  for (const client of [...publishers, ...subscribers]) client.end();
  return { perCpuSecond: median(perCpuSecond), perSecond: median(perSecond) };
}

async function idleBytes({ process: child, port }: Server, count: number): Promise<number> {
  const before = residentBytes(child);
  const clients: LoadClient[] = [];
  for (let i = 0; i < count; i++) clients.push(await LoadClient.connect(port, `idle-${i}`));
  const after = residentBytes(child);
  for (const client of clients) client.end();
  return Math.max(0, after - before) / count;
}

/** User and system time of a process, from Linux's /proc. */
function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function residentBytes({ pid }: ChildProcess): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1_024;
}
