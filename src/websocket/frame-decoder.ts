/**
 * Reads frames from a stream that is cut anywhere, and refuses what RFC 6455 does. Payload is handed on as it comes: a message of any
 * size needs no memory here.
 */
import {
  INVALID_PAYLOAD,
  MESSAGE_TOO_BIG,
  mayBeSent,
  NO_CODE,
  PROTOCOL_ERROR,
  UNSUPPORTED_DATA,
  WebSocketError,
} from './close-code.ts';
import {
  applyMask,
  BINARY,
  CLOSE,
  CONTINUATION,
  type FrameHeader,
  isControl,
  LONGEST_CONTROL,
  PING,
  PONG,
  readHeader,
  TEXT,
} from './frame.ts';

export interface FrameReader {
  /** Payload of binary messages, in order; they are a stream of bytes [5.0/MQTT-6.0.0-2], so nobody is told where one ends. */
  data(bytes: Uint8Array): void;
  ping(payload: Uint8Array): void;
  pong(payload: Uint8Array): void;
  /** The peer will send no more. */
  close(code: number, reason: string): void;
}

export interface FrameDecoderOptions {
  /** Whether the peer has to mask, as clients do, or must not. */
  masked: boolean;
  /** Bytes of one message, all its frames together. */
  longestMessage: number;
}

const LONGEST_HEADER = 14;
const NOTHING = new Uint8Array(0);

export class FrameDecoder {
  readonly #options: FrameDecoderOptions;
  readonly #reader: FrameReader;
  /** The beginning of a header. */
  #partial = NOTHING;
  /** The frame whose payload comes now; undefined between frames. */
  #header: FrameHeader | undefined;
  /** Bytes of its payload so far, and of a control frame those bytes. */
  #come = 0;
  #control = NOTHING;
  /** Within a message: bytes of its frames before this one. -1 between messages. */
  #messageBytes = -1;
  #over = false;

  constructor(options: FrameDecoderOptions, reader: FrameReader) {
    this.#options = options;
    this.#reader = reader;
  }

  /**
   * The next bytes of the stream. They must not change any more. Nothing is read after a Close frame or an error.
   *
   * @throws {WebSocketError} for what the peer must not send
   */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (!this.#over && (at < bytes.length || this.#isComplete())) {
      at =
        this.#header === undefined ? this.#readHeader(bytes, at) : this.#readPayload(this.#header, bytes, at);
    }
  }

  #isComplete(): boolean {
    return this.#header !== undefined && this.#come === this.#header.length;
  }

  #readHeader(bytes: Uint8Array, at: number): number {
    const kept = this.#partial;
    let whole = bytes;
    let from = at;
    if (kept.length > 0) {
      const more = bytes.subarray(at, at + LONGEST_HEADER - kept.length);
      whole = new Uint8Array(kept.length + more.length);
      whole.set(kept);
      whole.set(more, kept.length);
      from = 0;
    }
    // The first two bytes are enough to refuse: a peer must not hide behind a header that never ends.
    if (whole.length - from >= 2) this.#checkStart(whole[from]!, whole[from + 1]!);
    const header = readHeader(whole, from);
    if (header === undefined) {
      this.#partial = whole.slice(from);
      return bytes.length;
    }
    this.#partial = NOTHING;
    this.#begin(header);
    return at + header.size - kept.length;
  }

  #checkStart(first: number, second: number): void {
    const opcode = first & 15;
    if ((first & 0x70) !== 0)
      this.#refuse(PROTOCOL_ERROR, '5.2', 'a reserved bit is set without an extension');
    if (opcode > BINARY && (opcode < CLOSE || opcode > PONG))
      this.#refuse(PROTOCOL_ERROR, '5.2', `opcode ${opcode} is reserved`);
    if (((second & 0x80) !== 0) !== this.#options.masked) {
      const what = this.#options.masked ? 'a frame of a client has to be masked' : 'a server must not mask';
      this.#refuse(PROTOCOL_ERROR, '5.1', what);
    }
    if (isControl(opcode)) {
      if ((first & 0x80) === 0) this.#refuse(PROTOCOL_ERROR, '5.5', 'a control frame must not be fragmented');
      if ((second & 0x7f) > LONGEST_CONTROL)
        this.#refuse(PROTOCOL_ERROR, '5.5', `a control frame carries at most ${LONGEST_CONTROL} bytes`);
      return;
    }
    if ((opcode === CONTINUATION) !== this.#messageBytes >= 0) {
      const what =
        opcode === CONTINUATION ? 'nothing is begun that could go on' : 'the last message has not ended';
      this.#refuse(PROTOCOL_ERROR, '5.4', what);
    }
    // MQTT control packets travel in binary frames, and anything else ends the connection.
    if (opcode === TEXT) this.#refuse(UNSUPPORTED_DATA, '5.6', 'a text frame where MQTT has binary ones');
  }

  #begin(header: FrameHeader): void {
    if (!header.minimal)
      this.#refuse(PROTOCOL_ERROR, '5.2', 'the length of a frame is not in its shortest form');
    this.#header = header;
    this.#come = 0;
    if (isControl(header.opcode)) {
      this.#control = header.length === 0 ? NOTHING : new Uint8Array(header.length);
      return;
    }
    this.#messageBytes = Math.max(this.#messageBytes, 0);
    const message = this.#messageBytes + header.length;
    if (message > this.#options.longestMessage) {
      const limit = this.#options.longestMessage;
      this.#refuse(MESSAGE_TOO_BIG, '7.4.1', `a message of ${message} bytes, ${limit} is the limit`);
    }
    this.#messageBytes = message;
  }

  #readPayload(header: FrameHeader, bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + header.length - this.#come);
    let part = bytes.subarray(at, end);
    if (header.mask !== undefined && part.length > 0) {
      part = part.slice();
      applyMask(part, header.mask, this.#come);
    }
    if (isControl(header.opcode)) this.#control.set(part, this.#come);
    this.#come += part.length;
    const whole = this.#come === header.length;
    if (whole) {
      this.#header = undefined;
      if (header.fin && !isControl(header.opcode)) this.#messageBytes = -1;
    }
    if (!isControl(header.opcode)) {
      if (part.length > 0) this.#reader.data(part);
    } else if (whole) this.#tellControl(header.opcode, this.#control);
    return end;
  }

  #tellControl(opcode: number, payload: Uint8Array): void {
    if (opcode === PING) this.#reader.ping(payload);
    else if (opcode === PONG) this.#reader.pong(payload);
    else {
      this.#over = true;
      const { code, reason } = this.#closeOf(payload);
      this.#reader.close(code, reason);
    }
  }

  #closeOf(payload: Uint8Array): { code: number; reason: string } {
    if (payload.length === 0) return { code: NO_CODE, reason: '' };
    if (payload.length === 1) this.#refuse(PROTOCOL_ERROR, '5.5.1', 'a Close frame with half a code');
    const code = payload[0]! * 256 + payload[1]!;
    if (!mayBeSent(code))
      this.#refuse(PROTOCOL_ERROR, '7.4.1', `the code ${code} must not stand in a Close frame`);
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      return { code, reason: decoder.decode(payload.subarray(2)) };
    } catch {
      return this.#refuse(INVALID_PAYLOAD, '8.1', 'the reason of a Close frame is not UTF-8');
    }
  }

  #refuse(code: number, section: string, message: string): never {
    this.#over = true;
    throw new WebSocketError(code, `RFC 6455 ${section}`, message);
  }
}
