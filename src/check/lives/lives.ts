/**
 * The lives of all messages in a trace: for each, what its publisher, its broker and every subscriber did with it, and what became of it.
 *
 * A function of the events and nothing else, in their order, so that it can be had of any trace: of a run, of `amber serve` or of a tap.
 * Where causes were recorded they say which message a PUBLISH carries on; where not, equal messages are taken in their order. It
 * judges nothing: the checker does, and a verdict is only remembered here. It holds every message of the trace.
 */
import { CodecError } from '../../mqtt/codec/codec-error.ts';
import { decode } from '../../mqtt/codec/decode.ts';
import type { Packet, ProtocolVersion } from '../../mqtt/codec/packet.ts';
import { packetName } from '../../mqtt/codec/packet-type.ts';
import type {
  ConnectionEnded,
  ConnectionEvent,
  PacketLost,
  PacketReceived,
  PacketSent,
  TraceEvent,
  Vantage,
  Verdict,
} from '../../trace/event.ts';
import { Broker } from './broker.ts';
import { Circumstances } from './circumstances.ts';
import { Connection, type Flying, type Owner } from './connection.ts';
import { Forwarding } from './forwarding.ts';
import { Life, type Passage, type Place, type Publication } from './publication.ts';
import { Publishing } from './publishing.ts';
import { Sessions } from './sessions.ts';
import { Tales } from './tales.ts';

