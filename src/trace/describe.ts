/** Events in words: one line each, for a terminal, a difference, an obituary. */
import { CodecError } from '../mqtt/codec/codec-error.ts';
import { decode } from '../mqtt/codec/decode.ts';
import type { Packet } from '../mqtt/codec/packet.ts';
import { packetName } from '../mqtt/codec/packet-type.ts';
import { fails } from './assertion.ts';
import { grouped } from './counted.ts';
import type { Asserted, PacketSent, TraceEvent, TraceMessage, Vantage, WebSocketSent } from './event.ts';

/** A time as people say it: `1 h 2 min 3.456789 s`, without what is zero. */
export function describeTime(micros: number): string {
  const hours = Math.floor(micros / 3_600_000_000);
  const minutes = Math.floor(micros / 60_000_000) % 60;
  const rest = micros % 60_000_000;
  let text = '';
  if (hours > 0) text += `${hours} h `;
  if (minutes > 0) text += `${minutes} min `;
  if (rest === 0 && text !== '') return text.trimEnd();
  const seconds = Math.floor(rest / 1_000_000);
  const fraction = String(rest % 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${text}${seconds}${fraction === '' ? '' : `.${fraction}`} s`;
}

/** From where packets were seen: `both ends`, `the wire`. */
export function describeVantage(vantage: Vantage): string {
  return vantage === 'both-ends' ? 'both ends' : `the ${vantage}`;
}

/** `never`, `once`, `twice`, `3 times`, `1,204 times`. */
export function describeOften(count: number): string {
  if (count < 3) return ['never', 'once', 'twice'][count]!;
  return `${grouped(count)} times`;
}

/** The packet of an event, or undefined when its bytes are none. */
export function packetOf(sent: PacketSent): Packet | undefined {
  if (sent.malformed !== undefined) return undefined;
  try {
    return decode(sent.bytes, sent.v === 0 ? 4 : sent.v);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** `PUBLISH q2 #7 dup plant/1 (5 B)`, or what the bytes are instead. */
export function describePacket(sent: PacketSent): string {
  const packet = packetOf(sent);
  if (packet === undefined) {
    return `${sent.bytes.length} B that are no packet${sent.malformed === undefined ? '' : `: ${sent.malformed}`}`;
  }
  const name = packetName(packet.type);
  switch (packet.type) {
    case 'connect':
      return `${name} ${packet.clientId} ${packet.cleanStart ? 'clean' : 'resuming'}, keep alive ${packet.keepAlive} s`;
    case 'connack':
      return `${name} code ${packet.reasonCode}${packet.sessionPresent ? ', session present' : ''}`;
    case 'publish': {
      const id = packet.packetId === undefined ? '' : ` #${packet.packetId}`;
      const flags = `${packet.dup ? ' dup' : ''}${packet.retain ? ' retain' : ''}`;
      return `${name} q${packet.qos}${id}${flags} ${packet.topic} (${packet.payload.length} B)`;
    }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp': {
      const code = packet.reasonCode ?? 0;
      return `${name} #${packet.packetId}${code === 0 ? '' : ` code ${code}`}`;
    }
    case 'subscribe':
      return `${name} #${packet.packetId} ${packet.subscriptions.map(({ filter, qos }) => `${filter} q${qos}`).join(', ')}`;
    case 'suback':
      return `${name} #${packet.packetId} ${packet.reasonCodes.join(', ')}`;
    case 'unsubscribe':
      return `${name} #${packet.packetId} ${packet.filters.join(', ')}`;
    case 'unsuback':
      return `${name} #${packet.packetId}`;
    case 'disconnect':
      return packet.reasonCode === undefined || packet.reasonCode === 0
        ? name
        : `${name} code ${packet.reasonCode}`;
    default:
      return name;
  }
}

/** One line, without the ordinal: `1.5 s  sensor  sends PUBLISH ...`. */
export function describeEvent(event: TraceEvent): string {
  const where = event.n === '' ? '' : `${event.n} `;
  return `${describeTime(event.t)}  ${where}${describeDeed(event)}`;
}

/** What happened, without when and where: `dials sensor>hub#1`. */
export function describeDeed(event: TraceEvent): string {
  switch (event.k) {
    case 'node.added':
      return `is added as ${event.role}`;
    case 'node.started':
      return event.life === 1 ? 'starts' : `starts again (life ${event.life})`;
    case 'node.crashed':
      return 'crashes';
    case 'node.power-cut':
      return 'loses power';
    case 'node.paused':
      return 'is paused';
    case 'node.resumed':
      return 'goes on';
    case 'link.added':
      return `link ${event.link} joins ${event.a} and ${event.b}: ${event.description}`;
    case 'fault.began':
      return `fault ${event.fault} begins: ${event.family} of ${event.target}`;
    case 'fault.ended':
      return `fault ${event.fault} ends`;
    case 'conn.dialled':
      return `dials ${event.conn}${event.over === undefined ? '' : ', for a WebSocket'}`;
    case 'conn.accepted':
      return `accepts ${event.conn}`;
    case 'conn.established':
      return `has ${event.conn} established`;
    case 'conn.ended':
      return `sees ${event.conn} end: ${event.end}`;
    case 'packet.sent':
      return `sends ${describePacket(event)} on ${event.conn}`;
    case 'packet.received':
      return `receives the packet of event ${event.of} on ${event.conn}`;
    case 'packet.lost':
      return `will never get the packet of event ${event.of} on ${event.conn}, lost at the ${event.at}: ${event.reason}`;
    case 'websocket.sent':
      return `sends ${describeWebSocket(event)} on ${event.conn}`;
    case 'websocket.received':
      return `receives the WebSocket bytes of event ${event.of} on ${event.conn}`;
    case 'websocket.lost':
      return `will never get the WebSocket bytes of event ${event.of} on ${event.conn}, lost at the ${event.at}: ${event.reason}`;
    case 'segment.lost':
      return `loses bytes ${event.from} to ${event.to} of ${event.conn}, transmission ${event.attempt}: ${event.reason}`;
    case 'segment.resent':
      return `sends bytes ${event.from} to ${event.to} of ${event.conn} again: ${event.trigger}`;
    case 'app.call':
      switch (event.op) {
        case 'publish':
          return `call ${event.call}: publish ${describeMessage(event.message)}`;
        case 'connect':
          return `call ${event.call}: connect to ${event.to} as ${event.client}`;
        case 'subscribe':
          return `call ${event.call}: subscribe ${event.filters.map(({ filter, qos }) => `${filter} q${qos}`).join(', ')}`;
        case 'unsubscribe':
          return `call ${event.call}: unsubscribe ${event.filters.join(', ')}`;
        default:
          return `call ${event.call}: ${event.op}`;
      }
    case 'app.settled':
      return `call ${event.call} ${event.outcome === 'ok' ? 'succeeds' : 'fails'}: ${event.text}`;
    case 'app.delivered':
      return `is handed ${describeMessage(event.message)}${event.dup ? ' as a duplicate' : ''}`;
    case 'timer.fired':
      return `timer ${event.key} fires`;
    case 'disk.written':
      return `writes batch ${event.batch} to disk (${event.entries} ${event.entries === 1 ? 'entry' : 'entries'})`;
    case 'disk.synced':
      return `has batch ${event.batch} safe on disk`;
    case 'disk.lost':
      return `lost everything after batch ${event.batch}`;
    case 'state':
      return `${event.entity}: ${event.d.map(([key, old, now]) => `${key} ${old} -> ${now}`).join(', ')}`;
    case 'told':
      return `${event.step}: ${event.text}`;
    case 'note':
      return event.text;
    case 'assert':
      return describeAssertion(event);
    case 'verdict':
      return `${event.outcome} ${event.rule}: ${event.text}`;
    case 'obituary':
      return `obituary of ${event.message} from ${event.publisher}${event.to === undefined ? '' : ` to ${event.to}`}, ${event.fate}: ${event.text}`;
  }
}

/** `always fails: each reading arrives once (story.ts:33)` */
function describeAssertion(asserted: Asserted): string {
  const { assertion, holds, text, place } = asserted;
  const state = holds ? 'holds' : fails(asserted) ? 'fails' : 'does not hold here';
  return `${assertion} ${state}: ${text}${place === undefined ? '' : ` (${place})`}`;
}

/** `a binary frame of 19 B`, or the first line of a request or response. */
export function describeWebSocket({ what, bytes, malformed }: WebSocketSent): string {
  if (malformed !== undefined) return `${bytes.length} B that are no WebSocket: ${malformed}`;
  if (what === 'request' || what === 'response') {
    const end = bytes.indexOf(CARRIAGE_RETURN);
    return `the ${what} ${describePayload(end < 0 ? bytes : bytes.subarray(0, end))}`;
  }
  const name = what === 'other' ? 'a frame of unknown kind' : `a ${what} frame`;
  return `${name} of ${bytes.length} B`;
}

const CARRIAGE_RETURN = 13;

/** `"21.5" q1 retain on plant/1`. Payloads that are not short printable ASCII are given by their length. */
export function describeMessage(message: TraceMessage): string {
  return `${describePayload(message.payload)} q${message.qos}${message.retain ? ' retain' : ''} on ${message.topic}`;
}

const PAYLOAD_SHOWN = 32;

export function describePayload(payload: Uint8Array): string {
  if (payload.length === 0) return 'an empty payload';
  let text = '';
  for (const byte of payload.subarray(0, PAYLOAD_SHOWN)) {
    if (byte < 0x20 || byte > 0x7e) return `${payload.length} B`;
    text += String.fromCharCode(byte);
  }
  return payload.length > PAYLOAD_SHOWN ? `"${text}..." (${payload.length} B)` : `"${text}"`;
}
