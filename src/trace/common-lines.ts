/**
 * The lines that a long trace is full of, read from their bytes without JSON.parse: packets sent and received, and what
 * applications publish and are handed. They are read only in the very form that `TraceWriter` gives them.
 *
 * What a line says is in fields, which the next line overwrites: an object for each of millions of events would take longer than to read it.
 */
import type { QoS } from '../mqtt/codec/packet.ts';
import { copyOf } from './base64url.ts';
import type { AppCall, AppDelivered, AppSettled, PacketReceived, PacketSent, TraceMessage } from './event.ts';
import { LineScanner, literal } from './line-scanner.ts';
import { NO_NAME } from './names.ts';

export type CommonEvent = PacketSent | PacketReceived | AppCall | AppSettled | AppDelivered;

const I = literal('{"i":');
const T = literal(',"t":');
const C = literal(',"c":');
const K = literal(',"k":"');
const SENT = literal('packet.sent","n":');
const RECEIVED = literal('packet.received","n":');
const CALL = literal('app.call","n":');
const SETTLED = literal('app.settled","n":');
const DELIVERED = literal('app.delivered","n":');
const CONN = literal(',"conn":');
const V = literal(',"v":');
const BYTES = literal(',"bytes":');
const OF = literal(',"of":');
const CALL_NUMBER = literal(',"call":');
const OP_PUBLISH = literal(',"op":"publish"');
const OK = literal(',"outcome":"ok","text":');
const FAILED = literal(',"outcome":"failed","text":');
const MESSAGE = literal(',"message":{"topic":');
const PAYLOAD = literal(',"payload":');
const QOS = literal(',"qos":');
const RETAIN = literal(',"retain":true}');
const NO_RETAIN = literal(',"retain":false}');
const DUP = literal(',"dup":true}');
const NO_DUP = literal(',"dup":false}');
const END = literal('}');
const LINE_END = 0x0a;
const LETTER_D = 0x64;
const LETTER_R = 0x72;
const LETTER_S = 0x73;

/** Where in `packet.sent` and `packet.received`, and in `app.call` and its like, the letter is by which they differ. */
const PACKET_LETTER = 7;
const APP_LETTER = 4;

export class CommonLines {
  readonly #scanner = new LineScanner();
  /** Of the line that was read last. */
  kind: CommonEvent['k'] = 'packet.sent';
  i = 0;
  t = 0;
  c = 0;
  node = NO_NAME;
  /** Of a packet that was sent or received. */
  conn = NO_NAME;
  v: PacketSent['v'] = 0;
  of = 0;
  /** Of a packet that was sent, or of the payload of a message: the first `length` of these. */
  bytes: Uint8Array = new Uint8Array(0);
  length = 0;
  /** Of a message, which has no properties. */
  qos: QoS = 0;
  retain = false;
  dup = false;
  /** Of a call: its number, and whether it came to what was asked. */
  call = 0;
  ok = false;
  /** The topic of a message, or the text of how a call was settled. */
  text = NO_NAME;
  /** Where the line ends: at its line end, or behind all bytes. */
  end = 0;