export class Lives {
  /** Whether the trace shows when a packet was read, and not only when it passed. */
  readonly seesReading: boolean;
  readonly publications: Publication[] = [];
  readonly circumstances = new Circumstances();
  readonly brokers = new Map<string, Broker>();
  /** Verdicts that a promise was broken, in their order. */
  readonly verdicts: Verdict[] = [];
  /** Nodes whose applications were seen. */
  readonly applications = new Set<string>();
  /** Where the run ends: what is said of it afterwards does not count. */
  end: Place = { i: 0, t: 0 };
  readonly #connections = new Map<string, Connection>();
  /** By ordinal: which message an event belongs to. */
  readonly #owners = new Map<number, Owner>();
  readonly #publishing = new Publishing((publication) => this.publications.push(publication));
  readonly #forwarding = new Forwarding(this.circumstances, this.#publishing, (publication) =>
    this.publications.push(publication),
  );
  readonly #sessions = new Sessions(this.circumstances, this.#publishing);
  readonly #tales = new Tales(this.circumstances);

  /** @param vantage from where the packets of the trace were seen, as its header says. */
  constructor(vantage: Vantage) {
    this.seesReading = vantage === 'both-ends';
  }

  /** The message that an event belongs to, or its life for one subscriber. */
  ownerOf(ordinal: number): Owner | undefined {
    return this.#owners.get(ordinal);
  }

  /** The next event of the trace. */
  observe(event: TraceEvent): void {
    this.circumstances.observe(event);
    if (event.k !== 'verdict' && event.k !== 'obituary') this.end = event;
    switch (event.k) {
      case 'node.added':
        if (event.role === 'broker' || event.promises !== undefined)
          this.#broker(event.n).promises = event.promises;
        return;
      case 'conn.dialled':
      case 'conn.accepted':
        this.#connecting(event);
        return;
      case 'conn.ended':
        this.#ended(event);
        return;
      case 'packet.sent':
        this.#sent(event);
        return;
      case 'packet.received':
        this.#received(event);
        return;
      case 'packet.lost':
        this.#lost(event);
        return;
      case 'app.call':
        this.applications.add(event.n);
        if (event.op === 'publish') this.#own(event, this.#publishing.called(event));
        return;
      case 'app.settled':
        this.#own(event, this.#publishing.settled(event));
        return;
      case 'app.delivered': {
        const owner = this.#owners.get(this.circumstances.stimulusOf(event.i));
        this.#own(event, this.#forwarding.delivered(event, owner instanceof Life ? owner : undefined));
        return;
      }
      case 'told':
        this.#own(event, this.#tales.told(event, this.brokers.get(event.n), this.#cause(event)));
        return;
      case 'disk.written':
      case 'disk.synced':
      case 'disk.lost':
        this.#tales.disk(event, this.brokers.get(event.n)?.arrived.get(this.#stimulus(event)));
        return;
      case 'node.started':
        this.#tales.started(event.n);
        return;
      case 'verdict':
        if (event.outcome === 'broken') this.verdicts.push(event);
        return;
    }
  }

  #stimulus({ i }: TraceEvent): number {
    return this.circumstances.stimulusOf(i);
  }

  #cause(event: TraceEvent): Owner | undefined {
    return this.#owners.get(this.#stimulus(event));
  }

  #own({ i }: TraceEvent, owner: Owner | undefined): void {
    if (owner !== undefined) this.#owners.set(i, owner);
  }

  #broker(name: string): Broker {
    let broker = this.brokers.get(name);
    if (broker === undefined) {
      broker = new Broker(name);
      this.brokers.set(name, broker);
    }
    return broker;
  }

  #connecting({ conn, from, to }: ConnectionEvent): void {
    if (!this.#connections.has(conn)) this.#connections.set(conn, new Connection(conn, from, to));
  }

  #ended(event: ConnectionEnded): void {
    const connection = this.#connections.get(event.conn);
    if (connection === undefined || event.n !== connection.broker) return;
    const broker = this.#broker(connection.broker);
    this.#sessions.ended(broker, connection, event);
    this.#own(event, broker.arrived.get(event.i));
  }

  #sent(event: PacketSent): void {
    const connection = this.#connections.get(event.conn);
    const packet = connection === undefined ? undefined : decoded(event, connection.version);
    if (connection === undefined || packet === undefined) return;
    const up = event.n === connection.client;
    const broker = this.#broker(connection.broker);
    if (packet.type === 'connect' && up) this.#sessions.asked(broker, connection, packet);
    if (packet.type === 'connack' && !up) this.#sessions.answered(broker, connection, packet, event);
    if (packet.type === 'suback' && !up) this.#sessions.granted(broker, connection, packet);
    const carried = this.#carried(broker, connection, packet, event, up);
    const passage = carried?.owner && passageOf(event, connection, packet, up, carried.again);
    if (passage !== undefined) {
      const { owner } = carried!;
      owner!.passages.push(passage);
      if (owner instanceof Life && packet.type === 'publish' && !carried!.again) owner.sendings.push(passage);
      this.#owners.set(event.i, owner!);
    }
    connection.flying.set(event.i, { packet, passage, owner: carried?.owner });
  }

  /** Whose packet it is, and whether its message went over this hop before. */
  #carried(
    broker: Broker,
    connection: Connection,
    packet: Packet,
    event: PacketSent,
    up: boolean,
  ): { owner: Owner | undefined; again: boolean } | undefined {
    const { subscriber } = connection;
    switch (packet.type) {
      case 'publish': {
        if (up) {
          const { publication: owner, again } = this.#publishing.sent(connection, event, packet);
          return { owner, again };
        }
        if (subscriber === undefined) return undefined;
        const { life: owner, again } = this.#forwarding.sent(broker, connection, subscriber, event, packet);
        return { owner, again };
      }
      // The sender of a message releases it, the receiver answers.
      case 'pubrel':
        return { owner: (up ? subscriber?.up : subscriber?.down)?.get(packet.packetId), again: false };
      case 'puback':
      case 'pubrec':
      case 'pubcomp':
        return { owner: (up ? subscriber?.down : subscriber?.up)?.get(packet.packetId), again: false };
      default:
        return undefined;
    }
  }

  #received(event: PacketReceived): void {
    const connection = this.#connections.get(event.conn);
    const flying = this.#landed(connection, event.of, { i: event.i, t: event.t });
    if (connection === undefined || flying === undefined) return;
    const { packet, owner } = flying;
    this.#own(event, owner);
    const atBroker = event.n === connection.broker;
    const broker = this.#broker(connection.broker);
    switch (packet.type) {
      case 'publish':
        if (!atBroker) {
          if (owner instanceof Life) this.#forwarding.read(owner, connection, packet, event);
        } else if (owner !== undefined && !(owner instanceof Life)) {
          const received = packet.qos === 2 ? connection.subscriber?.received : undefined;
          const id = packet.packetId ?? 0;
          broker.arrive(owner, { i: event.i, t: event.t }, received?.get(id) === owner);
          received?.set(id, owner);
        }
        return;
      case 'pubrel':
        if (atBroker) connection.subscriber?.received.delete(packet.packetId);
        return;
      case 'puback':
      case 'pubrec':
      case 'pubcomp':
        if (atBroker) this.#forwarding.answered(connection, packet, event);
        else this.#publishing.answered(connection, packet, event);
        return;
      default:
        if (!atBroker) return;
        this.#sessions.read(broker, connection, packet, event);
        // A takeover makes a will due.
        this.#own(event, broker.arrived.get(event.i));
    }
  }

  #lost(event: PacketLost): void {
    const connection = this.#connections.get(event.conn);
    if (connection === undefined) return;
    const from = event.n === connection.broker ? connection.client : connection.broker;
    const lost = this.circumstances.loss(event, from);
    const flying = this.#landed(connection, event.of, { i: event.i, t: event.t, lost });
    this.#own(event, flying?.owner);
  }

  #landed(connection: Connection | undefined, of: number, end: Passage['end']): Flying | undefined {
    const flying = connection?.flying.get(of);
    if (flying === undefined) return undefined;
    connection!.flying.delete(of);
    if (flying.passage !== undefined) flying.passage.end = end;
    return flying;
  }
}

function decoded(event: PacketSent, version: ProtocolVersion): Packet | undefined {
  if (event.malformed !== undefined) return undefined;
  try {
    return decode(event.bytes, event.v === 0 ? version : event.v);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function passageOf(
  { i, t }: PacketSent,
  connection: Connection,
  packet: Packet,
  up: boolean,
  again: boolean,
): Passage | undefined {
  const { client, broker, name: conn } = connection;
  const [from, to] = up ? [client, broker] : [broker, client];
  const name = packetName(packet.type);
  switch (packet.type) {
    case 'publish': {
      const id = packet.packetId === undefined ? '' : ` #${packet.packetId}`;
      const flags = `${packet.dup ? ' dup' : ''}${packet.retain ? ' retain' : ''}`;
      const described = `${name} q${packet.qos}${id}${flags}`;
      const { type, packetId = 0 } = packet;
      return { i, t, conn, from, to, packet: described, type, packetId, again, end: undefined };
    }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp': {
      const { type, packetId } = packet;
      const code = (packet.reasonCode ?? 0) === 0 ? '' : ` code ${packet.reasonCode}`;
      const described = `${name} #${packetId}${code}`;
      return { i, t, conn, from, to, packet: described, type, packetId, again, end: undefined };
    }
    default:
      return undefined;
  }
}
