import type { WebSocket } from 'ws';
import { type Carrier, type CarrierListener, endOf, LINGER_MILLIS, plain, spoken } from './channel.ts';

const NORMAL = 1000;
const UNSUPPORTED_DATA = 1003;
/** What this end notes when there was no closing handshake. */
const ABNORMAL = 1006;

/** MQTT over WebSocket [3.1.1/6]: a stream of bytes in binary frames, which know nothing of packets [3.1.1/MQTT-6.0.0-2] [5.0/MQTT-6.0.0-2]. */
export class WebSocketCarrier implements Carrier {
  readonly remote: string;
  readonly #socket: WebSocket;
  #stood: boolean;
  #left = false;
  #error: NodeJS.ErrnoException | undefined;

  constructor(socket: WebSocket, remote: string) {
    this.#socket = socket;
    this.remote = remote;
    this.#stood = socket.readyState === socket.OPEN;
    socket.binaryType = 'nodebuffer';
  }

  begin(listener: CarrierListener): void {
    const socket = this.#socket;
    socket.once('open', () => {
      this.#stood = true;
      listener.opened();
    });
    socket.on('message', (data, isBinary) => {
      if (isBinary) {
        if (!this.#left) listener.received(plain(data as Buffer));
        return;
      }
      // Anything but binary frames ends the connection [3.1.1/MQTT-6.0.0-1] [5.0/MQTT-6.0.0-1].
      this.#leave(UNSUPPORTED_DATA);
      listener.ended('closed');
    });
    socket.on('error', (error) => {
      this.#error = spoken(error);
    });
    socket.once('close', (code) => {
      const finished = code !== ABNORMAL && this.#stood;
      listener.ended(finished ? 'finished' : endOf(this.#error, this.#stood), this.#error);
    });
  }

  get backlog(): number {
    return this.#socket.bufferedAmount;
  }

  get writable(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  set reading(reads: boolean) {
    if (reads) this.#socket.resume();
    else this.#socket.pause();
  }
  get reading(): boolean {
    return !this.#socket.isPaused;
  }

  write(bytes: Uint8Array, taken: () => void): void {
    this.#socket.send(bytes, { binary: true }, (error) => {
      if (!error) taken();
    });
  }

  finish(): void {
    if (this.#stood) this.#leave(NORMAL);
    else this.abort();
  }

  abort(): void {
    this.#socket.terminate();
  }

  #leave(code: number): void {
    const socket = this.#socket;
    if (this.#left) return;
    this.#left = true;
    if (socket.readyState === socket.CLOSED) return;
    socket.resume();
    socket.close(code);
    const linger = setTimeout(() => socket.terminate(), LINGER_MILLIS);
    linger.unref();
    socket.once('close', () => clearTimeout(linger));
  }
}
