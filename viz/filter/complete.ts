/** What could be typed at a place of a filter: words of the language, and values that the trace has. */
import { packetOf } from '../../src/trace/describe.ts';
import type { Story } from '../index/story.ts';
import { FIELDS, type FieldDefinition, FLAGS, fieldNamed } from './fields.ts';
import { quoteValue } from './print.ts';
import { KIND_NAMES, TYPE_NAMES } from './values.ts';

export interface Completion {
  /** Takes the place of the text from `from` to `to`. */
  text: string;
  /** What it means; empty for a value. */
  help: string;
}

export interface Completions {
  from: number;
  to: number;
  /** Those that begin with what is there come first. */
  candidates: readonly Completion[];
}

const CANDIDATES_MAX = 50;
/** Packets that are looked through for topics. */
const PACKETS_SCANNED_MAX = 5_000;
const PUBLISH = 3;

const VALUE =
  /([A-Za-z]+)\s*(?::|==|!=|<=|>=|=|<|>|~)\s*(?:(?:[^\s"(),{}]+|"(?:[^"\\]|\\[\s\S])*")\s*,\s*)*([^\s"(),{}]*|"(?:[^"\\]|\\[\s\S])*)$/;
const LISTED = /([A-Za-z]+)\s+in\s*\{\s*(?:[^\s"(),{}]+\s*,\s*)*([^\s"(),{}]*)$/;
const WORD = /[A-Za-z][A-Za-z0-9._-]*$/;

/** `cursor` counts UTF-16 units from the start of the text. Without a story only the words of the language are offered. */
export function complete(text: string, cursor: number, story: Story | undefined): Completions {
  const before = text.slice(0, cursor);
  const value = VALUE.exec(before) ?? LISTED.exec(before);
  const field = value === null ? undefined : fieldNamed(value[1]!);
  if (value !== null && field !== undefined) {
    const typed = value[2]!;
    const bare = typed.replace(/^"/, '');
    const values = valuesOf(field, story).map((each) => ({ text: quoteValue(each), help: '', plain: each }));
    return {
      from: cursor - typed.length,
      to: cursor,
      candidates: ranked(values, bare),
    };
  }
  const typed = WORD.exec(before)?.[0] ?? '';
  const words = [
    ...FIELDS.map(({ name, help }) => ({ text: `${name}:`, help, plain: name })),
    ...FLAGS.map(({ name, help }) => ({ text: name, help, plain: name })),
    ...TYPE_NAMES.map((name) => ({ text: name, help: 'packet type', plain: name })),
    ...['not', 'or'].map((word) => ({ text: word, help: '', plain: word })),
  ];
  return { from: cursor - typed.length, to: cursor, candidates: ranked(words, typed) };
}

function ranked(all: readonly (Completion & { plain: string })[], typed: string): Completion[] {
  const wanted = typed.toLowerCase();
  const places = all.map((each) => ({ each, at: each.plain.toLowerCase().indexOf(wanted) }));
  const first = places.filter(({ at }) => at === 0);
  const later = places.filter(({ at }) => at > 0);
  return [...first, ...later].slice(0, CANDIDATES_MAX).map(({ each: { text, help } }) => ({ text, help }));
}

function valuesOf(field: FieldDefinition, story: Story | undefined): readonly string[] {
  switch (field.name) {
    case 'type':
      return TYPE_NAMES;
    case 'kind':
      return KIND_NAMES;
    case 'qos':
      return ['0', '1', '2'];
    case 'v':
      return ['3.1', '3.1.1', '5.0'];
    case 'op':
      return ['connect', 'publish', 'subscribe', 'unsubscribe', 'disconnect', 'authenticate'];
  }
  if (story === undefined) return [];
  switch (field.name) {
    case 'from':
    case 'to':
    case 'node':
    case 'at':
      return story.nodes.map(({ name }) => name);
    case 'client':
      return story.nodes.flatMap(({ name, role }) => (role === 'broker' ? [] : [name]));
    case 'conn':
      return story.connections.map(({ name }) => name);
    case 'fault':
      return [...new Set(story.faults.map(({ began }) => began.family))].sort();
    case 'rule':
      return [...new Set(story.verdicts.map(({ rule }) => rule))].sort();
    case 'topic':
      return topicsOf(story);
    default:
      return [];
  }
}

/** Topics of the first packets, in the order of their appearance. */
function topicsOf(story: Story): string[] {
  const topics = new Set<string>();
  const end = Math.min(story.flightCount, PACKETS_SCANNED_MAX);
  for (let each = 0; each < end; each++) {
    if (story.flights.firstByte[each]! >> 4 !== PUBLISH) continue;
    const packet = packetOf(story.flight(each).sent);
    if (packet?.type === 'publish' && packet.topic !== '') topics.add(packet.topic);
  }
  return [...topics];
}
