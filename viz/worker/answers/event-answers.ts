/** What is known of one event, in words and plain data. */
import { describeWebSocket } from '../../../src/trace/describe.ts';
import type { ObituaryWritten, PacketSent, TraceEvent, WebSocketSent } from '../../../src/trace/event.ts';
import { eventLine } from '../../../src/trace/jsonl.ts';
import { type Family, familyOf, packetTypeOf } from '../../index/family.ts';
import type { Flight, Story } from '../../index/story.ts';
import { frameFieldsOf } from '../../layout/frame-fields.ts';
import { readFacts } from '../../layout/packet-facts.ts';
import { fieldsOf, type PacketFields } from '../../layout/packet-fields.ts';
import { packetText } from '../../layout/packet-label.ts';
import { plainSentenceOf } from '../../layout/plain-sentence.ts';
import { sentenceOf } from '../../layout/sentence.ts';
import { causesOf, effectsOf, toldCauses } from '../../layout/why.ts';
import { type Reference, referenceTo } from '../reference.ts';
import type { Stories } from '../stories.ts';

/** Further bytes of a packet are counted, not sent to the page. */
export const BYTES_MAX = 16_384;
/** So many direct effects are listed. */
const EFFECTS_MAX = 20;

/** Bytes of the wire with their fields. */
export interface BytesLook extends PacketFields {
  /** The first {@link BYTES_MAX} of them. */
  bytes: Uint8Array;
  /** How many there are. */
  size: number;
}

export interface PacketLook {
  text: string;
  family: Family;
  /** Why the bytes are no packet. */
  malformed: string | undefined;
  from: string;
  to: string;
  conn: string;
  /** The WebSocket frames it was sent in: none over plain TCP. */
  carriers: readonly Reference[];
  sent: { i: number; t: number };
  /** Undefined while it is under way. */
  end:
    | { k: 'received'; i: number; t: number }
    | { k: 'lost'; i: number; t: number; at: 'sender' | 'network' | 'receiver'; reason: string }
    | undefined;
  /** Protocol level of its connection, 0 while unknown. */
  v: PacketSent['v'];
}

export interface ObituaryLook {
  message: string;
  to: string | undefined;
  fate: string;
  text: string;
  steps: readonly (Reference & { how: ObituaryWritten['steps'][number][1] })[];
}

export interface EventLook {
  i: number;
  t: number;
  node: string;
  kind: TraceEvent['k'];
  sentence: string;
  /** Of an event that sends, receives or loses a packet. */
  packet: PacketLook | undefined;
  /** Of such an event, and of one that does the same with what is on the wire of a WebSocket. */
  bytes: BytesLook | undefined;
  /** Verdicts that point at it, or at another end of its packet. */
  accusers: readonly { i: number; rule: string; outcome: 'broken' | 'excused' }[];
  /** Ordinals that show a verdict. */
  about: readonly number[];
  /** Of a verdict: the obituaries that name it. */
  obituaries: readonly ObituaryLook[];
  /** Events whose messages it is about. */
  messages: readonly number[];
}

export interface WhyLook {
  /** From the root stimulus to the event itself, each with how many before it are left out. */
  causes: readonly (Reference & { skipped: number })[];
  /** The first of those whose cause it is, and how many there are. */
  effects: readonly Reference[];
  effectCount: number;
}

export class EventAnswers {
  readonly #traces: Stories;

  constructor(traces: Stories) {
    this.#traces = traces;
  }

