/**
 * The words of the filter language: parser, completion and documentation all read this one table.
 */
import type { Operator } from './filter.ts';

export type FieldKind =
  | 'number'
  | 'time'
  | 'version'
  /** The type of a packet. */
  | 'type'
  /** Names: exact, or a pattern with `*`. */
  | 'name'
  /** Names with dots: `app` is also `app.call`. */
  | 'dotted'
  | 'topic'
  /** Payloads. */
  | 'content'
  /** Prose: some of its words are enough. */
  | 'text'
  /** A Reason Code, or words. */
  | 'reason';

export interface FieldDefinition {
  name: string;
  kind: FieldKind;
  /** What it is, for a list of completions and the documentation. */
  help: string;
  example: string;
}

export interface FlagDefinition {
  name: string;
  help: string;
}

export const FIELDS: readonly FieldDefinition[] = [
  { name: 'type', kind: 'type', help: 'type of the packet', example: 'type:PUBLISH,PUBACK' },
  { name: 'qos', kind: 'number', help: 'QoS of the message', example: 'qos>=1' },
  { name: 'id', kind: 'number', help: 'Packet Identifier', example: 'id:7' },
  {
    name: 'topic',
    kind: 'topic',
    help: 'topic of the message, filter of a subscription; `:` takes a topic filter, as MQTT matches it',
    example: 'topic:home/+/temp',
  },
  { name: 'payload', kind: 'content', help: 'payload of the message, as text', example: 'payload~"21.5"' },
  { name: 'size', kind: 'number', help: 'bytes of the packet on the wire', example: 'size>1000' },
  { name: 'v', kind: 'version', help: 'version of MQTT', example: 'v:5' },
  {
    name: 'reason',
    kind: 'reason',
    help: 'Reason Code by number or name; why a packet was lost; how a connection ended',
    example: 'reason>=0x80',
  },
  { name: 'from', kind: 'name', help: 'who sent the packet or dialled', example: 'from:sensor-*' },
  { name: 'to', kind: 'name', help: 'who was to get it', example: 'to:hub' },
  { name: 'node', kind: 'name', help: 'who takes part: sends, receives, is struck', example: 'node:hub' },
  { name: 'at', kind: 'name', help: 'the node at which it happened', example: 'at:screen' },
  { name: 'conn', kind: 'name', help: 'connection', example: 'conn:sensor>hub#1' },
  { name: 'client', kind: 'name', help: 'Client Identifier of the connection', example: 'client:sensor' },
  { name: 'time', kind: 'time', help: 'when it happened; `t` for short', example: 't in 1s..2s' },
  { name: 'took', kind: 'time', help: 'from sending to arrival', example: 'took>20ms' },
  { name: 'event', kind: 'number', help: 'number of the event in the trace', example: 'event:481' },
  { name: 'kind', kind: 'dotted', help: 'kind of the event', example: 'kind:app.call' },
  { name: 'op', kind: 'name', help: 'what an application called', example: 'op:publish' },
  { name: 'rule', kind: 'dotted', help: 'rule of a verdict', example: 'rule:delivery' },
  { name: 'fault', kind: 'name', help: 'family of a fault', example: 'fault:partition' },
  {
    name: 'text',
    kind: 'text',
    help: 'any words of the event; a text in quotes alone is the same',
    example: '"power cut"',
  },
];

export const FLAGS: readonly FlagDefinition[] = [
  { name: 'lost', help: 'the packet never arrived' },
  { name: 'arrived', help: 'the packet arrived' },
  { name: 'underway', help: 'neither, when the trace ends' },
  { name: 'dup', help: 'DUP is set' },
  { name: 'retain', help: 'RETAIN is set' },
  { name: 'will', help: 'a CONNECT with a will' },
  { name: 'clean', help: 'a CONNECT that wants no session' },
  { name: 'session', help: 'a CONNACK that has a session' },
  { name: 'malformed', help: 'bytes that are no packet' },
  { name: 'broken', help: 'a broken promise, and what it points at' },
  { name: 'excused', help: 'an excused promise, and what it points at' },
];

const FIELD_BY_NAME = new Map(FIELDS.map((field) => [field.name, field]));
FIELD_BY_NAME.set('t', FIELD_BY_NAME.get('time')!);
const FLAG_NAMES = new Set(FLAGS.map((flag) => flag.name));

/** By its name in any case; `t` is `time`. */
export function fieldNamed(name: string): FieldDefinition | undefined {
  return FIELD_BY_NAME.get(name.toLowerCase());
}

export function isFlag(name: string): boolean {
  return FLAG_NAMES.has(name.toLowerCase());
}

const OF_NUMBERS: readonly Operator[] = [':', '=', '!=', '<', '<=', '>', '>='];
const OF_WORDS: readonly Operator[] = [':', '=', '!=', '~'];

export function operatorsOf(kind: FieldKind): readonly Operator[] {
  if (kind === 'number' || kind === 'time' || kind === 'version') return OF_NUMBERS;
  return kind === 'reason' ? [...OF_NUMBERS, '~'] : OF_WORDS;
}

/** Whether `in` goes with it. */
export function hasRanges(kind: FieldKind): boolean {
  return kind === 'number' || kind === 'time' || kind === 'version' || kind === 'reason';
}

/** The names that are nearest to one that is none, at most two letters away, for a hint. */
export function nearestNames(given: string): string[] {
  const name = given.toLowerCase().replace(/^mqtt\./, '');
  let nearest: string[] = [];
  let least = name.length < 4 ? 1 : 2;
  for (const each of [...FIELD_BY_NAME.keys(), ...FLAG_NAMES]) {
    const away = each.length > 1 || name === each ? distance(name, each) : Number.POSITIVE_INFINITY;
    if (away < least) nearest = [];
    if (away <= least) nearest.push(each);
    least = Math.min(least, away);
  }
  return nearest.slice(0, 3);
}

/** Letters to change, add or leave out. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same));
    }
    row = next;
  }
  return row[other.length]!;
}
