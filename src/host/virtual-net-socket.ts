/**
 * A virtual socket: a `net.Socket` as Node makes it, which never has a handle, and whose every way to the outside leads to a line.
 *
 * The streams, their events and their order are Node's own; what is replaced is what Node has in C++, and the timers inside Node that
 * cannot be virtual. A socket becomes virtual by what it inherits from, so that one made with `new net.Socket()` can still become one
 * when it connects.
 */
import net from 'node:net';
import type { Endpoint } from '../sim/endpoint.ts';
import type { LoopTimer } from '../sim/event-loop.ts';
import type { Process } from '../sim/process-node.ts';
import { currentProcess } from './process-world.ts';
import { refuse } from './script-world.ts';
import { connectError, nameNotFound, nodeError } from './virtual-net-errors.ts';
import { SocketLine, type Written } from './virtual-net-line.ts';
import { addressOf, nodeAt } from './virtual-net-names.ts';
import { delayMicros } from './virtual-timer.ts';

const LINE = Symbol('line');
const TIMER = Symbol('timer');

const LONGEST_MILLIS = 2 ** 31 - 1;

/** A net.Socket with what Node's types leave out. */
export interface VirtualSocket extends net.Socket {
  [LINE]: SocketLine;
  [TIMER]: IdleTimer | undefined;
  server: net.Server | null;
  _server: CountingServer | null;
  resetAndClosing: boolean;
  timeout: number;
  _undestroy(): void;
  _unrefTimer(): void;
  _reset(): void;
}

interface CountingServer extends net.Server {
  _connections: number;
  _emitCloseIfDrained(): void;
}

interface Normalizing {
  _normalizeArgs(args: readonly unknown[]): Normalized;
}

/** The arguments of `connect` or `listen`. */
export type Normalized = [options: net.NetConnectOpts, listener: (() => void) | null];

interface Chunk {
  chunk: Buffer | string;
  encoding: BufferEncoding;
}

/** Makes a socket virtual. */
export function becomeVirtual(socket: net.Socket, process: Process): VirtualSocket {
  Object.setPrototypeOf(socket, VIRTUAL);
  const virtual = socket as VirtualSocket;
  virtual[LINE] = new SocketLine(process, virtual);
  return virtual;
}

export function isVirtual(socket: net.Socket): socket is VirtualSocket {
  return LINE in socket;
}

/** The socket for a connection that came in; it reads nothing yet. */
export function acceptedSocket(
  process: Process,
  endpoint: Endpoint,
  options: net.SocketConstructorOpts,
): VirtualSocket {
  const socket = becomeVirtual(new net.Socket(options), process);
  socket[LINE].accept(endpoint);
  return socket;
}

/** What `connect` of a socket does with its arguments, in the form that `net._normalizeArgs` gives them. */
export function dial(socket: VirtualSocket, [options, listener]: Normalized): VirtualSocket {
  if (listener !== null) socket.once('connect', listener);
  if ('path' in options && options.path != null) {
    refuse('net.connect({ path })', 'nodes of a simulation are reached by name and port');
  }
  const { port: given, host = 'localhost', lookup } = options as net.TcpNetConnectOpts;
  const port = portOf(given);
  const { process } = socket[LINE];
  if (socket.destroyed) {
    socket._undestroy();
    socket[LINE] = new SocketLine(process, socket);
  }
  socket._unrefTimer();
  Object.assign(socket, { connecting: true });
  const found = (error: NodeJS.ErrnoException | null, address?: string): void => {
    if (!socket.connecting) return;
    if (error === null) connect(socket, address!, port);
    else socket.destroy(error);
  };
  if (net.isIP(host) !== 0) globalThis.process.nextTick(found, null, host);
  else if (typeof lookup === 'function') {
    lookup(host, {}, (error, address, family) => {
      const first = Array.isArray(address) ? address[0] : { address, family };
      socket.emit('lookup', error, first?.address, first?.family, host);
      found(error, first?.address);
    });
  } else {
    process.loop.post(() => {
      if (!socket.connecting) return;
      const address = addressOf(process, host);
      const error = address === undefined ? nameNotFound(host) : null;
      socket.emit('lookup', error, address, 4, host);
      found(error, address);
    });
  }
  return socket;
}

