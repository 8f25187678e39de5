/**
 * The digest of a run: a rolling 64-bit hash of what was seen to happen, equal at every trace level.
 *
 * Covered, with time and node: packets and what carries them over WebSocket, sent (all bytes) and received, application calls, settlements and
 * deliveries, the life of nodes and links, connections, faults. Not covered: ordinals and causes, which depend on
 * the level; segments, disks, timers, state, told, notes, asserts and verdicts, which are not recorded at every level or are not
 * facts of the network; `packet.lost` and `websocket.lost`, which follow from what was sent and never received; and all
 * texts that the engine words, so that a better sentence does not change a digest.
 *
 * Two lanes of 32 bits take words in turn, so that their multiplications overlap; each event ends by mixing the lanes. It
 * finds accidents, not forgeries.
 */
import type { AppSettled, TraceEvent, TraceKind, TraceMessage } from './event.ts';
import { finish, hashText, hex32, step } from './hash.ts';
import type { Asked } from './recorder.ts';

/** What the digest reads of an event: everything but its ordinal and its cause. */
export type Digestible<E extends TraceEvent = TraceEvent> = E extends TraceEvent ? Omit<E, 'i' | 'c'> : never;

export const CALLED = 16;
const SETTLED = 17;
export const DELIVERED = 18;

/** Fixed for ever: a digest of today has to be found again tomorrow. */
const CODES: Partial<Record<TraceKind, number>> = {
  'packet.sent': 1,
  'packet.received': 2,
  'node.added': 3,
  'node.started': 4,
  'node.crashed': 5,
  'node.power-cut': 6,
  'node.paused': 7,
  'node.resumed': 8,
  'link.added': 9,
  'fault.began': 10,
  'fault.ended': 11,
  'conn.dialled': 12,
  'conn.accepted': 13,
  'conn.established': 14,
  'conn.ended': 15,
  'app.call': CALLED,
  'app.settled': SETTLED,
  'app.delivered': DELIVERED,
  'websocket.sent': 19,
  'websocket.received': 20,
};

const SENT = 1 << 24;
const RECEIVED = 2 << 24;

/** True for the kinds a digest covers. */
export function isDigested(kind: TraceKind): boolean {
  return CODES[kind] !== undefined;
}

export class Digest {
  #a = 0x243f6a88;
  #b = -0x7a5cf72d;

