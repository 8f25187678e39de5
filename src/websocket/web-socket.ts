/**
 * One end of a WebSocket as a state machine without IO [RFC 6455], for MQTT: it speaks binary messages and one of MQTT's
 * subprotocols. What differs between client and server is in `client.ts` and `server.ts`.
 *
 * Order of calls: {@link WebSocket.opened} once the TCP connection stands, then any number of {@link WebSocket.received}, and
 * {@link WebSocket.send} between `opened` and `ended` of the sink. Inputs never nest, as with the machines of MQTT: a
 * sink does not call back into the machine that is calling it, except `send` from `data`.
 */
import { NO_CODE, NORMAL, WebSocketError } from './close-code.ts';
import { BINARY, CLOSE, encodeFrame, LONGEST_CONTROL, PONG } from './frame.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { endOfHead, holdsNoHead, LONGEST_HEAD } from './http-head.ts';
import { asciiBytes } from './key.ts';

/** Bytes of one message, unless the options say otherwise: a little more than the longest packet of MQTT has. */
export const LONGEST_MESSAGE = 268_500_000;

/** Why an end will send and receive no more. */
export interface WebSocketEnding {
  /** `peer`: it sent a Close frame. `failure`: it did something that it must not. `refused`: there was no upgrade. */
  readonly by: 'peer' | 'failure' | 'refused';
  /** Of the Close frame, received or sent; 1005 for none. */
  readonly code: number;
  /** In words. */
  readonly reason: string;
}

/** Where the outputs go. Bytes handed over are immutable from then on. */
export interface WebSocketSink {
  /** The request, the response, or one whole frame. */
  send(bytes: Uint8Array): void;
  /** The handshake is over: from now on there are messages. */
  opened(subprotocol: string): void;
  /** Payload, in order and cut anywhere. */
  data(bytes: Uint8Array): void;
  /** No more data comes, and none can be sent: once, unless this end closed. */
  ended(ending: WebSocketEnding): void;
  /** The TCP connection is to be closed now. A pump closes it too when a peer takes its time with this. */
  finish(): void;
}

const NOTHING = new Uint8Array(0);

export abstract class WebSocket {
  protected readonly sink: WebSocketSink;
  readonly #decoder: FrameDecoder;
  #state: 'handshake' | 'open' | 'closing' | 'over' = 'handshake';
  /** What came of the head of the handshake. */
  #head = NOTHING;

  constructor(sink: WebSocketSink, peerMasks: boolean, longestMessage = LONGEST_MESSAGE) {
    this.sink = sink;
    this.#decoder = new FrameDecoder(
      { masked: peerMasks, longestMessage },
      {
        data: (bytes) => {
          if (this.#state === 'open') sink.data(bytes);
        },
        ping: (payload) => {
          // Section 5.5.2: with the same payload, unless a Close frame was sent.
          if (this.#state === 'open') this.#frame(PONG, payload);
        },
        pong: () => {},
        close: (code, reason) => this.#peerCloses(code, reason),
      },
    );
  }

  /* Inputs. */

  /** The TCP connection stands. */
  abstract opened(): void;

  /** Bytes in order, cut anywhere; they must not change any more. */
  received(bytes: Uint8Array): void {
    if (this.#state === 'handshake') this.#handshake(bytes);
    else if (this.#state !== 'over') this.#read(bytes);
  }

  /* Commands. */

  /** Sends one message in one frame. Nothing is sent while there is no connection, or not any more. */
  send(payload: Uint8Array): void {
    if (this.#state === 'open') this.#frame(BINARY, payload);
  }

  /** Begins the closing handshake. The sink is told to finish when the peer has answered. */
  close(code: number = NORMAL): void {
    if (this.#state === 'open') {
      this.#state = 'closing';
      this.#closeFrame(code, '');
    } else if (this.#state === 'handshake') {
      this.#state = 'over';
      this.sink.finish();
    }
  }

  /* Queries. */

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /* What client and server do differently. */

  /** The whole head of the peer's side of the handshake has come. Undefined refuses: the sink has been told why. */
  protected abstract shakeHands(head: Uint8Array): string | undefined;
  /** The head of the peer is longer than any should be. */
  protected abstract refuseLongHead(): void;
  protected abstract newMask(): Uint8Array | undefined;
  /** Both Close frames have passed. */
  protected abstract closed(): void;

  protected refuse(reason: string): void {
    this.#state = 'over';
    this.sink.ended({ by: 'refused', code: NO_CODE, reason });
    this.sink.finish();
  }

  #handshake(bytes: Uint8Array): void {
    const head = new Uint8Array(this.#head.length + bytes.length);
    head.set(this.#head);
    head.set(bytes, this.#head.length);
    // What is no head never ends: it is answered at once.
    const end = endOfHead(head) || (holdsNoHead(head) ? head.length : 0);
    if (end > LONGEST_HEAD || (end === 0 && head.length > LONGEST_HEAD)) {
      this.refuseLongHead();
      return;
    }
    if (end === 0) {
      this.#head = head;
      return;
    }
    this.#head = NOTHING;
    const subprotocol = this.shakeHands(head.subarray(0, end));
    if (subprotocol === undefined) return;
    this.#state = 'open';
    this.sink.opened(subprotocol);
    if (end < head.length) this.received(head.subarray(end));
  }

  #read(bytes: Uint8Array): void {
    try {
      this.#decoder.push(bytes);
    } catch (error) {
      if (!(error instanceof WebSocketError)) throw error;
      this.#fail(error);
    }
  }

  /** Section 7.1.7: says why, and reads no more. */
  #fail({ code, message }: WebSocketError): void {
    const wasOpen = this.#state === 'open';
    this.#state = 'over';
    if (wasOpen) {
      this.#closeFrame(code, message);
      this.sink.ended({ by: 'failure', code, reason: message });
    }
    this.sink.finish();
  }

  #peerCloses(code: number, reason: string): void {
    const wasOpen = this.#state === 'open';
    this.#state = 'over';
    if (wasOpen) {
      // Section 5.5.1: the answer repeats the code that came.
      this.#closeFrame(code, '');
      this.sink.ended({ by: 'peer', code, reason });
    }
    this.closed();
  }

  #closeFrame(code: number, reason: string): void {
    if (code === NO_CODE) {
      this.#frame(CLOSE, NOTHING);
      return;
    }
    const text = asciiBytes(reason).subarray(0, LONGEST_CONTROL - 2);
    const payload = new Uint8Array(2 + text.length);
    payload[0] = code >> 8;
    payload[1] = code;
    payload.set(text, 2);
    this.#frame(CLOSE, payload);
  }

  #frame(opcode: number, payload: Uint8Array): void {
    this.sink.send(encodeFrame({ opcode, payload, mask: this.newMask() }));
  }
}
