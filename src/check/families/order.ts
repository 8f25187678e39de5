/**
 * The order of a connection: CONNECT first and once, CONNACK before all else, each packet from the side that sends it, nothing after a
 * farewell, and an end after a farewell or an error.
 */
import type { Connack, Packet, PacketType } from '../../mqtt/codec/packet.ts';
import { packetName } from '../../mqtt/codec/packet-type.ts';
import { type Answer, answerName } from '../evidence/acknowledgement.ts';
import type { Garbled } from '../evidence/garbled.ts';
import type { Duty, Side } from '../evidence/side.ts';
import type { Tally } from '../tally.ts';

/** How long a close may take. The standard names no time. */
const CLOSE_PATIENCE_MICROS = 10_000_000;

/** Not authorized, Bad authentication method: what says that somebody failed to authenticate [5.0/4.12]. */
const UNPROVED: ReadonlySet<number | undefined> = new Set([0x87, 0x8c]);

/** Who alone sends these. */
const SENDERS: ReadonlyMap<PacketType, 'client' | 'server'> = new Map([
  ['connect', 'client'],
  ['connack', 'server'],
  ['subscribe', 'client'],
  ['suback', 'server'],
  ['unsubscribe', 'client'],
  ['unsuback', 'server'],
  ['pingreq', 'client'],
  ['pingresp', 'server'],
]);

/** Most packets are those of messages, which either side sends. */
function isOfBoth(type: PacketType): boolean {
  return (
    type === 'publish' || type === 'puback' || type === 'pubrec' || type === 'pubrel' || type === 'pubcomp'
  );
}

/** Whether only the other side may send such a packet. */
export function goesAstray(type: PacketType, { isServer, conn }: Side): boolean {
  if (isOfBoth(type)) return false;
  if (type === 'disconnect') return isServer && conn.v < 5;
  return SENDERS.get(type) === (isServer ? 'client' : 'server');
}

export class Order {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** `side` is about to write a packet; what it has written so far is in the side. */
  sent(side: Side, packet: Packet, i: number): void {
    if (!side.judged) return;
    if (side.farewellAt > 0) this.#afterFarewell(side, packetName(packet.type), i);
    if (side.isServer) this.#byServer(side, packet, i);
    else this.#byClient(side, packet, i);
  }

  /** The same of an acknowledgement, which either side may send when its time has come. */
  acknowledged(side: Side, answer: Answer, i: number): void {
    if (!side.judged) return;
    if (side.farewellAt > 0) this.#afterFarewell(side, answerName(answer), i);
    if (side.isServer) {
      if (side.connack === undefined) this.#beforeConnack(side, answerName(answer), i);
    } else if (side.spokeAt === 0) this.#beforeConnect(side, answerName(answer), i);
  }

