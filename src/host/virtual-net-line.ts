/**
 * One end of a connection as a socket uses it: between an endpoint, which speaks in events of the network, and a socket of foreign code,
 * which is spoken to in tasks of its process.
 *
 * It does what libuv does below Node's `net`: it reads at most 64 KiB at once and only while the socket wants more, takes as much to
 * write as the host has room for, and finds out about the end of a connection only while it reads or writes.
 */
import type { Socket } from 'node:net';
import type { CloseManner, ConnectionEnd } from '../mqtt/machine.ts';
import type { Endpoint } from '../sim/endpoint.ts';
import type { Attendant } from '../sim/host.ts';
import type { Process } from '../sim/process-node.ts';
import { ByteTap } from './byte-tap.ts';
import { carriedBy, shownBytes } from './first-bytes.ts';
import { connectError, type NetworkErrorCode, systemError } from './virtual-net-errors.ts';
import { type Addresses, addressesOf } from './virtual-net-names.ts';

/** As much as libuv reads at once. */
const READ_BYTES = 65_536;

/** Told when all of a write was taken, or why it never will be. */
export type Written = (error?: Error | null) => void;

/** The socket above a line, with what Node's types leave out. */
export interface LineSocket extends Socket {
  _unrefTimer(): void;
}

const CODES: Partial<Record<ConnectionEnd, NetworkErrorCode>> = {
  refused: 'ECONNREFUSED',
  reset: 'ECONNRESET',
  'timed-out': 'ETIMEDOUT',
};

export class SocketLine implements Attendant<Endpoint> {
  readonly process: Process;
  /** Known from dialling on. */
  addresses: Addresses | undefined;
  bytesRead = 0;
  bytesWritten = 0;
  readonly #socket: LineSocket;
  #endpoint: Endpoint | undefined;
  #isOpen = false;
  #isClosed = false;
  /** The socket wants to read. */
  #reads = false;
  /** A task to read is posted. */
  #willRead = false;
  /** The peer has sent FIN, and the socket was told. */
  #peerFinished = false;
  #endTold = false;
  /** How the connection came to its end. */
  #end: ConnectionEnd | undefined;
  /** What the host has no room for yet, and whose it is. */
  #waiting: Uint8Array | undefined;
  #written: Written | undefined;

  constructor(process: Process, socket: LineSocket) {
    this.process = process;
    this.#socket = socket;
  }