function connect(socket: VirtualSocket, address: string, port: number): void {
  const line = socket[LINE];
  const { process } = line;
  if (!process.alive) return;
  const node = nodeAt(process, address);
  if (node === undefined) socket.destroy(connectError('EHOSTUNREACH', address, port));
  else line.dial(node, port);
}

export function portOf(given: unknown): number {
  if (given === undefined) {
    throw nodeError(
      new TypeError('The "options" or "port" or "path" argument must be specified'),
      'ERR_MISSING_ARGS',
    );
  }
  const port =
    typeof given === 'number' || (typeof given === 'string' && given.trim() !== '')
      ? Number(given)
      : Number.NaN;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw nodeError(
      new RangeError(`Port should be >= 0 and < 65536. Received ${String(given)}.`),
      'ERR_SOCKET_BAD_PORT',
    );
  }
  return port;
}

/** Emits `timeout` once nothing was read or written for so long; it is looked at when it would be due, and not moved by every byte. */
class IdleTimer {
  readonly #socket: VirtualSocket;
  readonly #process: Process;
  readonly #micros: number;
  #activeAt: number;
  #timer: LoopTimer;
  #isOver = false;

  constructor(socket: VirtualSocket, process: Process, millis: number) {
    this.#socket = socket;
    this.#process = process;
    this.#micros = delayMicros(millis);
    this.#activeAt = process.node.localNow;
    this.#timer = process.loop.after(this.#micros, this.#due);
  }

  refresh(): void {
    this.#activeAt = this.#process.node.localNow;
    if (!this.#isOver) return;
    this.#isOver = false;
    this.#timer = this.#process.loop.after(this.#micros, this.#due);
  }

  cancel(): void {
    this.#timer.cancel();
  }

  readonly #due = (): void => {
    const rest = this.#activeAt + this.#micros - this.#process.node.localNow;
    if (rest > 0) this.#timer = this.#process.loop.after(rest, this.#due);
    else {
      this.#isOver = true;
      this.#socket.emit('timeout');
    }
  };
}

function bytesOf({ chunk, encoding }: Chunk): Uint8Array {
  // Copied, because whoever wrote it may use it again.
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : new Uint8Array(chunk);
}

function concatenated(chunks: readonly Chunk[]): Uint8Array {
  if (chunks.length === 1) return bytesOf(chunks[0]!);
  return Buffer.concat(
    chunks.map(({ chunk, encoding }) => (typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)),
  );
}

/** Nobody would ever answer: the life that has opened it is over, or has other tasks. */
function refuseOthers(owner: Process): void {
  const user = currentProcess();
  if (user === undefined || user === owner) return;
  refuse(
    'socket.write',
    `the connection was opened by another life of a node, '${owner.node.name}', and kept in a variable that several share, as those of packages are; ` +
      'keep it in a file of the application, or hand the package an agent or a pool that was made there',
  );
}

/** Writes now, or as soon as the socket is connected. */
function write(socket: VirtualSocket, bytes: Uint8Array, written: Written): void {
  const line = socket[LINE];
  refuseOthers(line.process);
  if (socket.connecting) {
    const connected = (): void => {
      socket.off('close', closed);
      write(socket, bytes, written);
    };
    const closed = (): void => {
      written(
        nodeError(
          new Error('Socket closed before the connection was established'),
          'ERR_SOCKET_CLOSED_BEFORE_CONNECTION',
        ),
      );
    };
    socket.once('connect', connected);
    socket.once('close', closed);
  } else if (!line.isOpen) {
    written(nodeError(new Error('Socket is closed'), 'ERR_SOCKET_CLOSED'));
  } else {
    socket._unrefTimer();
    line.write(bytes, written);
  }
}

