/**
 * From a line of text to an event that the rest can trust, or one error that names line, field and what was expected.
 *
 * A line is checked by the table in fields.ts; what a line cannot show alone (ordinals, times, causes, which packet a
 * reception means) is checked against the lines before it.
 */
import { decodeBase64url } from './base64url.ts';
import type { CommonLines } from './common-lines.ts';
import { headOf } from './digest.ts';
import { TraceError } from './errors.ts';
import {
  type BrokerPromises,
  type PacketLost,
  type PacketReceived,
  TRACE_FORMAT,
  TRACE_VERSION,
  type TraceEvent,
  type TraceFooter,
  type TraceHeader,
  type TraceMessage,
  type WebSocketLost,
  type WebSocketReceived,
} from './event.ts';
import { FIELDS, type Field, fieldsOf, MESSAGE_FIELDS } from './fields.ts';
import { UnderWay } from './under-way.ts';

type Json = Readonly<Record<string, unknown>>;
type Arrival = PacketReceived | PacketLost | WebSocketReceived | WebSocketLost;

const HEADER_FIELDS: readonly (readonly [string, Field])[] = [
  ['amber', { type: 'text' }],
  ['scenario', { type: 'text' }],
  ['seed', { type: 'text' }],
  ['parameters', { type: 'detail' }],
  ['level', { type: 'choice', values: ['digest', 'packets', 'full'] }],
  ['vantage', { type: 'choice', values: ['both-ends', 'broker', 'client', 'wire'] }],
  ['transport', { type: 'text', optional: true }],
  ['profile', { type: 'text', optional: true }],
  ['mutant', { type: 'text', optional: true }],
  ['known', { type: 'detail', optional: true }],
  ['faults', { type: 'faults', optional: true }],
  ['hosted', { type: 'detail', optional: true }],
];

const FAULT_FIELDS: readonly (readonly [string, Field])[] = [
  ['id', { type: 'text' }],
  ['family', { type: 'text' }],
  ['target', { type: 'text' }],
  ['at', { type: 'natural' }],
  ['duration', { type: 'natural', optional: true }],
  ['detail', { type: 'detail' }],
  ['occasion', { type: 'detail', optional: true }],
];

const FOOTER_FIELDS: readonly (readonly [string, Field])[] = [
  ['events', { type: 'natural' }],
  ['digest', { type: 'text' }],
  ['checksum', { type: 'text' }],
  ['verdict', { type: 'choice', values: ['passed', 'failed', 'stalled', 'script-error', 'limit'] }],
];

const PROMISES_FIELDS: readonly (readonly [keyof BrokerPromises, Field])[] = [
  ['durability', { type: 'choice', values: ['none', 'interval', 'sync'] }],
  ['queueLimit', { type: 'seconds' }],
  ['queueQoS0', { type: 'boolean' }],
  ['overlap', { type: 'choice', values: ['once', 'each'] }],
  ['keepAliveFactor', { type: 'seconds' }],
  ['maximumQoS', { type: 'choice', values: [0, 1, 2] }],
  ['sessionExpiry', { type: 'seconds' }],
  ['retainedExpiry', { type: 'seconds' }],
];

/** Checks the first line. @throws {TraceError} `not-a-trace`, `newer-version` or `bad-line`. */
export function validateHeader(value: unknown): TraceHeader {
  if (!isObject(value) || value.format !== TRACE_FORMAT) {
    throw new TraceError(
      'not-a-trace',
      `line 1 is JSON but not the header of a trace: "format" should be "${TRACE_FORMAT}"`,
      1,
    );
  }
  if (!isNatural(value.version) || value.version < 1) {
    throw bad(1, 'version', 'a whole number from 1', value.version);
  }
  if (value.version > TRACE_VERSION) {
    throw new TraceError(
      'newer-version',
      `the trace has format version ${value.version}; this amber reads up to version ${TRACE_VERSION}. ` +
        `It was written by mqtt-amber ${typeof value.amber === 'string' ? value.amber : '(unknown)'}: update to that or later`,
      1,
    );
  }
  const header = readFields(value, HEADER_FIELDS, 1, '');
  return { format: TRACE_FORMAT, version: value.version, ...header } as unknown as TraceHeader;
}

/** True for the object of a last line; {@link validateFooter} checks the rest. */
export function isFooter(value: unknown): boolean {
  return isObject(value) && value.footer === true;
}

/** @throws {TraceError} `bad-line`. */
export function validateFooter(value: unknown, line: number): TraceFooter {
  return { footer: true, ...readFields(value as Json, FOOTER_FIELDS, line, '') } as unknown as TraceFooter;
}

/** Checks events in their order. */
export class EventValidator {
  #i = 0;
  #t = 0;
  /** Packets, and what carries them over WebSocket. */
  readonly #underWay = new UnderWay();

  /** How many events were accepted. */
  get count(): number {
    return this.#i;
  }

  /** What the digest reads of the packet that was received last, see `headOf`. */
  head = 0;

