/**
 * What each kind of event consists of, as a table: the writer follows it, the reader checks by it, and the
 * documentation is tested against it. The compiler keeps it equal to the union in event.ts.
 */
import type { TraceEvent, TraceKind } from './event.ts';

export type FieldType =
  /** A string. */
  | 'text'
  /** A whole number from 0. */
  | 'natural'
  /** A number from 0; Infinity is null in a file. */
  | 'seconds'
  /** An ordinal from 1 of an earlier event. */
  | 'ordinal'
  | 'boolean'
  /** A Uint8Array, base64url in a file. */
  | 'bytes'
  | 'message'
  /** Names with strings, numbers and booleans; Infinity is null in a file. */
  | 'detail'
  | 'promises'
  | 'filters'
  | 'texts'
  /** Of strings. */
  | 'pairs'
  | 'deltas'
  | 'ordinals'
  /** An ordinal, `seen` or `told`, and a string. */
  | 'steps'
  /** Faults as they were added to a run. */
  | 'faults'
  | 'choice';

export interface Field {
  readonly type: FieldType;
  readonly optional?: true;
  /** Of a choice. */
  readonly values?: readonly (string | number)[];
}

type EventOf<K extends TraceKind, E = TraceEvent> = E extends { k: infer L }
  ? K extends L
    ? E
    : never
  : never;
type FieldsOf<E> = {
  readonly [F in Exclude<E extends E ? keyof E : never, 'i' | 't' | 'c' | 'k' | 'n'>]: Field;
};

const text: Field = { type: 'text' };
const natural: Field = { type: 'natural' };
const seconds: Field = { type: 'seconds' };
const ordinal: Field = { type: 'ordinal' };
const boolean: Field = { type: 'boolean' };
const message: Field = { type: 'message' };

function choice(...values: readonly (string | number)[]): Field {
  return { type: 'choice', values };
}
function optional(field: Field): Field {
  return { ...field, optional: true };
}

const life = { life: natural };
const connection = { conn: text, from: text, to: text, over: optional(choice('websocket')) };
const lost = { conn: text, of: ordinal, at: choice('sender', 'network', 'receiver'), reason: text };
const disk = { batch: natural, entries: natural };

/** In the order in which they are written, after `i`, `t`, `c`, `k` and `n`. */
export const FIELDS: { readonly [K in TraceKind]: FieldsOf<EventOf<K>> } = {
  'node.added': {
    role: choice('broker', 'client', 'peer', 'host'),
    promises: { type: 'promises', optional: true },
  },
  'node.started': life,
  'node.crashed': life,
  'node.power-cut': life,
  'node.paused': life,
  'node.resumed': life,
  'link.added': { link: text, a: text, b: text, description: text },
  'fault.began': { fault: text, family: text, target: text, detail: { type: 'detail' } },
  'fault.ended': { fault: text },
  'conn.dialled': connection,
  'conn.accepted': connection,
  'conn.established': connection,
  'conn.ended': {
    conn: text,
    end: choice('finished', 'reset', 'timed-out', 'refused', 'closed', 'aborted', 'crashed'),
  },
  'packet.sent': { conn: text, v: choice(0, 3, 4, 5), bytes: { type: 'bytes' }, malformed: optional(text) },
  'packet.received': { conn: text, of: ordinal },
  'packet.lost': lost,
  'websocket.sent': {
    conn: text,
    what: choice('request', 'response', 'binary', 'text', 'continuation', 'ping', 'pong', 'close', 'other'),
    bytes: { type: 'bytes' },
    malformed: optional(text),
  },
  'websocket.received': { conn: text, of: ordinal },
  'websocket.lost': lost,
  'segment.lost': {
    conn: text,
    from: natural,
    to: natural,
    attempt: natural,
    reason: choice('loss', 'burst', 'partition', 'queue-full', 'rule', 'black-hole', 'down', 'hold'),
  },
  'segment.resent': {
    conn: text,
    from: natural,
    to: natural,
    attempt: natural,
    trigger: choice('timeout', 'tail-probe', 'fast'),
  },
  'app.call': {
    call: natural,
    op: choice('connect', 'publish', 'subscribe', 'unsubscribe', 'disconnect', 'authenticate'),
    to: optional(text),
    clean: optional(boolean),
    client: optional(text),
    keepAlive: optional(natural),
    sessionExpiry: optional(seconds),
    will: optional(message),
    message: optional(message),
    filters: { type: 'filters', optional: true },
  },
  'app.settled': { call: natural, outcome: choice('ok', 'failed'), text },
  'app.delivered': { message, dup: boolean },
  'timer.fired': { key: text, armed: natural },
  'disk.written': disk,
  'disk.synced': disk,
  'disk.lost': disk,
  state: { entity: text, d: { type: 'deltas' } },
  told: { step: text, text, client: optional(text), topic: optional(text), rule: optional(text) },
  note: { text },
  assert: { assertion: choice('always', 'sometimes'), holds: boolean, text, place: optional(text) },
  verdict: {
    rule: text,
    outcome: choice('broken', 'excused'),
    text,
    about: { type: 'ordinals' },
  },
  obituary: {
    rules: { type: 'texts' },
    verdicts: { type: 'ordinals' },
    message: text,
    publisher: text,
    to: optional(text),
    fate: text,
    text,
    steps: { type: 'steps' },
  },
};

/** `app.call` has other fields for each operation. */
export const CALL_FIELDS: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  connect: {
    to: text,
    clean: boolean,
    client: text,
    keepAlive: natural,
    sessionExpiry: optional(seconds),
    will: optional(message),
  },
  publish: { message },
  subscribe: { filters: { type: 'filters' } },
  unsubscribe: { filters: { type: 'texts' } },
  disconnect: {},
  authenticate: {},
};

/** In the order in which they are written. */
export const MESSAGE_FIELDS: readonly (readonly [name: string, field: Field])[] = [
  ['topic', text],
  ['payload', { type: 'bytes' }],
  ['qos', choice(0, 1, 2)],
  ['retain', boolean],
  ['contentType', optional(text)],
  ['responseTopic', optional(text)],
  ['correlationData', { type: 'bytes', optional: true }],
  ['messageExpiryInterval', optional(natural)],
  ['payloadFormatIndicator', optional(choice(0, 1))],
  ['userProperties', { type: 'pairs', optional: true }],
];

/** Fields of a kind (and, for `app.call`, of its operation) as pairs, computed once. */
const PAIRS = new Map<string, readonly (readonly [string, Field])[]>();
for (const [kind, fields] of Object.entries(FIELDS)) {
  if (kind !== 'app.call') PAIRS.set(kind, Object.entries(fields));
}
for (const [op, fields] of Object.entries(CALL_FIELDS)) {
  PAIRS.set(`app.call ${op}`, [['call', natural], ['op', FIELDS['app.call'].op], ...Object.entries(fields)]);
}

/** The fields of one event, in order, or undefined when nothing of that kind (and operation) exists. */
export function fieldsOf(kind: string, op?: string): readonly (readonly [string, Field])[] | undefined {
  return PAIRS.get(kind === 'app.call' ? `app.call ${op}` : kind);
}