type Self = VirtualSocket;

/** What takes the place of Node's own methods. */
const overrides = {
  connect(this: Self, ...args: unknown[]): Self {
    return dial(this, normalized(args));
  },

  _read(this: Self, size: number): void {
    if (this.connecting || !this[LINE].isOpen) this.once('connect', () => overrides._read.call(this, size));
    else this[LINE].startReading();
  },

  _write(this: Self, chunk: Buffer | string, encoding: BufferEncoding, written: Written): void {
    write(this, bytesOf({ chunk, encoding }), written);
  },

  _writev(this: Self, chunks: readonly Chunk[], written: Written): void {
    write(this, concatenated(chunks), written);
  },

  _final(this: Self, finished: () => void): void {
    if (this.connecting) this.once('connect', () => overrides._final.call(this, finished));
    else if (!this[LINE].isOpen) finished();
    else this[LINE].finish(finished);
  },

  _destroy(this: Self, error: Error | null, done: Written): void {
    Object.assign(this, { connecting: false });
    this[TIMER]?.cancel();
    this[TIMER] = undefined;
    const { _server: server } = this;
    const manner = this.resetAndClosing ? 'abort' : 'finish';
    this.resetAndClosing = false;
    this[LINE].close(manner, () => this.emit('close', error !== null && error !== undefined));
    done(error);
    if (server !== null) {
      server._connections--;
      server._emitCloseIfDrained();
    }
  },

  setTimeout(this: Self, millis: number, callback?: () => void): Self {
    if (this.destroyed) return this;
    if (typeof millis !== 'number' || !(millis >= 0 && millis < Infinity)) {
      throw nodeError(
        new RangeError(`The value of "msecs" is out of range. Received ${String(millis)}`),
        'ERR_OUT_OF_RANGE',
      );
    }
    this.timeout = millis;
    this[TIMER]?.cancel();
    this[TIMER] = undefined;
    if (millis === 0) {
      if (callback !== undefined) this.removeListener('timeout', callback);
      return this;
    }
    this[TIMER] = new IdleTimer(this, this[LINE].process, Math.min(millis, LONGEST_MILLIS));
    if (callback !== undefined) this.once('timeout', callback);
    return this;
  },

  _unrefTimer(this: Self): void {
    this[TIMER]?.refresh();
  },

  resetAndDestroy(this: Self): Self {
    if (this.connecting) this.once('connect', () => this._reset());
    else if (this[LINE].isOpen) this._reset();
    else this.destroy(nodeError(new Error('Socket is closed'), 'ERR_SOCKET_CLOSED'));
    return this;
  },

  /** Nothing here keeps a run alive. */
  ref(this: Self): Self {
    return this;
  },
  unref(this: Self): Self {
    return this;
  },

  _getsockname(this: Self): net.AddressInfo | object {
    return named(this[LINE].addresses?.local);
  },
  _getpeername(this: Self): net.AddressInfo | object {
    return named(this.connecting ? undefined : this[LINE].addresses?.remote);
  },

  get pending(): boolean {
    const self = this as unknown as Self;
    return self.connecting || !self[LINE].isOpen;
  },
  get bytesRead(): number {
    return (this as unknown as Self)[LINE].bytesRead;
  },
  get _bytesDispatched(): number {
    return (this as unknown as Self)[LINE].bytesWritten;
  },
};

function named(end: { address: string; port: number } | undefined): net.AddressInfo | object {
  return end === undefined ? {} : { address: end.address, family: 'IPv4', port: end.port };
}

/** Every virtual socket inherits from it. */
const VIRTUAL = Object.create(net.Socket.prototype, Object.getOwnPropertyDescriptors(overrides)) as object;

/** The arguments of `net.connect` as options and a listener. */
export function normalized(args: readonly unknown[]): Normalized {
  const [first] = args;
  // Node hands on what it has normalized.
  if (Array.isArray(first)) return first as unknown as Normalized;
  return (net as unknown as Normalizing)._normalizeArgs(args);
}
