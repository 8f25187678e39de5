/**
 * The judge: watches a run event by event, and says which promises were kept.
 *
 * It reads only what was seen: packets at both ends, calls and deliveries of applications, the life of nodes and
 * connections. What is finished is forgotten, so that a long run stays flat. This file hands events to those who know what they
 * mean; they turn them into facts about clients, brokers and sessions, and the families of rules judge the facts. `rules/` says in
 * a line what each rule means, and each is in the file of its name or of its family.
 */
import { CodecError } from '../mqtt/codec/codec-error.ts';
import { decode } from '../mqtt/codec/decode.ts';
import type { Packet, ProtocolVersion } from '../mqtt/codec/packet.ts';
import type {
  AppSettled,
  ConnectionEnded,
  ConnectionEvent,
  PacketSent,
  TraceEvent,
  TraceMessage,
  Vantage,
} from '../trace/event.ts';
import type { Actor, Asked, Followed, Watcher, Way } from '../trace/recorder.ts';
import { BrokerEnd } from './broker-end.ts';
import { ClientEnd } from './client-end.ts';
import { Endings } from './endings.ts';
import {
  type Acknowledgement,
  acknowledgementOf,
  acknowledges,
  plainlyAcknowledged,
} from './evidence/acknowledgement.ts';
import { Census } from './evidence/census.ts';
import type { Conn, Direction } from './evidence/conn.ts';
import type { Party } from './evidence/party.ts';
import { nameMessage } from './evidence/seen.ts';
import { excuseOf } from './evidence/session.ts';
import { Troubles } from './evidence/troubles.ts';
import { UnderWay } from './evidence/under-way.ts';
import type { Wills } from './families/wills.ts';
import { Families } from './families.ts';
import type { RuleId } from './rules/rules.ts';
import { type CheckReport, type KnownBugs, Tally, type VerdictDraft } from './tally.ts';

export interface CheckerOptions {
  /** From where the packets were seen; a rule that needs more is reported as not observable. */
  vantage: Vantage;
  /** Is told each verdict at the event that showed it; a recorder's `emit` fits. */
  emit?: (verdict: VerdictDraft) => void;
  /** Is told each time the premise of a rule arises, at the event at which it does; the same counts are in the report. */
  onReach?: (rule: RuleId) => void;
  /** What breaks these rules is excused. */
  known?: KnownBugs | undefined;
}

export interface Checker extends Watcher {
  /** The next event of the run, in order. */
  observe(event: TraceEvent): void;
  /**
   * The run is over. `quiet`: it ended with the network healed and nobody owing anybody anything, so that what had not come by then
   * never would have.
   */
  finish(end: { quiet: boolean }): CheckReport;
  /** Messages that are held in memory: a long run does not make them more. */
  readonly held: number;
}

export function createChecker(options: CheckerOptions): Checker {
  return new Judge(options);
}

interface FollowedActor extends Followed {
  readonly party: Party;
}

class Judge implements Checker {
  readonly #tally: Tally;
  readonly #census: Census;
  readonly #families: Families;
  readonly #clientEnd: ClientEnd;
  readonly #brokerEnd: BrokerEnd;
  readonly #endings: Endings;
  readonly #troubles: Troubles;
  // Asked with every event.
  readonly #wills: Wills;

  constructor(options: CheckerOptions) {
    this.#census = new Census(options.vantage);
    this.#tally = new Tally(options.vantage, options.emit, options.onReach, options.known);
    this.#families = new Families(this.#tally);
    this.#wills = this.#families.wills;
    this.#clientEnd = new ClientEnd(this.#census, this.#families);
    this.#brokerEnd = new BrokerEnd(this.#census, this.#families);
    this.#endings = new Endings(this.#census, this.#families);
    this.#troubles = new Troubles(this.#census, this.#endings, this.#tally);
  }