  /** Node `n` wrote `bytes` to connection `conn` at `t`, or the first `length` of them; both names as {@link hashText} has them. */
  packetSent(t: number, n: number, conn: number, bytes: Uint8Array, length = bytes.length): void {
    let a = step(step(this.#a, t | 0), conn);
    let b = step(step(this.#b, high(t) ^ SENT), n ^ length);
    const whole = length & ~7;
    let i = 0;
    for (; i < whole; i += 8) {
      a = step(a, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
      b = step(b, bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24));
    }
    if (i < length) {
      // At most seven bytes: three and four make one word a lane, so that an acknowledgement costs one round.
      let first = 0;
      let second = 0;
      for (; i < length; i++) {
        second = (second << 8) | (first >>> 24);
        first = (first << 8) | bytes[i]!;
      }
      a = step(a, first);
      b = step(b, second);
    }
    this.#a = a;
    this.#b = b;
    this.end();
  }

  /** Node `n` read the last byte of a packet that was sent as `bytes`. Its content was covered when it was sent. */
  packetReceived(t: number, n: number, conn: number, bytes: Uint8Array): void {
    this.headReceived(t, n, conn, headOf(bytes));
  }

  /** The same of a packet of which {@link headOf} is known. */
  headReceived(t: number, n: number, conn: number, head: number): void {
    this.#a = step(step(this.#a, t | 0), conn);
    this.#b = step(step(this.#b, high(t) ^ RECEIVED), n ^ head);
    this.end();
  }

  /**
   * Any other event, which may have its time beside it; one that is not covered changes nothing. A `packet.received` needs the bytes of the packet it
   * refers to and has its own method.
   */
  event(event: Digestible, t: number = event.t): void {
    const code = CODES[event.k];
    if (code === undefined) return;
    switch (event.k) {
      case 'packet.sent':
        this.packetSent(t, hashText(event.n), hashText(event.conn), event.bytes);
        return;
      case 'packet.received':
        return;
      case 'app.call':
        this.called(t, hashText(event.n), event.call, event);
        return;
      case 'app.settled':
        this.settled(t, hashText(event.n), event.call, event.outcome);
        return;
      case 'app.delivered':
        this.delivered(t, hashText(event.n), event.message, event.dup);
        return;
    }
    this.begin(code, t, hashText(event.n));
    switch (event.k) {
      case 'node.added':
        this.#text(event.role);
        break;
      case 'node.started':
      case 'node.crashed':
      case 'node.power-cut':
      case 'node.paused':
      case 'node.resumed':
        this.word(event.life);
        break;
      case 'link.added':
        this.#text(event.link);
        this.#text(event.a);
        this.#text(event.b);
        break;
      case 'fault.began':
        this.#text(event.fault);
        this.#text(event.family);
        this.#text(event.target);
        for (const key of Object.keys(event.detail).sort()) {
          this.#text(key);
          this.#text(String(event.detail[key]));
        }
        break;
      case 'fault.ended':
        this.#text(event.fault);
        break;
      case 'conn.dialled':
      case 'conn.accepted':
      case 'conn.established':
        this.#text(event.conn);
        break;
      case 'conn.ended':
        this.#text(event.conn);
        this.#text(event.end);
        break;
      case 'websocket.sent':
        this.#text(event.conn);
        this.#text(event.what);
        this.#bytes(event.bytes);
        break;
      case 'websocket.received':
        this.#text(event.conn);
        break;
    }
    this.end();
  }

  /** The application of node `n`, a name as {@link hashText} has it, called its client. */
  called(t: number, n: number, call: number, asked: Asked): void {
    this.begin(CALLED, t, n);
    this.word(call);
    this.#call(asked);
    this.end();
  }

  /** A call of it came to its end. */
  settled(t: number, n: number, call: number, outcome: AppSettled['outcome']): void {
    this.begin(SETTLED, t, n);
    this.word(call);
    this.word(outcome === 'ok' ? 1 : 0);
    this.end();
  }

  /** It was handed a message. */
  delivered(t: number, n: number, message: TraceMessage, dup: boolean): void {
    this.begin(DELIVERED, t, n);
    this.#message(message);
    this.word(dup ? 1 : 0);
    this.end();
  }

  /** Sixteen hexadecimal digits; asking does not change it. */
  hex(): string {
    return hex32(finish(this.#a)) + hex32(finish(this.#b ^ this.#a));
  }

  #call(event: Asked): void {
    this.#text(event.op);
    switch (event.op) {
      case 'connect':
        this.#text(event.to);
        this.#text(event.client);
        this.word((event.clean ? 1 : 0) | (event.will === undefined ? 0 : 2));
        this.word(event.keepAlive);
        if (event.sessionExpiry !== undefined) {
          // Infinity has no bits of its own.
          this.word(event.sessionExpiry === Number.POSITIVE_INFINITY ? -1 : event.sessionExpiry);
        }
        if (event.will !== undefined) this.#message(event.will);
        break;
      case 'publish':
        this.#message(event.message);
        break;
      case 'subscribe':
        for (const { filter, qos } of event.filters) {
          this.#text(filter);
          this.word(qos);
        }
        break;
      case 'unsubscribe':
        for (const filter of event.filters) this.#text(filter);
        break;
      case 'disconnect':
      case 'authenticate':
        break;
    }
  }

  #message(message: TraceMessage): void {
    this.message(
      hashText(message.topic),
      message.payload,
      message.payload.length,
      message.qos,
      message.retain,
    );
    // One test of the shape spares the common message, which has none of these, five more.
    if (message.contentType !== undefined) this.#tagged(1, message.contentType);
    if (message.responseTopic !== undefined) this.#tagged(2, message.responseTopic);
    if (message.correlationData !== undefined) {
      this.word(3);
      this.#bytes(message.correlationData);
    }
    if (message.messageExpiryInterval !== undefined) {
      this.word(4);
      this.word(message.messageExpiryInterval);
    }
    if (message.payloadFormatIndicator !== undefined) this.word(5 + message.payloadFormatIndicator);
    if (message.userProperties !== undefined) {
      for (const [name, value] of message.userProperties) {
        this.#tagged(7, name);
        this.#text(value);
      }
    }
  }

  /** Begins an event of which there is no object: {@link CALLED} or {@link DELIVERED} at `t`, of node `n`, as {@link hashText} has it. */
  begin(code: number, t: number, n: number): void {
    this.#a = step(step(this.#a, t | 0), n);
    this.#b = step(this.#b, high(t) ^ (code << 24));
  }

  /** A number of the event that was begun, or the flags of it. */
  word(word: number): void {
    this.#a = step(this.#a, word);
  }

  /** A message without properties; its topic as {@link hashText} has it, its payload the first `length` of these bytes. */
  message(topic: number, payload: Uint8Array, length: number, qos: number, retain: boolean): void {
    this.hash(topic);
    this.#bytes(payload, length);
    this.word(qos | (retain ? 4 : 0));
  }

  /** Nothing more belongs to the event that was begun. */
  end(): void {
    const a = this.#a;
    this.#a = (a + ((this.#b << 5) | (this.#b >>> 27))) | 0;
    this.#b = Math.imul(this.#b ^ a, 0x2545f491) ^ (a >>> 15);
  }

  #tagged(tag: number, text: string): void {
    this.word(tag);
    this.#text(text);
  }

  #text(text: string): void {
    this.hash(hashText(text));
  }

  /** A text of the event that was begun, as {@link hashText} has it. */
  hash(hash: number): void {
    this.#b = step(this.#b, hash);
  }

  #bytes(bytes: Uint8Array, length = bytes.length): void {
    let a = step(this.#a, length);
    let b = this.#b;
    const whole = length & ~7;
    let i = 0;
    for (; i < whole; i += 8) {
      a = step(a, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
      b = step(b, bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24));
    }
    for (; i < length; i++) a = step(a, bytes[i]!);
    this.#a = a;
    this.#b = b;
  }
}

/** What the digest reads of a packet when it is received: its length and its first byte. */
export function headOf(bytes: Uint8Array, length = bytes.length): number {
  return (length << 8) ^ (length === 0 ? 0 : bytes[0]!);
}

/** The part of a time above 2^32 microseconds, 71 minutes: without it, times would repeat. */
function high(t: number): number {
  return (t / 0x1_0000_0000) | 0;
}

/** The digest of a whole recorded trace of level packets or full: that of the run it was recorded from. */
export function digestOf(events: Iterable<TraceEvent>): string {
  const digest = new Digest();
  const underWay = new Map<number, Uint8Array>();
  for (const event of events) {
    switch (event.k) {
      case 'packet.sent':
        underWay.set(event.i, event.bytes);
        break;
      case 'packet.lost':
        underWay.delete(event.of);
        break;
      case 'packet.received': {
        const bytes = underWay.get(event.of);
        if (bytes !== undefined) {
          digest.packetReceived(event.t, hashText(event.n), hashText(event.conn), bytes);
          underWay.delete(event.of);
        }
        break;
      }
    }
    digest.event(event as Digestible);
  }
  return digest.hex();
}
