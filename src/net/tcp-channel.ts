import type { Socket } from 'node:net';
import type { CloseManner } from '../mqtt/machine.ts';
import { type Channel, type ChannelOwner, endOf, joined, LINGER_MILLIS, plain } from './channel.ts';

/** A TCP connection, accepted or being dialled. */
export class TcpChannel implements Channel {
  tag = 0;
  taken: ((bytes: number) => void) | undefined;
  readonly remote: string;
  readonly #socket: Socket;
  #owner: ChannelOwner | undefined;
  #pieces: Uint8Array[] = [];
  #piecesBytes = 0;
  #wantsDrained = false;
  #stood: boolean;
  #error: NodeJS.ErrnoException | undefined;

  constructor(socket: Socket, owner: ChannelOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.#stood = !socket.connecting;
    this.remote = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
    socket.setNoDelay(true);
    if (socket.connecting) {
      socket.once('connect', () => {
        this.#stood = true;
        this.#owner?.opened(this);
      });
    }
    socket.on('data', (bytes: Uint8Array) => this.#owner?.received(this, plain(bytes)));
    socket.on('error', (error) => {
      this.#error = error;
    });
    // A machine has no half-open connections: when the peer has finished, this end does.
    socket.once('end', () => this.#over(() => this.#owner?.ended(this, 'finished')));
    socket.once('close', () => {
      this.#over(() => this.#owner?.ended(this, endOf(this.#error, this.#stood), this.#error));
    });
  }

  get backlog(): number {
    const backlog = this.#piecesBytes + this.#socket.writableLength;
    if (backlog > 0) this.#wantsDrained = true;
    return backlog;
  }

  set reading(reads: boolean) {
    if (reads) this.#socket.resume();
    else this.#socket.pause();
  }
  get reading(): boolean {
    return !this.#socket.isPaused();
  }

  write(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#piecesBytes += bytes.length;
    if (this.#pieces.length === 1) this.#owner?.unflushed(this);
  }

  flush(): void {
    if (this.#pieces.length === 0) return;
    const bytes = this.#piecesBytes;
    const whole = joined(this.#pieces, bytes);
    this.#pieces = [];
    this.#piecesBytes = 0;
    if (!this.#socket.writable) return;
    this.#socket.write(whole, (error) => {
      if (error) return;
      this.taken?.(bytes);
      if (!this.#wantsDrained || this.#socket.writableLength + this.#piecesBytes > 0) return;
      this.#wantsDrained = false;
      this.#owner?.drained(this);
    });
  }

  close(manner: CloseManner): void {
    this.#owner = undefined;
    const socket = this.#socket;
    if (manner === 'abort' || socket.connecting) {
      this.#pieces = [];
      socket.resetAndDestroy();
      return;
    }
    this.flush();
    socket.end();
    // What still comes is read and thrown away, for unread bytes would turn the FIN into a reset.
    socket.resume();
    const linger = setTimeout(() => socket.destroy(), LINGER_MILLIS);
    linger.unref();
    socket.once('close', () => clearTimeout(linger));
    socket.once('end', () => socket.destroySoon());
  }

  /** Tells the owner once. */
  #over(tell: () => void): void {
    if (this.#owner === undefined) return;
    tell();
    if (this.#owner !== undefined) this.close('finish');
  }
}