  get held(): number {
    let held = 0;
    for (const ledger of this.#census.ledgers) held += ledger.size;
    return held;
  }

  observe(event: TraceEvent): void {
    this.#now(event.t);
    switch (event.k) {
      case 'packet.sent': {
        const { n, conn: name, bytes } = event;
        const conn = this.#conn(name, n, bytes);
        if (conn === undefined) return;
        const direction = n === conn.client.name ? conn.upward : conn.downward;
        this.#sent(direction, event.i, event.t, bytes, event.v, event.malformed);
        return;
      }
      case 'packet.received': {
        const conn = this.#census.conn(event.conn);
        if (conn === undefined) return;
        const direction = event.n === conn.broker.name ? conn.upward : conn.downward;
        this.#received(direction, event.i, event.t, event.of);
        return;
      }
      case 'packet.lost': {
        const conn = this.#census.conn(event.conn);
        if (conn === undefined) return;
        const { underWay } = event.n === conn.broker.name ? conn.upward : conn.downward;
        if (underWay.take(event.of) !== undefined) this.#census.forget(conn);
        return;
      }
      case 'app.call':
        this.#called(this.#census.party(event.n), event.call, event, event.i);
        return;
      case 'app.settled':
        this.#settled(this.#census.party(event.n), event.call, event.outcome);
        return;
      case 'app.delivered':
        this.#delivered(this.#census.party(event.n), event.message, event.i);
        return;
      case 'conn.dialled':
      case 'conn.accepted':
        this.#connecting(event);
        return;
      case 'conn.ended':
        this.#connectionEnded(event);
        return;
      case 'node.added':
        this.#census.add(event.n, event.role, event.promises);
        return;
      default:
        this.#troubles.observe(event);
    }
  }

  finish(end: { quiet: boolean }): CheckReport {
    const { wills, losses, sessions, applications, wire, retainedMessages, sharedSubscriptions } =
      this.#families;
    const online = new Set<Party>();
    const away = new Set<Party>();
    for (const ledger of this.#census.ledgers) {
      for (const session of ledger.sessions.values()) {
        if (session.over) continue;
        // Of several clients in one process nobody knows which one a call was for.
        if (excuseOf(session) === undefined) online.add(session.client);
        else if (session.client.hosted) away.add(session.client);
      }
    }
    wills.finish();
    for (const ledger of this.#census.ledgers) {
      retainedMessages.finish(ledger, end.quiet);
      sharedSubscriptions.finish(ledger, end.quiet);
      losses.finish(ledger, end.quiet);
      sessions.finish(ledger, end.quiet);
    }
    applications.finish(end.quiet, (client) => online.has(client) && !away.has(client));
    wire.finish(this.#census.conns, end.quiet, this.#tally.now);
    return this.#tally.report();
  }

  packetSent(i: number, t: number, way: Way, bytes: Uint8Array, malformed: string | undefined): void {
    this.#now(t);
    const direction = this.#along(way) ?? this.#follow(way, this.#conn(way.conn, way.writer, bytes));
    if (direction !== undefined) this.#sent(direction, i, t, bytes, way.version, malformed);
  }

  packetReceived(i: number, t: number, way: Way, of: number): void {
    this.#now(t);
    const direction = this.#along(way) ?? this.#follow(way, this.#census.conn(way.conn));
    if (direction !== undefined) this.#received(direction, i, t, of);
  }

  #now(t: number): void {
    this.#tally.now = t;
    if (this.#wills.isDue(t)) this.#wills.advance(t);
  }

  /** The direction of a connection that a way is, when it is known by now. */
  #along({ followed }: Way): Direction | undefined {
    return followed?.by === this ? (followed as Direction) : undefined;
  }

  /** From here on it is known. */
  #follow(way: Way, conn: Conn | undefined): Direction | undefined {
    if (conn === undefined) return undefined;
    const direction = way.writer === conn.client.name ? conn.upward : conn.downward;
    direction.by = this;
    way.followed ??= direction;
    return direction;
  }