  /**
   * The event of one line.
   * @throws {TraceError} `bad-line`.
   */
  event(value: unknown, line: number): TraceEvent {
    if (!isObject(value)) throw bad(line, '', 'an event, which is an object', value);
    const { i, t, c, k, n } = value;
    this.#order(i, t, c, line);
    if (typeof n !== 'string') throw bad(line, 'n', 'the name of a node, or ""', n);
    if (typeof k !== 'string' || !Object.hasOwn(FIELDS, k)) throw bad(line, 'k', 'a kind of event', k);
    const event = eventOf(value, i as number, t as number, c as number, k, n, line);
    this.#follow(event, line);
    this.#i = event.i;
    this.#t = event.t;
    return event;
  }

  /**
   * A line whose own fields are known to be as its kind has them.
   * @throws {TraceError} `bad-line`.
   */
  line({ c, conn, i, kind, length, bytes, node, of, t }: CommonLines, line: number): void {
    this.#order(i, t, c, line);
    if (kind === 'packet.received') this.#arrived(kind, node.text, conn.text, of, line);
    else if (kind === 'packet.sent') this.#underWay.add(i, true, node.text, conn.text, headOf(bytes, length));
    this.#i = i;
    this.#t = t;
  }

  #order(i: unknown, t: unknown, c: unknown, line: number): void {
    if (i !== this.#i + 1) throw bad(line, 'i', `${this.#i + 1}, the next ordinal`, i);
    if (!isNatural(t)) throw bad(line, 't', 'a time in whole microseconds', t);
    if (t < this.#t) throw bad(line, 't', `${this.#t} or later, since time does not run backwards`, t);
    if (!isNatural(c)) throw bad(line, 'c', 'the ordinal of the cause, or 0', c);
    if (c >= i) throw bad(line, 'c', `an ordinal below ${i}, since a cause comes before what it causes`, c);
  }

  #follow(event: TraceEvent, line: number): void {
    switch (event.k) {
      case 'packet.sent':
      case 'websocket.sent':
        this.#underWay.add(event.i, event.k === 'packet.sent', event.n, event.conn, headOf(event.bytes));
        break;
      case 'packet.received':
      case 'packet.lost':
      case 'websocket.received':
      case 'websocket.lost':
        this.#arrived(event.k, event.n, event.conn, event.of, line);
        break;
      case 'verdict':
        this.#earlier(event.about, event.i, line, 'about');
        break;
      case 'obituary':
        this.#earlier(event.verdicts, event.i, line, 'verdicts');
        this.#earlier(
          event.steps.map(([ordinal]) => ordinal),
          event.i,
          line,
          'steps',
        );
        break;
    }
  }

  #earlier(ordinals: readonly number[], i: number, line: number, field: string): void {
    for (const ordinal of ordinals) if (ordinal >= i) throw bad(line, field, `ordinals below ${i}`, ordinal);
  }

  /** What is received or lost was sent before, on the same connection and by the other end. */
  #arrived(kind: Arrival['k'], n: string, conn: string, of: number, line: number): void {
    const sent = this.#underWay.get(of);
    const packet = kind === 'packet.received' || kind === 'packet.lost';
    const what = packet ? 'packet' : 'handshake or frame';
    if (sent === undefined || sent.conn !== conn || sent.packet !== packet) {
      throw bad(line, 'of', `the ordinal of a ${what} still under way on connection ${conn}`, of);
    }
    const received = kind === 'packet.received' || kind === 'websocket.received';
    if (received && sent.n === n) {
      throw bad(line, 'n', `the other end of connection ${conn}, since ${n} sent that ${what}`, n);
    }
    this.head = sent.head;
    this.#underWay.delete(sent);
  }
}

/**
 * An event of its common fields and of what else its kind has, as JSON writes it.
 * @throws {TraceError} `bad-line` for a field that is not as its kind has it.
 */
export function eventOf(
  value: Json,
  i: number,
  t: number,
  c: number,
  k: string,
  n: string,
  line: number,
): TraceEvent {
  const fields = fieldsOf(k, typeof value.op === 'string' ? value.op : '');
  if (fields === undefined) throw bad(line, 'op', listed(FIELDS['app.call'].op), value.op);
  return { i, t, c, k, n, ...readFields(value, fields, line, '') } as unknown as TraceEvent;
}

function readFields(
  value: Json,
  fields: readonly (readonly [string, Field])[],
  line: number,
  path: string,
): Json {
  const result: Record<string, unknown> = {};
  for (const [name, field] of fields) {
    const given = value[name];
    if (given === undefined && field.optional) continue;
    result[name] = readField(given, field, line, path + name);
  }
  return result;
}