  #afterFarewell({ conn, connack, party, farewellAt }: Side, packet: string, i: number): void {
    const rule = connack !== undefined && connack.reasonCode !== 0 ? 'order.refused' : 'order.disconnect';
    this.#tally.broken(
      rule,
      party.name,
      `${party.name} sent ${packet} on ${conn.name} after ${rule === 'order.refused' ? 'a CONNACK that refused' : 'DISCONNECT'}`,
      [farewellAt, i],
    );
  }

  #byClient(side: Side, packet: Packet, i: number): void {
    const { conn, party } = side;
    if (packet.type === 'connect') {
      this.#tally.reach('order.connect');
      if (side.spokeAt === 0) return;
      this.#tally.broken(
        'order.connect',
        party.name,
        `${party.name} sent CONNECT on ${conn.name} a second time or late`,
        [side.spokeAt, i],
      );
      return;
    }
    if (side.spokeAt === 0) this.#beforeConnect(side, packetName(packet.type), i);
    party.mayHaveSession = true;
    this.#side(side, packet, i);
  }

  #beforeConnect({ conn, party }: Side, packet: string, i: number): void {
    this.#tally.reach('order.connect');
    this.#tally.broken(
      'order.connect',
      party.name,
      `${party.name} began ${conn.name} with ${packet} and not with CONNECT`,
      [i],
    );
  }

  #byServer(side: Side, packet: Packet, i: number): void {
    const { conn, party } = side;
    const { connack } = side;
    if (packet.type === 'connack') {
      this.#tally.reach('order.connack');
      if (connack === undefined) return;
      this.#tally.broken('order.connack', party.name, `${party.name} sent a second CONNACK on ${conn.name}`, [
        i,
      ]);
      return;
    }
    if (connack === undefined && packet.type !== 'auth')
      this.#beforeConnack(side, packetName(packet.type), i);
    this.#side(side, packet, i);
  }

  #beforeConnack({ conn, party }: Side, packet: string, i: number): void {
    this.#tally.reach('order.connack');
    this.#tally.broken(
      'order.connack',
      party.name,
      `${party.name} sent ${packet} on ${conn.name} before CONNACK`,
      [i],
    );
  }

  #side(side: Side, packet: Packet, i: number): void {
    if (isOfBoth(packet.type) || (!SENDERS.has(packet.type) && packet.type !== 'disconnect')) return;
    this.#tally.reach('order.direction');
    if (!goesAstray(packet.type, side)) return;
    const { name } = side.party;
    this.#tally.broken(
      'order.direction',
      name,
      `${name} sent ${packetName(packet.type)}, which only a ${side.isServer ? 'client' : 'server'} sends`,
      [i],
    );
  }

  /** A packet was written after which its connection is closed: by who wrote it. */
  farewell(side: Side, packet: Packet, i: number, t: number): void {
    if (packet.type === 'disconnect') {
      side.farewellAt = i;
      const failed = side.proves && UNPROVED.has(packet.reasonCode);
      const rule = failed ? 'authentication.again' : 'order.disconnect';
      this.#owe(side, { rule, text: 'sent DISCONNECT', i, t });
    } else if (packet.type === 'connack' && packet.reasonCode !== 0) {
      side.farewellAt = i;
      const proves = side.connect?.properties?.authenticationMethod !== undefined;
      const rule = proves ? 'authentication.refused' : 'order.refused';
      this.#owe(side, { rule, text: `refused with CONNACK ${packet.reasonCode}`, i, t });
    }
  }

  /** A client read CONNACK, at `t`: a session that it never had means nothing to it. */
  welcomed(side: Side, { reasonCode, sessionPresent }: Connack, i: number, t: number): void {
    const { conn, party } = side;
    if (reasonCode !== 0) return;
    if (conn.v === 5 && sessionPresent && !party.mayHaveSession)
      this.#owe(side, { rule: 'session.strange', text: 'was told of a session that it never had', i, t });
    party.mayHaveSession = true;
  }

  /** `side` read what no standard lets come here, at `t`. */
  offended(side: Side, text: string, i: number, t: number): void {
    this.#owe(side, { rule: 'error.closes', text, i, t });
  }

  /** `side` read what is no packet, at `t`. */
  misread(side: Side, what: Garbled, i: number, t: number): void {
    const first = side.isServer && side.connect === undefined;
    if (what === 'options') {
      this.#owe(side, { rule: 'error.options', text: 'read a SUBSCRIBE with bits that are reserved', i, t });
    } else if (first && what === 'strange protocol') {
      this.#owe(side, { rule: 'error.protocol', text: 'read a CONNECT of no protocol that is known', i, t });
    } else if (first && what !== 'bytes') {
      side.owesSilence = what === 'old connect';
      this.#owe(side, { rule: 'error.connect', text: 'read a CONNECT that is malformed', i, t });
    } else this.#owe(side, { rule: 'error.closes', text: 'read what is no packet', i, t });
  }

  /** A server wrote CONNACK. */
  answered(side: Side, i: number): void {
    if (!side.owesSilence || !side.judged) return;
    const { name } = side.party;
    this.#tally.broken(
      'error.connect',
      name,
      `${name} answered a malformed CONNECT on ${side.conn.name}, which is closed without a word before 5.0`,
      [i],
    );
  }

  #owe(side: Side, duty: Duty): void {
    if (!side.judged || side.ended || side.duty !== undefined) return;
    this.#tally.reach(duty.rule);
    side.duty = duty;
  }

  /** The connection of a side is over, or the run is, at `t`. */
  closed(side: Side, i: number, t: number): void {
    const { duty, party } = side;
    // When one that is not seen itself has closed, nobody knows: the end may be under way or lost.
    if (duty === undefined || !party.isRunning || party.remote) return;
    const open = t - Math.max(duty.t, party.resumedAt);
    if (open < CLOSE_PATIENCE_MICROS) return;
    this.#tally.broken(
      duty.rule,
      party.name,
      `${party.name} ${duty.text} on ${side.conn.name} and kept it open for ${Math.round(open / 1_000_000)} s more`,
      [duty.i, i],
    );
  }
}
