/** What the tests of real sockets share: servers on free ports that end with the test, raw connections, child processes. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encode, Framer, packetTypeDefinition } from '../../src/mqtt/codec/index.ts';
import type { Connect, Packet } from '../../src/mqtt/codec/packet.ts';
import { type BrokerServer, type ServeOptions, serve } from '../../src/net/index.ts';
import type { TraceEvent } from '../../src/trace/index.ts';
import { Recorder } from '../../src/trace/index.ts';

/** A broker on free ports, for TCP and WebSocket. */
export async function broker(options: Partial<ServeOptions> = {}): Promise<BrokerServer> {
  const server = await serve({ port: 0, ws: { port: 0 }, ...options });
  onTestFinished(() => server.close());
  return server;
}

export function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'amber-net-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** {@link once} for emitters whose types know their own events only. */
export function heard(emitter: object, event: string): Promise<unknown[]> {
  return once(emitter as EventEmitter, event);
}

/** What a server records, while it runs. */
export class Watch {
  readonly events: TraceEvent[] = [];
  #wanted: (() => void)[] = [];
  readonly trace = new Recorder({
    level: 'full',
    header: { amber: 'test', scenario: 'sockets', seed: '-', parameters: {}, vantage: 'broker' },
    onEvent: (event) => {
      this.events.push(event);
      for (const wanted of this.#wanted.splice(0)) wanted();
    },
  });

  /** What rules and limits decided so far. */
  rules(): string[] {
    return this.events.flatMap((event) => (event.k === 'told' ? [event.rule!] : []));
  }

  /** Waits until so many packets of this type have been sent, by whomever. */
  async sent(type: Packet['type'], count = 1): Promise<void> {
    const number = packetTypeDefinition(type).code;
    const seen = () =>
      this.events.filter((event) => event.k === 'packet.sent' && event.bytes[0]! >> 4 === number);
    while (seen().length < count) await new Promise<void>((resolve) => this.#wanted.push(resolve));
  }
}

/** A TCP connection that says and sees bytes. */
export class Raw {
  readonly socket: Socket;
  readonly #framer = new Framer();
  readonly #packets: Uint8Array[] = [];
  #wanted: (() => void)[] = [];
  /** Resolves when the other end is gone, with how. */
  readonly ended: Promise<'finished' | 'reset'>;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('data', (bytes) => {
      this.#framer.push(Uint8Array.from(bytes));
      for (let packet = this.#framer.next(); packet !== undefined; packet = this.#framer.next()) {
        this.#packets.push(packet);
      }
      for (const wanted of this.#wanted.splice(0)) wanted();
    });
    this.ended = new Promise((resolve) => {
      this.socket.once('end', () => resolve('finished'));
      this.socket.once('error', () => resolve('reset'));
    });
    onTestFinished(() => void this.socket.destroy());
  }

  send(...packets: (Packet | Uint8Array | readonly number[])[]): this {
    for (const packet of packets) {
      this.socket.write('type' in packet ? encode(packet, 4) : Uint8Array.from(packet as Uint8Array));
    }
    return this;
  }

  /** The next whole packet that comes. */
  async packet(): Promise<Uint8Array> {
    while (this.#packets.length === 0) await new Promise<void>((resolve) => this.#wanted.push(resolve));
    return this.#packets.shift()!;
  }

  get waiting(): number {
    return this.#packets.length;
  }
}

export function connectPacket(clientId: string, more: Partial<Connect> = {}): Connect {
  return { type: 'connect', protocolVersion: 4, clientId, cleanStart: true, keepAlive: 0, ...more };
}

/** A child process with all it prints. */
export class Child {
  readonly process: ChildProcessWithoutNullStreams;
  out = '';
  err = '';
  readonly exited: Promise<number | null>;
  #wanted: (() => void)[] = [];

  /** @param cwd where it is started; here without it. */
  constructor(command: string, args: readonly string[], cwd?: string) {
    this.process = spawn(command, args, { cwd });
    const wake = () => {
      for (const wanted of this.#wanted.splice(0)) wanted();
    };
    this.process.stdout.on('data', (data) => {
      this.out += data;
      wake();
    });
    this.process.stderr.on('data', (data) => {
      this.err += data;
      wake();
    });
    this.exited = once(this.process, 'close').then(([code]) => {
      wake();
      return code as number | null;
    });
    onTestFinished(() => void this.process.kill('SIGKILL'));
  }

  /** Waits until it has printed what matches, on either stream. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.out) ?? pattern.exec(this.err);
      if (found !== null) return found;
      if (this.process.exitCode !== null) {
        throw new Error(
          `it ended with ${this.process.exitCode} before it printed ${pattern}: ${this.out}${this.err}`,
        );
      }
      await new Promise<void>((resolve) => this.#wanted.push(resolve));
    }
  }
}
