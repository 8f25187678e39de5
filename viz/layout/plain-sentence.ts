/**
 * Events in the words of the lessons: for who has never seen a trace, and does not know what it calls its faults, its connections, the timers and
 * the records of a machine.
 */
import { describeMessage } from '../../src/trace/describe.ts';
import type { AppCall, ConnectionEnded, FaultBegan, PacketLost, TraceEvent } from '../../src/trace/event.ts';
import type { Story } from '../index/story.ts';
import { peerOf } from './connection-text.ts';
import { readFacts } from './packet-facts.ts';
import { packetText, printable } from './packet-label.ts';
import { sentenceOf } from './sentence.ts';

/** One sentence without a full stop; what is no trouble to understand is as elsewhere. */
export function plainSentenceOf(event: TraceEvent, story: Story): string {
  return printable(plainly(event, story) ?? sentenceOf(event, story));
}

function plainly(event: TraceEvent, story: Story): string | undefined {
  switch (event.k) {
    case 'node.added':
      return `${event.n} is there`;
    case 'node.started':
      return event.life === 1 ? `${event.n} starts` : `${event.n} starts again`;
    case 'link.added':
      return `a line joins ${event.a} and ${event.b}`;
    case 'fault.began':
      return faultBegan(event);
    case 'fault.ended': {
      const began = story.faults.find((period) => period.began.fault === event.fault)?.began;
      return `what was wrong with ${began === undefined ? 'it' : targetOf(began)} is over`;
    }
    case 'conn.dialled':
      return `${event.from} begins to connect to ${event.to}`;
    case 'conn.accepted':
      return `${event.to} takes the connection of ${event.from}`;
    case 'conn.established':
      return `${event.n} is connected to ${peerOf(event)}`;
    case 'conn.ended':
      return connEnded(event);
    case 'packet.lost':
      return packetLost(event, story);
    case 'segment.lost':
      return `a piece of what ${event.n} sends to ${peerOf(event)} is lost`;
    case 'segment.resent':
      return `${event.n} sends a piece to ${peerOf(event)} again`;
    case 'app.call':
      return `the application of ${event.n} asks ${askedOf(event)}`;
    case 'app.settled':
      return `the application of ${event.n} hears ${event.outcome === 'ok' ? 'that it is done' : `that it failed: ${event.text}`}`;
    case 'timer.fired':
      return timerFired(event.n, event.key);
    case 'disk.written':
      return `${event.n} writes to its disk what it must still know after a crash`;
    case 'disk.synced':
      return `${event.n} has that safe on its disk`;
    case 'disk.lost':
      return `what ${event.n} wrote last is not on its disk`;
    case 'state':
      return `what ${event.n} remembers changes`;
    case 'told':
      return `${event.n} notes: ${event.text}`;
    default:
      return undefined;
  }
}

/** What a fault is of: a machine, or the line between two. */
function targetOf({ target }: FaultBegan): string {
  const [one, other] = target.split('~');
  return other === undefined ? target : `the line between ${one} and ${other}`;
}

function faultBegan(began: FaultBegan): string {
  const target = targetOf(began);
  switch (began.family) {
    case 'reset':
      return `the connection ${target.replace('the line ', '')} is cut`;
    case 'loss':
      return `${target} begins to lose pieces of what it carries`;
    case 'partition':
      return `${target} is dead: nothing comes through any more`;
    case 'crash':
      return `something makes ${target} crash`;
    case 'power-cut':
      return `${target} is without power`;
    default:
      return `something is wrong with ${target} from here on: ${began.family}`;
  }
}

function connEnded(event: ConnectionEnded): string {
  const { end, n } = event;
  const peer = peerOf(event);
  switch (end) {
    case 'reset':
      return `${n} finds that its connection to ${peer} is cut`;
    case 'closed':
      return `${n} closes its connection to ${peer}`;
    case 'aborted':
      return `${n} gives up its connection to ${peer}`;
    case 'finished':
      return `${n} finds that ${peer} has closed the connection`;
    case 'crashed':
      return `the connection of ${n} to ${peer} is gone with the crash`;
    default:
      return `the connection of ${n} to ${peer} ends: ${end}`;
  }
}

function packetLost({ of, reason }: PacketLost, story: Story): string {
  const sent = story.flightOf(of)?.sent;
  const packet = sent === undefined ? 'a packet' : packetText(readFacts(sent));
  return `${packet} is lost on its way: ${reason === 'connection reset' ? 'the connection was cut' : reason}`;
}

function askedOf(call: AppCall): string {
  switch (call.op) {
    case 'connect':
      return `to be connected to ${call.to}`;
    case 'publish':
      return `to publish ${describeMessage(call.message)}`;
    case 'subscribe':
      return `for messages on ${call.filters.map(({ filter }) => filter).join(', ')}`;
    case 'unsubscribe':
      return `for no more messages on ${call.filters.join(', ')}`;
    default:
      return `for this: ${call.op}`;
  }
}

/** A timer is called by what it is about. */
function timerFired(node: string, key: string): string {
  const [about, ...names] = key.split('/');
  const name = names.join('/');
  switch (about) {
    case 'reconnect':
      return `${node} has waited long enough to try to connect again`;
    case 'keep-alive':
      return `${node} has sent nothing for as long as it may be silent`;
    case 'connection':
      return `${node} looks whether a client has been silent for too long`;
    case 'session':
      return `the time is over for which ${node} keeps what it remembers of ${name}`;
    case 'retained':
      return `the time is over for which ${node} keeps the message on ${name}`;
    case 'sys':
      return `it is time for ${node} to tell its figures`;
    default:
      return `a time is over for which ${node} has waited`;
  }
}