  #conn(name: string, n: string, bytes: Uint8Array): Conn | undefined {
    return this.#census.conn(name) ?? this.#introduced(name, n, bytes);
  }

  #sent(
    direction: Direction,
    i: number,
    t: number,
    bytes: Uint8Array,
    v: PacketSent['v'],
    malformed: string | undefined,
  ): void {
    const { conn, writer } = direction;
    if (conn.blind || conn.forgotten) return;
    const plain = malformed === undefined ? plainlyAcknowledged(bytes) : 0;
    if (plain > 0 && (!conn.broker.remote || hasBegun(conn))) {
      this.#acknowledged(direction, plain, undefined, bytes.length, i, t);
      return;
    }
    const { wire } = this.#families;
    const packet = malformed === undefined ? decoded(bytes, v === 0 ? conn.v : v) : undefined;
    const wrong = packet === undefined || packet instanceof CodecError;
    if (conn.broker.remote && (wrong || !hasBegun(conn, packet))) {
      if (packet instanceof CodecError && hasBegun(conn)) wire.misformed(writer, bytes, packet, i);
      this.#loseSight(conn);
      return;
    }
    // What is no packet promises nothing: whoever reads it will close the connection.
    if (wrong) {
      if (packet === undefined) wire.garbled(writer, i);
      else wire.misformed(writer, bytes, packet, i);
      return;
    }
    if (acknowledges(packet)) {
      this.#acknowledged(direction, acknowledgementOf(packet), packet, bytes.length, i, t);
      return;
    }
    wire.sent(writer, packet, bytes.length, i, t);
    const underWay = new UnderWay(packet, bytes.length, i, t);
    direction.underWay.add(underWay, i);
    if (packet.type === 'publish') nameMessage(conn, packet, underWay, !writer.isServer);
    if (writer.isServer) this.#brokerEnd.sent(conn, underWay, i, t);
    else this.#clientEnd.sent(conn, underWay, i, t);
  }

  /** `packet` is absent where there is no more to an acknowledgement than what it is. */
  #acknowledged(
    { conn, writer, underWay }: Direction,
    acknowledgement: Acknowledgement,
    packet: Packet | undefined,
    bytes: number,
    i: number,
    t: number,
  ): void {
    this.#families.wire.acknowledged(writer, acknowledgement, packet, bytes, i, t);
    underWay.add(acknowledgement, i);
    if (writer.isServer) this.#brokerEnd.acknowledged(conn, acknowledgement, i, t);
    else this.#clientEnd.acknowledged(conn, acknowledgement, i);
  }

  /**
   * What a hosted node is, the wire tells: who dials and sends CONNECT is a client, and who is dialled its broker. What begins with anything
   * else is no MQTT.
   */
  #introduced(name: string, n: string, bytes: Uint8Array): Conn | undefined {
    const conn = this.#census.unspoken(name);
    if (conn === undefined || n !== conn.client.name) return undefined;
    const isMqtt = bytes[0] === CONNECT_HEADER;
    this.#census.spoken(conn, isMqtt);
    return isMqtt ? conn : undefined;
  }

  #received({ conn, reader, underWay }: Direction, i: number, t: number, of: number): void {
    if (conn.forgotten) return;
    const written = underWay.take(of);
    const { wire } = this.#families;
    if (written === undefined) {
      wire.readGarbled(reader, of, i, t);
    } else if (typeof written !== 'number') {
      wire.read(reader, written.packet, i, t);
      if (reader.isServer) this.#brokerEnd.read(conn, written, i, t, of);
      else this.#clientEnd.read(conn, written, i, t);
    } else {
      wire.acknowledgementRead(reader, written, i, t);
      if (reader.isServer) this.#brokerEnd.acknowledgementRead(conn, written, i, t, of);
      else this.#clientEnd.acknowledgementRead(conn, written, i);
    }
  }

  /** From here on what passes on a connection that is not seen at both ends cannot be understood. */
  #loseSight(conn: Conn): void {
    conn.blind = true;
    this.#tally.strangers = true;
    if (conn.session?.conn === conn) conn.session.loseSight();
    this.#families.wills.settled(conn, false);
  }

  called(i: number, t: number, who: Actor, call: number, asked: Asked): void {
    this.#now(t);
    this.#called(this.#party(who), call, asked, i);
  }

  #called(client: Party, call: number, asked: Asked, i: number): void {
    client.hasApplication = true;
    if (asked.op === 'publish') this.#families.applications.called(client, call, asked.message, i);
    else if (asked.op === 'connect') client.sessionExpiry = asked.sessionExpiry;
    else if (asked.op === 'disconnect') {
      for (const conn of this.#census.conns) if (conn.client === client) conn.leaving = true;
    }
  }

  settled(_i: number, t: number, who: Actor, call: number, outcome: AppSettled['outcome']): void {
    this.#now(t);
    this.#settled(this.#party(who), call, outcome);
  }

  #settled(client: Party, call: number, outcome: AppSettled['outcome']): void {
    this.#families.applications.settled(client, call, outcome === 'ok');
  }

  delivered(i: number, t: number, who: Actor, message: TraceMessage): void {
    this.#now(t);
    this.#delivered(this.#party(who), message, i);
  }

  #delivered(client: Party, message: TraceMessage, i: number): void {
    client.hasApplication = true;
    this.#families.applications.delivered(client, message, i);
  }

  /** What is known of a node. */
  #party(who: Actor): Party {
    const { followed } = who;
    if (followed?.by === this) return (followed as FollowedActor).party;
    const party = this.#census.party(who.name);
    const following: FollowedActor = { by: this, party };
    who.followed ??= following;
    return party;
  }

  #connecting(event: ConnectionEvent): void {
    const found = this.#census.connect(event.conn, event.from, event.to);
    if (found === undefined || event.k !== 'conn.accepted') return;
    found.conn.taken = true;
    // Who dialled it is not heard of any more.
    if (found.isNew) found.conn.endedAtClient = true;
  }

  #connectionEnded(event: ConnectionEnded): void {
    const conn = this.#census.conn(event.conn) ?? this.#census.unspoken(event.conn);
    if (conn === undefined) return;
    const side = event.n === conn.broker.name ? conn.serverSide : conn.clientSide;
    // A process closes with a FIN, which nobody sees: that the network answers none is not its fault.
    if (side.party.hosted && event.end === 'timed-out') side.duty = undefined;
    this.#families.wire.ended(side, event.i, event.t);
    if (event.n === conn.broker.name) this.#endings.connectionEnded(conn, event.i, event.t, event.end);
    // Of a client that is seen from afar nothing more is heard.
    if (event.n === conn.client.name || conn.client.remote) conn.endedAtClient = true;
    this.#census.forget(conn);
  }
}

/** The first byte of every CONNECT [5.0/2.1.2] [5.0/2.1.3]. */
const CONNECT_HEADER = 0x10;

/** Whether a packet may belong to a connection that was seen from its beginning. */
function hasBegun(conn: Conn, packet?: Packet): boolean {
  return packet?.type === 'connect' || conn.connectAt > 0 || conn.upward.underWay.size > 0;
}

/** The packet, or what is wrong with it. */
function decoded(bytes: Uint8Array, version: ProtocolVersion): Packet | CodecError {
  try {
    return decode(bytes, version);
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
}
