/**
 * A part of a trace as a trace of its own, for a picture that has room for no more: its events are numbered anew, and refer to what
 * is left of their causes.
 */
import type { TraceEvent } from '../../src/trace/event.ts';
import { KIND_CODES } from '../index/event-columns.ts';
import { UNDRAWN } from '../index/group.ts';
import type { Story } from '../index/story.ts';
import { readStory } from '../index/trace-index.ts';
import { whyChain } from '../layout/why.ts';

const PINGREQ = 12;
const PINGRESP = 13;
const NODE_ADDED = KIND_CODES['node.added'];
const LINK_ADDED = KIND_CODES['link.added'];
const FAULT_BEGAN = KIND_CODES['fault.began'];
const FAULT_ENDED = KIND_CODES['fault.ended'];
const DELIVERED = KIND_CODES['app.delivered'];
const CALL = KIND_CODES['app.call'];
/** Of what an event is about, and led to it: the latest, should there be more. */
const CORE_MAX = 300;
/** Before the first that matters. */
const CONTEXT_PACKETS = 6;
/** A delivery is looked for so many events behind the last packet. */
const DELIVERIES_BEHIND = 50;

/** The events of these ordinals, and the nodes and links they need. A packet is kept with both its ends, or not at all. */
export function excerptOf(story: Story, ordinals: ReadonlySet<number>): Story {
  const nodes = new Set<string>();
  for (const ordinal of ordinals) for (const node of nodesOf(story, ordinal)) nodes.add(node);
  const { kind } = story.events;
  const numbers = new Map<number, number>();
  const chosen: TraceEvent[] = [];
  for (let ordinal = 1; ordinal <= story.eventCount; ordinal++) {
    const isNeeded =
      (kind[ordinal - 1] === NODE_ADDED || kind[ordinal - 1] === LINK_ADDED) &&
      nodesOf(story, ordinal).every((node) => nodes.has(node));
    if (!isNeeded && !ordinals.has(ordinal)) continue;
    chosen.push(story.event(ordinal)!);
    numbers.set(ordinal, chosen.length);
  }
  const events = chosen.map((event, position) => {
    const renumbered = { ...event, i: position + 1, c: nearestCause(story, event.c, numbers) };
    if ('of' in renumbered) renumbered.of = numbers.get(renumbered.of)!;
    if ('about' in renumbered) renumbered.about = renumbered.about.flatMap((each) => numbers.get(each) ?? []);
    return renumbered as TraceEvent;
  });
  return readStory({ header: story.header, events, footer: story.footer });
}

/** The new number of the nearest cause that is kept; 0 when none is. */
function nearestCause(story: Story, first: number, numbers: ReadonlyMap<number, number>): number {
  const { cause } = story.events;
  for (let ordinal = first; ordinal > 0; ordinal = cause[ordinal - 1]!) {
    const number = numbers.get(ordinal);
    if (number !== undefined) return number;
  }
  return 0;
}

/** Everything that the nodes did who do anything in a time but keep their connections alive. */
export function ordinalsOfActors(story: Story, from: number, to: number): Set<number> {
  const actors = new Set<string>();
  const { flight, time } = story.events;
  for (let ordinal = 1; ordinal <= story.eventCount && time[ordinal - 1]! <= to; ordinal++) {
    if (time[ordinal - 1]! < from || !isDrawn(story, ordinal) || isPing(story, flight[ordinal - 1]!))
      continue;
    for (const node of nodesOf(story, ordinal)) actors.add(node);
  }
  const kept = new Set<number>();
  for (let ordinal = 1; ordinal <= story.eventCount; ordinal++) {
    if (!isDrawn(story, ordinal)) continue;
    if (nodesOf(story, ordinal).every((node) => actors.has(node))) kept.add(ordinal);
  }
  return kept;
}

/**
 * What it takes to see why an event came to be: what it is about, the causes of that back to the script, the life of the message, the
 * faults and connections meanwhile, and what else the same nodes said, as long as there are no more packets than so many.
 */
export function ordinalsAbout(story: Story, focus: number, packetsMax: number): Set<number> {
  const { events, flights } = story;
  const kept = new Set<number>();
  const nodes = new Set<string>();
  let packets = 0;
  const isPacket = (ordinal: number): boolean => events.flight[ordinal - 1]! >= 0;
  const keepPacket = (flight: number): void => {
    const sent = flights.sent[flight]!;
    if (kept.has(sent)) return;
    packets++;
    kept.add(sent);
    if (flights.end[flight]! > 0) kept.add(flights.end[flight]!);
  };
  const moment = events.time[focus - 1]!;
  let from = moment;
  let to = moment;
  for (const ordinal of coreOf(story, focus)) {
    const flight = events.flight[ordinal - 1]!;
    if (flight >= 0) keepPacket(flight);
    else if (isDrawn(story, ordinal)) kept.add(ordinal);
    for (const node of nodesOf(story, ordinal)) nodes.add(node);
    from = Math.min(from, events.time[ordinal - 1]!);
    to = Math.max(to, events.time[ordinal - 1]!);
  }
  for (const flight of packetsNear(story, nodes, from, to, moment)) {
    if (packets >= packetsMax) break;
    keepPacket(flight);
  }
  // A few before, so that one sees what was going on.
  const earlier = packetsNear(story, nodes, 0, from, from).slice(0, CONTEXT_PACKETS);
  for (const flight of earlier) {
    if (packets >= packetsMax) break;
    keepPacket(flight);
  }
  // The script that began it all may be far away: what surrounds it is what surrounds the packets.
  const first = Math.min(moment, ...[...kept].filter(isPacket).map((ordinal) => events.time[ordinal - 1]!));
  for (const ordinal of surroundings(story, nodes, first, to)) kept.add(ordinal);
  for (const ordinal of deedsOf(story, kept)) kept.add(ordinal);
  return kept;
}

