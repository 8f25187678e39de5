/**
 * Events in words, for the panel, the why-chain and the screen reader.
 */
import { describeEvent, describeMessage, describeTime, describeWebSocket } from '../../src/trace/describe.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import type { Story } from '../index/story.ts';
import { stateText } from './change.ts';
import { faultText } from './fault-text.ts';
import { readFacts } from './packet-facts.ts';
import { packetText, printable } from './packet-label.ts';
import { momentText } from './time-text.ts';

function packetOf(story: Story, ordinal: number): string {
  const flight = story.flightOf(ordinal);
  return flight === undefined ? `packet ${ordinal}` : packetText(readFacts(flight.sent));
}

/** The handshake or frame that was sent as an event. */
function carrierOf(story: Story, ordinal: number): string {
  const sent = story.event(ordinal);
  return sent?.k === 'websocket.sent' ? printable(describeWebSocket(sent)) : `WebSocket bytes ${ordinal}`;
}

/** One sentence without a full stop; starts with the name of the node, if there is one. */
export function sentenceOf(event: TraceEvent, story: Story): string {
  switch (event.k) {
    case 'packet.sent':
      return `${event.n} sends ${packetText(readFacts(event))} to ${story.flightOf(event.i)?.to ?? '?'}`;
    case 'packet.received':
      return `${event.n} receives ${packetOf(story, event.of)}`;
    case 'packet.lost':
      return `${packetOf(story, event.of)} is lost (${event.at}): ${event.reason}`;
    case 'websocket.sent':
      return `${event.n} sends ${printable(describeWebSocket(event))}`;
    case 'websocket.received':
      return `${event.n} receives ${carrierOf(story, event.of)}`;
    case 'websocket.lost':
      return `${carrierOf(story, event.of)} is lost (${event.at}): ${event.reason}`;
    case 'fault.began':
      return `fault ${event.fault} begins: ${faultText(event.family, event.target, event.detail)}`;
    case 'verdict':
      return `${event.rule} is ${event.outcome}: ${printable(event.text)}`;
    case 'state':
      return `${event.n} changes ${printable(stateText(event))}`;
    case 'app.delivered':
      return `the application of ${event.n} is handed ${describeMessage(event.message)}`;
    default:
      return printable(describeEvent(event).slice(describeTime(event.t).length).trimStart());
  }
}

/** What a shape is called that stands for an event: when, what, and what became of it. */
export function nameOf(story: Story, ordinal: number): string {
  const event = story.event(ordinal);
  if (event === undefined) return '';
  const name = `${momentText(event.t)}: ${sentenceOf(event, story)}`;
  if (event.k !== 'packet.sent') return name;
  const end = story.flightOf(ordinal)?.end;
  if (end === undefined) return `${name}, still under way when the trace ends`;
  if (end.k === 'packet.lost') return `${name}, lost: ${end.reason}`;
  return `${name}, arrives at ${momentText(end.t)}`;
}