  /** Connected, and not closed. */
  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosed;
  }

  dial(to: string, port: number): void {
    this.#endpoint = this.process.dial(to, port, this);
    this.addresses = addressesOf(this.process, this.#endpoint.connection);
  }

  /** Takes a connection that somebody else dialled. */
  accept(endpoint: Endpoint): void {
    this.#endpoint = endpoint;
    endpoint.attendant = this;
    const { local, remote } = addressesOf(this.process, endpoint.connection);
    this.addresses = { local: remote, remote: local };
    this.#isOpen = true;
  }

  /* As the attendant of the endpoint, in events of the network. */

  established(): void {
    this.process.loop.post(() => {
      if (this.#isClosed) return;
      this.#isOpen = true;
      const socket = this.#socket;
      Object.assign(socket, { connecting: false });
      socket._unrefTimer();
      socket.emit('connect');
      socket.emit('ready');
      if (socket.readable && !socket.isPaused()) socket.read(0);
    });
  }

  readable(): void {
    this.#look();
  }

  finished(): void {
    this.#peerFinished = true;
    this.#look();
  }

  ended(_endpoint: Endpoint, end: ConnectionEnd): void {
    this.#end = end;
    if (this.#reads || !this.#isOpen || this.#written !== undefined) this.process.loop.post(this.#learnEnd);
  }

  drained(): void {
    if (this.#written !== undefined) this.process.loop.post(this.#writeOn);
  }

  /* As the socket uses it, in tasks. */

  /** The socket wants more. */
  startReading(): void {
    if (this.#reads) return;
    this.#reads = true;
    if (this.#end === undefined) this.#look();
    else this.process.loop.post(this.#learnEnd);
  }

  /** Bytes are the line's own from now on. */
  write(bytes: Uint8Array, written: Written): void {
    if (this.bytesWritten === 0) this.#beginsWith(bytes);
    this.#waiting = bytes;
    this.#written = written;
    this.#writeOn();
  }

  /** The first bytes say what the connection carries; between processes that may be anything. */
  #beginsWith(bytes: Uint8Array): void {
    const { connection } = this.#endpoint!;
    const { dialler, listener, named } = connection;
    const carried = carriedBy(bytes);
    if (carried === 'websocket') connection.becomeWebSocket();
    if (carried !== 'bytes' || named.over !== undefined) return;
    if (!dialler.host.hosted || !listener.host.hosted) return;
    if (dialler.outgoing.written > 0 || listener.outgoing.written > 0) return;
    const { name, recorder } = this.process.node;
    connection.carry((writer, reader) => new ByteTap(connection, writer, reader));
    recorder.emit({
      k: 'note',
      n: name,
      text: `${connection.name} carries no MQTT: it begins with ${shownBytes(bytes)}`,
    });
  }

  finish(finished: () => void): void {
    if (!this.#isClosed) this.#endpoint?.finishWriting();
    this.process.loop.post(finished);
  }

  /** @param closed is called in a task. */
  close(manner: CloseManner, closed: () => void): void {
    this.#isClosed = true;
    this.#endpoint?.close(manner);
    this.process.loop.post(() => {
      const written = this.#written;
      this.#waiting = undefined;
      this.#written = undefined;
      // As Node does: the socket is gone, and nobody can say what became of it.
      written?.(null);
      closed();
    });
  }

  #look(): void {
    if (!this.#reads || this.#willRead || !this.#isOpen || this.#isClosed) return;
    if (this.#endpoint!.unread === 0 && (!this.#peerFinished || this.#endTold)) return;
    this.#willRead = true;
    this.process.loop.post(this.#read);
  }

  readonly #read = (): void => {
    this.#willRead = false;
    if (this.#isClosed || !this.#reads) return;
    const endpoint = this.#endpoint!;
    const socket = this.#socket;
    const bytes = endpoint.readBytes(READ_BYTES);
    if (bytes !== undefined) {
      endpoint.consumed();
      this.bytesRead += bytes.length;
      socket._unrefTimer();
      // A copy: what was sent stays as it was, whatever the reader does with it.
      if (!socket.push(Buffer.from(bytes))) this.#reads = false;
      // As libuv: where a read finds the last bytes and the connection broken at once, it takes that for an end in order.
      if (this.#reads && bytes.length < READ_BYTES && endpoint.brokenBy !== undefined) this.#tellEnd();
      else this.#look();
    } else if (this.#peerFinished && !this.#endTold) {
      this.#tellEnd();
    }
  };

  #tellEnd(): void {
    this.#endTold = true;
    this.#reads = false;
    this.#socket.push(null);
    this.#socket.read(0);
  }

  readonly #learnEnd = (): void => {
    if (this.#isClosed) return;
    const code = CODES[this.#end!];
    if (code === undefined) return;
    if (!this.#isOpen) {
      const { address, port } = this.addresses!.remote;
      this.#socket.destroy(connectError(code, address, port));
    } else if (!this.#endTold) this.#socket.destroy(systemError('read', code));
    else this.#writeOn();
  };

  readonly #writeOn = (): void => {
    const written = this.#written;
    if (written === undefined || this.#isClosed) return;
    const endpoint = this.#endpoint!;
    const end = this.#end ?? endpoint.brokenBy;
    if (end !== undefined) {
      this.#settleWrite(systemError('write', (!this.#peerFinished && CODES[end]) || 'EPIPE'));
      return;
    }
    for (let bytes = this.#waiting!; ; bytes = this.#waiting) {
      const { room } = endpoint;
      if (room === 0 && bytes.length > 0) return;
      const part = bytes.length <= room ? bytes : bytes.subarray(0, room);
      if (part.length > 0 && !endpoint.write(part)) {
        this.#settleWrite(systemError('write', 'EPIPE'));
        return;
      }
      this.bytesWritten += part.length;
      if (part.length === bytes.length) {
        this.#settleWrite(null);
        return;
      }
      this.#waiting = bytes.subarray(part.length);
    }
  };

  #settleWrite(error: Error | null): void {
    const written = this.#written!;
    this.#waiting = undefined;
    this.#written = undefined;
    written(error);
  }
}
