/** One event as a row of the table: the same facts for the eye, in columns, and for the ear, in a sentence. */
import { fails } from '../../src/trace/assertion.ts';
import { describeDeed } from '../../src/trace/describe.ts';
import type { TraceEvent, TraceKind } from '../../src/trace/event.ts';
import { isFullOnly } from '../../src/trace/recorder.ts';
import { type Family, familyOf, packetTypeOf } from '../index/family.ts';
import { endsOfConnection, type Flight, type Story } from '../index/story.ts';
import { changesOf, changeText, stateText } from './change.ts';
import { faultText } from './fault-text.ts';
import { readFacts } from './packet-facts.ts';
import { labelParts, type PacketFacts, printable } from './packet-label.ts';
import { sentenceOf } from './sentence.ts';
import { durationText, momentText } from './time-text.ts';

export type Tone = 'good' | 'bad' | 'open' | 'plain';

export interface TableRow {
  i: number;
  /** Virtual time in microseconds. */
  t: number;
  /** Microseconds since the row before; 0 for the first. */
  after: number;
  /** At which it happened; empty for the world. */
  node: string;
  /** What happened, in two words. */
  event: string;
  /** Of a packet. */
  family: Family | undefined;
  /** Told by a machine of itself, or known to the engine alone. */
  inner: boolean;
  /** Both ends of a packet, a connection or a link; `''` without. */
  from: string;
  to: string;
  details: string;
  /** Of a packet: MALFORMED, DUP, RETAIN, WILL. */
  badges: readonly string[];
  /** How it ended: when it arrived, why it was lost. */
  fate: string;
  tone: Tone;
  /** Rules that were broken, and that this event shows. */
  broken: readonly string[];
  /** The whole row, for those who hear it. */
  sentence: string;
}

/** Changes that are read aloud; the rows of the states themselves follow. */
const CHANGES_SAID_MAX = 4;

/** By ordinal, the rules that were broken there. */
export function brokenRules(story: Story): ReadonlyMap<number, readonly string[]> {
  const rules = new Map<number, string[]>();
  for (const { about, rule, outcome } of story.verdicts) {
    if (outcome !== 'broken') continue;
    for (const ordinal of about) {
      const here = rules.get(ordinal);
      if (here === undefined) rules.set(ordinal, [rule]);
      else if (!here.includes(rule)) here.push(rule);
    }
  }
  return rules;
}

/** `before` is the event of the row above; undefined for the first row. */
export function tableRow(
  event: TraceEvent,
  before: TraceEvent | undefined,
  story: Story,
  rules: ReadonlyMap<number, readonly string[]>,
): TableRow {
  const flight = flightOf(event, story);
  const facts = flight === undefined ? undefined : readFacts(flight.sent);
  const parts = facts === undefined ? [] : labelParts(facts).slice(1);
  const { from, to } = flight ?? endsOf(event, story);
  const { fate, tone } = fateOf(event, flight);
  const broken = event.k === 'verdict' && event.outcome === 'broken' ? [event.rule] : rules.get(event.i);
  return {
    i: event.i,
    t: event.t,
    after: before === undefined ? 0 : event.t - before.t,
    node: event.n,
    event: titleOf(event, facts),
    family:
      flight === undefined || facts === undefined
        ? undefined
        : facts.problem === undefined
          ? familyOf(packetTypeOf(flight.sent.bytes))
          : 'fault',
    inner: isFullOnly(event.k),
    from,
    to,
    details:
      facts === undefined
        ? detailsOf(event)
        : (facts.problem ??
          parts
            .filter(({ style }) => style !== 'badge')
            .map(({ text }) => text)
            .join(' ')),
    badges: parts.filter(({ style }) => style === 'badge').map(({ text }) => text),
    fate,
    tone,
    broken: broken ?? [],
    sentence: spoken(event, story, fate, broken ?? []),
  };
}

function flightOf(event: TraceEvent, story: Story): Flight | undefined {
  if (event.k === 'packet.sent') return story.flightOf(event.i);
  return event.k === 'packet.received' || event.k === 'packet.lost' ? story.flightOf(event.of) : undefined;
}

function endsOf(event: TraceEvent, story: Story): { from: string; to: string } {
  switch (event.k) {
    case 'conn.dialled':
    case 'conn.accepted':
    case 'conn.established':
    case 'conn.ended':
    case 'segment.lost':
    case 'segment.resent':
      return endsOfConnection(event.conn);
    case 'websocket.sent':
      return { from: event.n, to: otherEnd(event.conn, event.n) };
    case 'websocket.received':
    case 'websocket.lost':
      return { from: otherEnd(event.conn, event.n), to: event.n };
    case 'link.added':
      return { from: event.a, to: event.b };
    case 'fault.began': {
      const link = story.links.get(event.target);
      return link === undefined ? { from: '', to: '' } : { from: link.a, to: link.b };
    }
    default:
      return { from: '', to: '' };
  }
}