function coreOf(story: Story, ordinal: number): number[] {
  const focus = story.event(ordinal);
  if (focus === undefined) return [];
  const core = new Set<number>();
  const about = focus.k === 'verdict' ? focus.about : [];
  const steps = story.obituaries
    .filter(({ verdicts }) => verdicts.includes(ordinal))
    .flatMap((obituary) => obituary.steps.map(([event]) => event));
  for (const each of [ordinal, ...about, ...steps]) {
    const event = story.event(each);
    if (event === undefined) continue;
    for (const { i } of whyChain(story, event).events) core.add(i);
  }
  return [...core].sort((one, other) => one - other).slice(-CORE_MAX);
}

/** What the nodes said to each other in a time, nearest to a moment first; keep-alives are left out. */
function packetsNear(
  story: Story,
  nodes: ReadonlySet<string>,
  from: number,
  to: number,
  moment: number,
): number[] {
  const { events, flights } = story;
  const departure = (flight: number): number => events.time[flights.sent[flight]! - 1]!;
  const found: number[] = [];
  for (let flight = 0; flight < story.flightCount && departure(flight) <= to; flight++) {
    const end = flights.end[flight]!;
    if ((end > 0 ? events.time[end - 1]! : departure(flight)) < from || isPing(story, flight)) continue;
    if (endsOf(story, flight).every((node) => nodes.has(node))) found.push(flight);
  }
  const away = (flight: number): number => Math.abs(departure(flight) - moment);
  return found.sort((one, other) => away(one) - away(other) || one - other);
}

/** Connections, faults, and times without life that touch a time. */
function surroundings(story: Story, nodes: ReadonlySet<string>, from: number, to: number): Set<number> {
  const { time } = story.events;
  const found = new Set<number>();
  const touches = (began: number, ended: number): boolean => began <= to && ended >= from;
  for (const { from: dialler, to: listener, dialled, established, ended } of story.connections) {
    const begin = dialled || established;
    if (!nodes.has(dialler) || !nodes.has(listener) || begin === 0) continue;
    if (!touches(time[begin - 1]!, ended === 0 ? to : time[ended - 1]!)) continue;
    for (const ordinal of [dialled, established, ended]) {
      if (ordinal > 0 && time[ordinal - 1]! <= to) found.add(ordinal);
    }
  }
  for (const { began, ended } of story.faults) {
    const struck = nodesOf(story, began.i);
    if (struck.length === 0 || !struck.every((node) => nodes.has(node))) continue;
    if (!touches(began.t, ended?.t ?? began.t)) continue;
    found.add(began.i);
    if (ended !== undefined) found.add(ended.i);
  }
  for (const { node, began, ended } of story.absences) {
    if (!nodes.has(node) || !touches(began.t, ended?.t ?? to)) continue;
    found.add(began.i);
    if (ended !== undefined) found.add(ended.i);
  }
  return found;
}

/** What applications did that made these packets, and what they were handed of them. */
function deedsOf(story: Story, kept: ReadonlySet<number>): number[] {
  const { cause, kind } = story.events;
  const deeds: number[] = [];
  let first = story.eventCount;
  let last = 0;
  for (const ordinal of kept) {
    first = Math.min(first, ordinal);
    last = Math.max(last, ordinal);
    const call = cause[ordinal - 1]!;
    if (call > 0 && kind[call - 1] === CALL) deeds.push(call);
  }
  const end = Math.min(story.eventCount, last + DELIVERIES_BEHIND);
  for (let ordinal = first; ordinal <= end; ordinal++) {
    if (kind[ordinal - 1] === DELIVERED && kept.has(cause[ordinal - 1]!)) deeds.push(ordinal);
  }
  return deeds;
}

/** A packet that arrives without having been sent in this trace is none that a picture could show. */
function isDrawn(story: Story, ordinal: number): boolean {
  const { events } = story;
  if (events.group[ordinal - 1] === UNDRAWN) return false;
  return !ORPHANS.has(events.kind[ordinal - 1]!) || events.flight[ordinal - 1]! >= 0;
}

const ORPHANS = new Set([KIND_CODES['packet.received'], KIND_CODES['packet.lost']]);

function isPing(story: Story, flight: number): boolean {
  const type = flight < 0 ? 0 : story.flights.firstByte[flight]! >> 4;
  return type === PINGREQ || type === PINGRESP;
}

function endsOf(story: Story, flight: number): string[] {
  const { names } = story.events;
  return [names[story.flights.from[flight]!]!, names[story.flights.to[flight]!]!];
}

/** Who takes part in an event; nobody in what happens to the world. */
function nodesOf(story: Story, ordinal: number): string[] {
  const { conn, flight, kind, names, node } = story.events;
  const at = ordinal - 1;
  if (flight[at]! >= 0) return endsOf(story, flight[at]!);
  if (conn[at]! >= 0) {
    const { from, to } = story.connections[conn[at]!]!;
    return [from, to];
  }
  if (kind[at] === LINK_ADDED) {
    const link = story.event(ordinal);
    return link?.k === 'link.added' ? [link.a, link.b] : [];
  }
  if (kind[at] === FAULT_BEGAN || kind[at] === FAULT_ENDED) {
    const began = story.faults.find((each) => each.began.i === ordinal || each.ended?.i === ordinal)?.began;
    const link = began === undefined ? undefined : story.links.get(began.target);
    if (link !== undefined) return [link.a, link.b];
    return began !== undefined && story.nodes.some(({ name }) => name === began.target) ? [began.target] : [];
  }
  const name = names[node[at]!]!;
  return name === '' ? [] : [name];
}