  /** Undefined for an ordinal that the trace does not hold. @param plain in the words of the lessons */
  look(trace: number, ordinal: number, plain = false): EventLook | undefined {
    const story = this.#traces.story(trace);
    const event = story.event(ordinal);
    if (event === undefined) return undefined;
    const flight = flightOfEvent(event, story);
    const shows = flight === undefined ? [ordinal] : [flight.sent.i, flight.end?.i ?? 0];
    return {
      i: event.i,
      t: event.t,
      node: event.n,
      kind: event.k,
      sentence: sayingOf(plain)(event, story),
      packet: flight === undefined ? undefined : packetLook(flight, story),
      bytes:
        flight === undefined
          ? frameLook(event, story)
          : bytesLook(flight.sent.bytes, fieldsOf(flight.sent.bytes, flight.sent.v)),
      accusers: story.verdicts
        .filter(({ about }) => shows.some((each) => about.includes(each)))
        .map(({ i, rule, outcome }) => ({ i, rule, outcome })),
      about: event.k === 'verdict' ? event.about : [],
      obituaries: story.obituaries
        .filter(({ verdicts }) => verdicts.includes(ordinal))
        .map(({ message, to, fate, text, steps }) => ({
          message,
          to,
          fate,
          text,
          steps: steps.map(([i, how, step]) => ({ i, how, text: step, t: story.event(i)?.t ?? 0 })),
        })),
      messages: messagesOf(event),
    };
  }

  /** What it came of and what came of it; undefined for an ordinal that the trace does not hold. @param plain in the words of the lessons */
  why(trace: number, ordinal: number, plain = false): WhyLook | undefined {
    const story = this.#traces.story(trace);
    const event = story.event(ordinal);
    if (event === undefined) return undefined;
    const say = sayingOf(plain);
    const causes = toldCauses(story, causesOf(story, ordinal));
    const effects = effectsOf(story, ordinal, EFFECTS_MAX);
    return {
      causes: causes.map((cause) => ({
        ...referenceTo(story.event(cause.ordinal)!, story, say),
        skipped: cause.skipped,
      })),
      effects: effects.events.map((effect) => referenceTo(effect, story, say)),
      effectCount: effects.count,
    };
  }

  /** The first `most` characters of its line in the file, and how long that is; empty for an ordinal that the trace does not hold. */
  line(trace: number, ordinal: number, most: number): { text: string; length: number } {
    const event = this.#traces.story(trace).event(ordinal);
    const line = event === undefined ? '' : eventLine(event);
    return { text: line.slice(0, most), length: line.length };
  }
}

function sayingOf(plain: boolean): typeof sentenceOf {
  return plain ? plainSentenceOf : sentenceOf;
}

function messagesOf(event: TraceEvent): readonly number[] {
  switch (event.k) {
    case 'verdict':
      return event.about;
    case 'obituary':
      return event.steps.map(([i]) => i);
    case 'state':
      return [event.c];
    default:
      return [event.i];
  }
}

function packetLook({ sent, end, from, to }: Flight, story: Story): PacketLook {
  const facts = readFacts(sent);
  return {
    text: packetText(facts),
    family: facts.problem === undefined ? familyOf(packetTypeOf(sent.bytes)) : 'fault',
    malformed: facts.problem,
    from,
    to,
    conn: sent.conn,
    carriers: story.framesOf(sent.i).map((frame) => {
      const carrier = story.event(frame) as WebSocketSent;
      return { i: carrier.i, t: carrier.t, text: describeWebSocket(carrier) };
    }),
    sent: { i: sent.i, t: sent.t },
    end:
      end === undefined
        ? undefined
        : end.k === 'packet.received'
          ? { k: 'received', i: end.i, t: end.t }
          : { k: 'lost', i: end.i, t: end.t, at: end.at, reason: end.reason },
    v: sent.v,
  };
}

function frameLook(event: TraceEvent, story: Story): BytesLook | undefined {
  const sent =
    event.k === 'websocket.received' || event.k === 'websocket.lost' ? story.event(event.of) : event;
  return sent?.k === 'websocket.sent' ? bytesLook(sent.bytes, frameFieldsOf(sent)) : undefined;
}

function bytesLook(bytes: Uint8Array, fields: PacketFields): BytesLook {
  return { ...fields, bytes: bytes.slice(0, BYTES_MAX), size: bytes.length };
}

function flightOfEvent(event: TraceEvent, story: Story): Flight | undefined {
  if (event.k === 'packet.received' || event.k === 'packet.lost') return story.flightOf(event.of);
  return event.k === 'packet.sent' ? story.flightOf(event.i) : undefined;
}