function otherEnd(conn: string, node: string): string {
  const { from, to } = endsOfConnection(conn);
  return node === from ? to : from;
}

const TITLES: Readonly<Record<TraceKind, string>> = {
  'node.added': 'node added',
  'node.started': 'node started',
  'node.crashed': 'node crashed',
  'node.power-cut': 'power cut',
  'node.paused': 'node paused',
  'node.resumed': 'node resumed',
  'link.added': 'link added',
  'fault.began': 'fault began',
  'fault.ended': 'fault ended',
  'conn.dialled': 'dialled',
  'conn.accepted': 'accepted',
  'conn.established': 'established',
  'conn.ended': 'connection ended',
  'packet.sent': 'sent',
  'packet.received': 'received',
  'packet.lost': 'lost',
  'websocket.sent': 'WebSocket sent',
  'websocket.received': 'WebSocket received',
  'websocket.lost': 'WebSocket lost',
  'segment.lost': 'segment lost',
  'segment.resent': 'segment resent',
  'app.call': 'call',
  'app.settled': 'call settled',
  'app.delivered': 'delivered',
  'timer.fired': 'timer fired',
  'disk.written': 'disk written',
  'disk.synced': 'disk synced',
  'disk.lost': 'disk lost',
  state: 'state',
  told: 'told',
  note: 'note',
  assert: 'assertion',
  verdict: 'verdict',
  obituary: 'obituary',
};

function titleOf(event: TraceEvent, facts: PacketFacts | undefined): string {
  const title = TITLES[event.k];
  if (facts !== undefined) return `${facts.typeName} ${title}`;
  return event.k === 'app.call' ? `${title} ${event.op}` : title;
}

function detailsOf(event: TraceEvent): string {
  switch (event.k) {
    case 'fault.began':
      return faultText(event.family, event.target, event.detail);
    case 'state':
      return printable(stateText(event));
    case 'note':
    case 'verdict':
    case 'assert':
      return printable(event.text);
    default:
      return printable(describeDeed(event));
  }
}

function fateOf(event: TraceEvent, flight: Flight | undefined): { fate: string; tone: Tone } {
  if (flight !== undefined) {
    const { sent, end } = flight;
    if (end === undefined) return { fate: 'still under way', tone: 'open' };
    if (end.k === 'packet.lost') return { fate: `lost: ${printable(end.reason)}`, tone: 'bad' };
    const took = durationText(end.t - sent.t);
    return { fate: event.k === 'packet.sent' ? `arrives after ${took}` : `took ${took}`, tone: 'plain' };
  }
  switch (event.k) {
    case 'websocket.lost':
      return { fate: `lost: ${printable(event.reason)}`, tone: 'bad' };
    case 'segment.lost':
      return { fate: event.reason, tone: 'bad' };
    case 'conn.ended':
      return { fate: event.end, tone: event.end === 'closed' || event.end === 'finished' ? 'plain' : 'bad' };
    case 'app.settled':
      return { fate: event.outcome, tone: event.outcome === 'ok' ? 'good' : 'bad' };
    case 'assert':
      if (event.holds) return { fate: 'holds', tone: 'good' };
      return fails(event) ? { fate: 'fails', tone: 'bad' } : { fate: 'does not hold here', tone: 'plain' };
    case 'verdict':
      // The rule that is broken has a cell of its own.
      return event.outcome === 'broken'
        ? { fate: 'broken', tone: 'bad' }
        : { fate: `${event.outcome}: ${event.rule}`, tone: 'plain' };
    case 'obituary':
      return { fate: event.fate, tone: 'bad' };
    case 'node.crashed':
    case 'node.power-cut':
      return { fate: 'down', tone: 'bad' };
    default:
      return { fate: '', tone: 'plain' };
  }
}

/** `event 57, 300 ms: sensor sends PUBLISH QoS 2 #1 to hub, arrives after 31 ms; breaks order` */
function spoken(event: TraceEvent, story: Story, fate: string, broken: readonly string[]): string {
  let text = `event ${event.i}, ${momentText(event.t)}: ${sentenceOf(event, story)}`;
  if (event.k === 'packet.sent' && fate !== '') text += `, ${fate}`;
  if (event.k !== 'state') {
    const changes = changesOf(event, story);
    if (changes.length > 0) {
      text += `; changes ${changes
        .slice(0, CHANGES_SAID_MAX)
        .map((change) => printable(changeText(change)))
        .join(', ')}`;
    }
    if (changes.length > CHANGES_SAID_MAX) text += ` and ${changes.length - CHANGES_SAID_MAX} more`;
  }
  if (event.k !== 'verdict' && broken.length > 0) text += `; shows that ${broken.join(', ')} is broken`;
  return text;
}
