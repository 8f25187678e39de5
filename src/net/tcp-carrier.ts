import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Carrier, type CarrierListener, endOf, LINGER_MILLIS, plain, spoken } from './channel.ts';

/** A TCP connection, or TLS on one, accepted or being dialled. */
export class TcpCarrier implements Carrier {
  readonly remote: string;
  readonly #socket: Socket;
  #stood: boolean;
  #finished = false;
  #error: NodeJS.ErrnoException | undefined;

  /** `stands`: it was accepted, with its handshake done if it has one. */
  constructor(socket: Socket, stands: boolean) {
    this.#socket = socket;
    this.#stood = stands;
    this.remote = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
    socket.setNoDelay(true);
  }

  begin(listener: CarrierListener): void {
    const socket = this.#socket;
    if (!this.#stood) {
      socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
        this.#stood = true;
        listener.opened();
      });
    }
    socket.on('data', (bytes: Uint8Array) => listener.received(plain(bytes)));
    socket.on('error', (error) => {
      this.#error = spoken(error);
    });
    socket.once('end', () => {
      if (this.#stood) listener.ended('finished');
    });
    socket.once('close', () => listener.ended(endOf(this.#error, this.#stood), this.#error));
  }

  get backlog(): number {
    return this.#socket.writableLength;
  }

  get writable(): boolean {
    return this.#socket.writable;
  }

  set reading(reads: boolean) {
    if (reads) this.#socket.resume();
    else this.#socket.pause();
  }
  get reading(): boolean {
    return !this.#socket.isPaused();
  }

  write(bytes: Uint8Array, taken: () => void): void {
    this.#socket.write(bytes, (error) => {
      if (!error) taken();
    });
  }

  finish(): void {
    if (!this.#stood) {
      this.abort();
      return;
    }
    if (this.#finished) return;
    this.#finished = true;
    const socket = this.#socket;
    if (socket.destroyed) return;
    socket.end();
    // What still comes is read and thrown away, for unread bytes would turn the FIN into a reset.
    socket.resume();
    const linger = setTimeout(() => socket.destroy(), LINGER_MILLIS);
    linger.unref();
    socket.once('close', () => clearTimeout(linger));
    socket.once('end', () => socket.destroySoon());
  }

  abort(): void {
    // Node knows how to reset a plain socket only.
    if (this.#socket instanceof TLSSocket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }
}
