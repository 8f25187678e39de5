import type { WebSocket } from 'ws';
import type { CloseManner } from '../mqtt/machine.ts';
import { type Channel, type ChannelOwner, endOf, joined, LINGER_MILLIS, plain } from './channel.ts';

const NORMAL = 1000;
const UNSUPPORTED_DATA = 1003;

/** MQTT over WebSocket [3.1.1/6]: a stream of bytes in binary frames, which know nothing of packets [3.1.1/MQTT-6.0.0-2] [5.0/MQTT-6.0.0-2]. */
export class WebSocketChannel implements Channel {
  tag = 0;
  taken: ((bytes: number) => void) | undefined;
  readonly remote: string;
  readonly #socket: WebSocket;
  #owner: ChannelOwner | undefined;
  #pieces: Uint8Array[] = [];
  #piecesBytes = 0;
  #wantsDrained = false;
  #stood: boolean;
  #error: NodeJS.ErrnoException | undefined;

  constructor(socket: WebSocket, remote: string, owner: ChannelOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.remote = remote;
    this.#stood = socket.readyState === socket.OPEN;
    socket.binaryType = 'nodebuffer';
    socket.once('open', () => {
      this.#stood = true;
      this.#owner?.opened(this);
    });
    socket.on('message', (data, isBinary) => this.#message(data as Buffer, isBinary));
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.once('close', (code) => {
      // 1006 is what this end notes when there was no closing handshake.
      const end = code === 1006 || !this.#stood ? endOf(this.#error, this.#stood) : 'finished';
      const owner = this.#owner;
      this.#owner = undefined;
      owner?.ended(this, end, this.#error);
    });
  }

  get backlog(): number {
    const backlog = this.#piecesBytes + this.#socket.bufferedAmount;
    if (backlog > 0) this.#wantsDrained = true;
    return backlog;
  }

  set reading(reads: boolean) {
    if (reads) this.#socket.resume();
    else this.#socket.pause();
  }
  get reading(): boolean {
    return !this.#socket.isPaused;
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
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(whole, { binary: true }, (error) => {
      if (error) return;
      this.taken?.(bytes);
      if (!this.#wantsDrained || this.#socket.bufferedAmount + this.#piecesBytes > 0) return;
      this.#wantsDrained = false;
      this.#owner?.drained(this);
    });
  }

  close(manner: CloseManner): void {
    this.#owner = undefined;
    if (manner === 'abort' || !this.#stood) {
      this.#pieces = [];
      this.#socket.terminate();
      return;
    }
    this.flush();
    this.#leave(NORMAL);
  }

  #message(data: Buffer, isBinary: boolean): void {
    const owner = this.#owner;
    if (isBinary) {
      owner?.received(this, plain(data));
      return;
    }
    // Anything but binary frames ends the connection [3.1.1/MQTT-6.0.0-1] [5.0/MQTT-6.0.0-1].
    this.#owner = undefined;
    this.#leave(UNSUPPORTED_DATA);
    owner?.ended(this, 'closed');
  }

  #leave(code: number): void {
    const socket = this.#socket;
    socket.resume();
    socket.close(code);
    const linger = setTimeout(() => socket.terminate(), LINGER_MILLIS);
    linger.unref();
    socket.once('close', () => clearTimeout(linger));
  }
}
