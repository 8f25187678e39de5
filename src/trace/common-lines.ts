/**
 * The lines that a long trace is full of, read from their bytes without JSON.parse: packets sent and received, and what
 * applications publish and are handed. They are read only in the very form that `TraceWriter` gives them.
 */
import type { QoS } from '../mqtt/codec/packet.ts';
import type { AppCall, AppDelivered, AppSettled, PacketReceived, PacketSent, TraceMessage } from './event.ts';
import { LineScanner, literal } from './line-scanner.ts';

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

export class CommonLines {
  readonly #scanner = new LineScanner();
  #i = 0;
  #t = 0;
  #c = 0;
  #n = '';
  /** Where the line ends that was read last: at its line end, or behind all bytes. */
  end = 0;
  /** As `hashText` has them: of the node of the event that was read last, and of its connection. */
  nodeHash = 0;
  connHash = 0;

  /** The event of the line that begins at a place of these bytes; undefined for any line that needs a closer look. */
  read(bytes: Uint8Array, from: number): CommonEvent | undefined {
    const scanner = this.#scanner;
    scanner.start(bytes, from);
    this.#i = scanner.skip(I) ? scanner.natural() : -1;
    this.#t = scanner.skip(T) ? scanner.natural() : -1;
    this.#c = scanner.skip(C) ? scanner.natural() : -1;
    if (this.#i < 0 || this.#t < 0 || this.#c < 0 || !scanner.skip(K)) return undefined;
    const event = this.#event();
    this.end = scanner.at;
    return event === undefined || (scanner.at < bytes.length && bytes[scanner.at] !== LINE_END)
      ? undefined
      : event;
  }

  #event(): CommonEvent | undefined {
    const scanner = this.#scanner;
    if (scanner.skip(RECEIVED)) return this.#node() ? this.#received() : undefined;
    if (scanner.skip(SENT)) return this.#node() ? this.#sent() : undefined;
    if (scanner.skip(DELIVERED)) return this.#node() ? this.#delivered() : undefined;
    if (scanner.skip(SETTLED)) return this.#node() ? this.#settled() : undefined;
    return scanner.skip(CALL) && this.#node() ? this.#published() : undefined;
  }

  #node(): boolean {
    const name = this.#scanner.name();
    if (name === undefined) return false;
    this.#n = name.text;
    this.nodeHash = name.hash;
    return true;
  }

  #received(): PacketReceived | undefined {
    const scanner = this.#scanner;
    const conn = scanner.skip(CONN) ? scanner.name() : undefined;
    if (conn === undefined || !scanner.skip(OF)) return undefined;
    const of = scanner.natural();
    if (of < 1 || !scanner.skip(END)) return undefined;
    this.connHash = conn.hash;
    return { i: this.#i, t: this.#t, c: this.#c, k: 'packet.received', n: this.#n, conn: conn.text, of };
  }

  #sent(): PacketSent | undefined {
    const scanner = this.#scanner;
    const conn = scanner.skip(CONN) ? scanner.name() : undefined;
    if (conn === undefined || !scanner.skip(V)) return undefined;
    const v = scanner.natural();
    if (!(v === 4 || v === 5 || v === 3 || v === 0) || !scanner.skip(BYTES)) return undefined;
    const bytes = scanner.base64url();
    if (bytes === undefined || !scanner.skip(END)) return undefined;
    this.connHash = conn.hash;
    return { i: this.#i, t: this.#t, c: this.#c, k: 'packet.sent', n: this.#n, conn: conn.text, v, bytes };
  }

  #published(): AppCall | undefined {
    const scanner = this.#scanner;
    const call = scanner.skip(CALL_NUMBER) ? scanner.natural() : -1;
    if (call < 0 || !scanner.skip(OP_PUBLISH)) return undefined;
    const message = this.#message();
    if (message === undefined || !scanner.skip(END)) return undefined;
    return { i: this.#i, t: this.#t, c: this.#c, k: 'app.call', n: this.#n, call, op: 'publish', message };
  }

  #settled(): AppSettled | undefined {
    const scanner = this.#scanner;
    const call = scanner.skip(CALL_NUMBER) ? scanner.natural() : -1;
    if (call < 0) return undefined;
    const outcome = scanner.skip(OK) ? 'ok' : scanner.skip(FAILED) ? 'failed' : undefined;
    const text = outcome === undefined ? undefined : scanner.name()?.text;
    if (outcome === undefined || text === undefined || !scanner.skip(END)) return undefined;
    return { i: this.#i, t: this.#t, c: this.#c, k: 'app.settled', n: this.#n, call, outcome, text };
  }

  #delivered(): AppDelivered | undefined {
    const message = this.#message();
    if (message === undefined) return undefined;
    const dup = this.#scanner.skip(DUP);
    if (!dup && !this.#scanner.skip(NO_DUP)) return undefined;
    return { i: this.#i, t: this.#t, c: this.#c, k: 'app.delivered', n: this.#n, message, dup };
  }

  /** One without properties. */
  #message(): TraceMessage | undefined {
    const scanner = this.#scanner;
    const topic = scanner.skip(MESSAGE) ? scanner.name() : undefined;
    const payload = topic !== undefined && scanner.skip(PAYLOAD) ? scanner.base64url() : undefined;
    if (topic === undefined || payload === undefined || !scanner.skip(QOS)) return undefined;
    const qos = scanner.natural();
    if (!isQoS(qos)) return undefined;
    const retain = scanner.skip(RETAIN);
    return retain || scanner.skip(NO_RETAIN) ? { topic: topic.text, payload, qos, retain } : undefined;
  }
}

function isQoS(value: number): value is QoS {
  return value === 0 || value === 1 || value === 2;
}