  /** Reads the line that begins at a place of these bytes. False for any line that needs a closer look: then no field means anything. */
  read(bytes: Uint8Array, from: number): boolean {
    const scanner = this.#scanner;
    scanner.start(bytes, from);
    if (!scanner.skip(I)) return false;
    this.i = scanner.natural();
    if (this.i < 0 || !scanner.skip(T)) return false;
    this.t = scanner.natural();
    if (this.t < 0 || !scanner.skip(C)) return false;
    this.c = scanner.natural();
    if (this.c < 0 || !scanner.skip(K) || !this.#own()) return false;
    this.end = scanner.at;
    return scanner.at >= bytes.length || bytes[scanner.at] === LINE_END;
  }

  /** Of the bytes of the line that was read. */
  get view(): DataView {
    return this.#scanner.view;
  }

  /** The event of the line that was read. */
  event(): CommonEvent {
    const { c, call, conn, dup, i, kind, node, of, ok, t, text, v } = this;
    const n = node.text;
    switch (kind) {
      case 'packet.sent':
        return { i, t, c, k: kind, n, conn: conn.text, v, bytes: copyOf(this.bytes, this.length) };
      case 'packet.received':
        return { i, t, c, k: kind, n, conn: conn.text, of };
      case 'app.call':
        return { i, t, c, k: kind, n, call, op: 'publish', message: this.#messageRead() };
      case 'app.settled':
        return { i, t, c, k: kind, n, call, outcome: ok ? 'ok' : 'failed', text: text.text };
      case 'app.delivered':
        return { i, t, c, k: kind, n, message: this.#messageRead(), dup };
    }
  }

  #messageRead(): TraceMessage {
    const { bytes, length, qos, retain, text } = this;
    return { topic: text.text, payload: copyOf(bytes, length), qos, retain };
  }

  /** The kind, and what only lines of that kind have. */
  #own(): boolean {
    const scanner = this.#scanner;
    switch (scanner.ahead(PACKET_LETTER)) {
      case LETTER_R:
        return scanner.skip(RECEIVED) && this.#node() && this.#received();
      case LETTER_S:
        return scanner.skip(SENT) && this.#node() && this.#sent();
    }
    switch (scanner.ahead(APP_LETTER)) {
      case LETTER_D:
        return scanner.skip(DELIVERED) && this.#node() && this.#delivered();
      case LETTER_S:
        return scanner.skip(SETTLED) && this.#node() && this.#settled();
      default:
        return scanner.skip(CALL) && this.#node() && this.#published();
    }
  }

  #node(): boolean {
    const name = this.#scanner.name();
    if (name === undefined) return false;
    this.node = name;
    return true;
  }

  #connection(): boolean {
    const name = this.#scanner.skip(CONN) ? this.#scanner.name() : undefined;
    if (name === undefined) return false;
    this.conn = name;
    return true;
  }

  #received(): boolean {
    const scanner = this.#scanner;
    this.kind = 'packet.received';
    if (!this.#connection() || !scanner.skip(OF)) return false;
    this.of = scanner.natural();
    return this.of >= 1 && scanner.skip(END);
  }

  #sent(): boolean {
    const scanner = this.#scanner;
    this.kind = 'packet.sent';
    if (!this.#connection() || !scanner.skip(V)) return false;
    const v = scanner.natural();
    if (!(v === 4 || v === 5 || v === 3 || v === 0) || !scanner.skip(BYTES)) return false;
    this.v = v;
    return this.#decoded() && scanner.skip(END);
  }

  #published(): boolean {
    const scanner = this.#scanner;
    this.kind = 'app.call';
    return this.#called() && scanner.skip(OP_PUBLISH) && this.#message() && scanner.skip(END);
  }

  #settled(): boolean {
    const scanner = this.#scanner;
    this.kind = 'app.settled';
    if (!this.#called()) return false;
    this.ok = scanner.skip(OK);
    return (this.ok || scanner.skip(FAILED)) && this.#text() && scanner.skip(END);
  }

  #delivered(): boolean {
    this.kind = 'app.delivered';
    if (!this.#message()) return false;
    this.dup = this.#scanner.skip(DUP);
    return this.dup || this.#scanner.skip(NO_DUP);
  }

  #called(): boolean {
    this.call = this.#scanner.skip(CALL_NUMBER) ? this.#scanner.natural() : -1;
    return this.call >= 0;
  }

  #text(): boolean {
    const name = this.#scanner.name();
    if (name === undefined) return false;
    this.text = name;
    return true;
  }

  #decoded(): boolean {
    const length = this.#scanner.base64url();
    this.bytes = this.#scanner.decoded;
    this.length = length;
    return length >= 0;
  }

  #message(): boolean {
    const scanner = this.#scanner;
    if (!scanner.skip(MESSAGE) || !this.#text() || !scanner.skip(PAYLOAD) || !this.#decoded()) return false;
    if (!scanner.skip(QOS)) return false;
    const qos = scanner.natural();
    if (!isQoS(qos)) return false;
    this.qos = qos;
    this.retain = scanner.skip(RETAIN);
    return this.retain || scanner.skip(NO_RETAIN);
  }
}

function isQoS(value: number): value is QoS {
  return value === 0 || value === 1 || value === 2;
}