function readField(value: unknown, field: Field, line: number, path: string): unknown {
  switch (field.type) {
    case 'text':
      if (typeof value !== 'string') throw bad(line, path, 'a string', value);
      return value;
    case 'natural':
      if (!isNatural(value)) throw bad(line, path, 'a whole number from 0', value);
      return value;
    case 'seconds':
      if (value !== null && !(typeof value === 'number' && value >= 0)) {
        throw bad(line, path, 'a number from 0, or null for no limit', value);
      }
      return value ?? Number.POSITIVE_INFINITY;
    case 'ordinal':
      if (!isNatural(value) || value === 0) throw bad(line, path, 'the ordinal of an earlier event', value);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw bad(line, path, 'true or false', value);
      return value;
    case 'choice':
      if (!(field.values as readonly unknown[]).includes(value)) throw bad(line, path, listed(field), value);
      return value;
    case 'bytes': {
      const bytes = typeof value === 'string' ? decodeBase64url(value) : undefined;
      if (bytes === undefined) throw bad(line, path, 'bytes in base64url without padding', value);
      return bytes;
    }
    case 'message':
      return readMessage(value, line, path);
    case 'detail':
      return readDetail(value, line, path);
    case 'promises':
      return readPromises(value, line, path);
    case 'filters':
      return readEach(value, line, path, (each, at) => {
        if (!isObject(each)) throw bad(line, at, 'an object with a filter and a QoS', each);
        const filter = readField(each.filter, { type: 'text' }, line, `${at}.filter`);
        const qos = readField(each.qos, { type: 'choice', values: [0, 1, 2] }, line, `${at}.qos`);
        return { filter, qos };
      });
    case 'texts':
      return readEach(value, line, path, (each, at) => readField(each, { type: 'text' }, line, at));
    case 'pairs':
      return readEach(value, line, path, (each, at) => {
        const pair = Array.isArray(each) ? (each as readonly unknown[]) : [];
        if (pair.length !== 2 || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') {
          throw bad(line, at, 'a pair of strings', each);
        }
        return pair;
      });
    case 'ordinals':
      return readEach(value, line, path, (each, at) => readField(each, { type: 'ordinal' }, line, at));
    case 'steps':
      return readEach(value, line, path, (each, at) => {
        const [ordinal, how, text] = Array.isArray(each) ? (each as readonly unknown[]) : [];
        if (
          !isNatural(ordinal) ||
          ordinal === 0 ||
          (how !== 'seen' && how !== 'told') ||
          typeof text !== 'string'
        ) {
          throw bad(line, at, "the ordinal of an event, 'seen' or 'told', and a string", each);
        }
        return [ordinal, how, text];
      });
    case 'faults':
      return readEach(value, line, path, (each, at) => {
        if (!isObject(each)) throw bad(line, at, 'a fault', each);
        return readFields(each, FAULT_FIELDS, line, `${at}.`);
      });
    case 'deltas':
      return readEach(value, line, path, (each, at) => {
        const delta = Array.isArray(each) ? (each as readonly unknown[]) : [];
        if (delta.length !== 3 || typeof delta[0] !== 'string' || !isCell(delta[1]) || !isCell(delta[2])) {
          throw bad(line, at, 'a key with its old and its new value', each);
        }
        return delta;
      });
  }
}

function readEach(
  value: unknown,
  line: number,
  path: string,
  read: (each: unknown, at: string) => unknown,
): readonly unknown[] {
  if (!Array.isArray(value)) throw bad(line, path, 'a list', value);
  return (value as readonly unknown[]).map((each, index) => read(each, `${path}[${index}]`));
}

function readMessage(value: unknown, line: number, path: string): TraceMessage {
  if (!isObject(value)) throw bad(line, path, 'a message', value);
  return readFields(value, MESSAGE_FIELDS, line, `${path}.`) as unknown as TraceMessage;
}

/** Null stands for Infinity. */
function readDetail(value: unknown, line: number, path: string): Json {
  if (!isObject(value)) throw bad(line, path, 'an object', value);
  const detail: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    if (typeof each === 'object' && each !== null) {
      throw bad(line, `${path}.${key}`, 'a string, a number, true or false', each);
    }
    define(detail, key, each ?? Number.POSITIVE_INFINITY);
  }
  return detail;
}

function readPromises(value: unknown, line: number, path: string): Json {
  if (!isObject(value)) throw bad(line, path, 'an object', value);
  const promises: Record<string, unknown> = {};
  for (const [name, field] of PROMISES_FIELDS) {
    promises[name] = readField(value[name], field, line, `${path}.${name}`);
  }
  return promises;
}

/** A key of a file may be `__proto__`, which an assignment would not store. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNatural(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCell(value: unknown): boolean {
  return (
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  );
}

function listed(field: Field): string {
  return `one of ${(field.values ?? []).join(', ')}`;
}

function bad(line: number, field: string, expected: string, found: unknown): TraceError {
  const where = field === '' ? '' : `, field "${field}"`;
  return new TraceError(
    'bad-line',
    `line ${line}${where}: expected ${expected}, found ${shown(found)}`,
    line,
  );
}

const SHOWN_CHARS = 60;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = value instanceof Uint8Array ? 'bytes' : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}...` : text;
}
