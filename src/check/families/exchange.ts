/** One hop of QoS 1 and 2: identifiers, DUP, the handshake, and the order of what is sent again and acknowledged. */
import type { Publish } from '../../mqtt/codec/packet.ts';
import type { Conn } from '../evidence/conn.ts';
import { type Flight, type Lane, mayBeForgotten } from '../evidence/lane.ts';
import type { MessageKey } from '../evidence/message-key.ts';
import type { Party } from '../evidence/party.ts';
import { placeOf, type Tally } from '../tally.ts';

const DUP_FLAG = placeOf('delivery.dup-flag');
const ACKNOWLEDGEMENTS = placeOf('ordering.acknowledgements');

/** What a sending is: a message of its own, a repetition of one, or either, after a crash of its sender. */
export type Sending = 'new' | 'again' | 'unknown';

export class Exchanges {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** `sender` wrote a PUBLISH. `judged` is false for peers, which may send what they like. */
  published(
    conn: Conn,
    lane: Lane,
    sender: Party,
    packet: Publish,
    topic: string,
    key: MessageKey,
    i: number,
    judged: boolean,
  ): Sending {
    const up = sender === conn.client;
    if (packet.qos === 0) {
      // With DUP 1 it would be no packet.
      if (judged) this.#tally.reachAt(DUP_FLAG);
      return 'new';
    }
    const id = packet.packetId ?? 0;
    let flight = lane.flights.get(id);
    let isOver = false;
    if (flight === undefined && lane.ended.get(id)?.key === key && packet.dup) {
      // Its sender knows that it is over, unless it may have forgotten that.
      isOver = lane.revive(id, sender)!.crashes === sender.crashes;
      flight = lane.flights.get(id);
    }
    // Without DUP it may be a message of its own, or that one once more: then nobody knows its place.
    const placeless = flight === undefined && lane.ended.get(id)?.key === key;
    lane.ended.delete(id);
    if (judged) this.#tally.reachAt(DUP_FLAG);
    if (flight === undefined) {
      if (packet.dup) {
        // After a crash, an acknowledgement that was read may not have been stored.
        if ((sender.crashes > lane.crashes && !isOver) || !judged) {
          this.#begin(lane, conn, sender, packet, topic, key, i);
          return 'unknown';
        }
        this.#tally.broken(
          'delivery.dup-flag',
          sender.name,
          `${sender.name} sent PUBLISH #${id} on ${topic} with DUP 1, but no message with that identifier is unacknowledged`,
          [i],
        );
      }
      this.#begin(lane, conn, sender, packet, topic, key, i);
      if (placeless) lane.flights.get(id)!.place = Number.NaN;
      return 'new';
    }
    const forgotten = mayBeForgotten(flight, sender);
    const same = flight.key === key;
    if (!judged) {
      if (!packet.dup || !same) {
        this.#begin(lane, conn, sender, packet, topic, key, i);
        return 'new';
      }
    } else if (!same) {
      // A sender that lost its memory begins anew with any identifier; then the old message is gone.
      if (!forgotten) {
        this.#tally.reach('delivery.identifier');
        this.#tally.broken(
          'delivery.identifier',
          sender.name,
          `${sender.name} sent another message on ${topic} with identifier #${id}, which still belongs to the one on ` +
            `${flight.topic} that was sent at event ${flight.at} and is not acknowledged`,
          [flight.at, i],
        );
      }
      const shared = flight.shared;
      this.#begin(lane, conn, sender, packet, topic, key, i);
      lane.flights.get(id)!.shared = !forgotten;
      return forgotten || shared ? 'unknown' : 'new';
    } else {
      this.#tally.reach('delivery.identifier');
      if (!packet.dup && forgotten) {
        // It may have forgotten the first sending, and come to the same identifier again.
        this.#begin(lane, conn, sender, packet, topic, key, i);
        return 'unknown';
      }
      if (!packet.dup) {
        this.#tally.broken(
          'delivery.dup-flag',
          sender.name,
          `${sender.name} sent PUBLISH #${id} on ${topic} again with DUP 0; it was sent before at event ${flight.at}`,
          [flight.at, i],
        );
      }
      this.#again(conn, flight, sender, up, i, id);
    }
    flight.conn = conn;
    flight.at = i;
    flight.crashes = sender.crashes;
    flight.forgettable = false;
    return 'again';
  }

  #again(conn: Conn, flight: Flight, sender: Party, up: boolean, i: number, id: number): void {
    const tally = this.#tally;
    const crashed = sender.crashes > flight.crashes;
    if (flight.qos === 2) tally.reach('delivery.handshake');
    const unread =
      flight.stage === 'pubrec' && flight.answer?.conn.hasRead(sender, flight.answer.at) === false;
    // A PUBREC that was read but not stored is forgotten by a crash; one that PUBREL has answered was stored.
    if (unread) flight.stage = 'publish';
    else if (
      flight.stage === 'pubrel'
        ? sender.promises?.durability === 'sync' || !crashed
        : flight.stage === 'pubrec' && !crashed
    ) {
      tally.broken(
        'delivery.handshake',
        sender.name,
        `${sender.name} sent PUBLISH #${id} again although it had read PUBREC for it`,
        [flight.at, i],
      );
    }
    // It begins again from here.
    if (crashed) flight.stage = 'publish';
    if (flight.conn === conn) {
      if (conn.v === 5) {
        tally.reach('session.retransmission');
        tally.broken(
          'session.retransmission',
          sender.name,
          `${sender.name} sent PUBLISH #${id} again on ${conn.name}, where it had sent it before`,
          [flight.at, i],
        );
      }
      return;
    }
    if (conn.v === 5) tally.reach('session.retransmission');
    tally.reach('session.resumed');
    tally.reach('ordering.redelivery');
    const last = up ? conn.lastAgainUp : conn.lastAgainDown;
    if (flight.place < last) {
      tally.broken(
        'ordering.redelivery',
        sender.name,
        `${sender.name} sent PUBLISH #${id} on ${flight.topic} again after a message that it had first sent later`,
        [flight.at, i],
      );
    } else if (up) conn.lastAgainUp = flight.place;
    else conn.lastAgainDown = flight.place;
  }

  /** A PUBREL was written. */
  released(conn: Conn, flight: Flight, i: number): void {
    if (flight.stage === 'pubrel' && flight.conn !== conn) this.#tally.reach('session.resumed');
    flight.stage = 'pubrel';
    flight.conn = conn;
    flight.at = i;
  }

  #begin(
    lane: Lane,
    conn: Conn,
    sender: Party,
    packet: Publish,
    topic: string,
    key: MessageKey,
    i: number,
  ): void {
    // The first sending of what comes again was before, nobody can see how long: where it comes now is no later than it may from now on.
    const before = sender === conn.client ? conn.lastAgainUp : conn.lastAgainDown;
    lane.flights.set(packet.packetId ?? 0, {
      key,
      qos: packet.qos,
      place: packet.dup ? before : ++lane.places,
      stage: 'publish',
      answer: undefined,
      conn,
      crashes: sender.crashes,
      at: i,
      arrived: false,
      forgettable: false,
      shared: false,
      topic,
      arrival: undefined,
      copy: undefined,
      received: undefined,
    });
  }

  /** The client wrote an acknowledgement; `list` is what it owes on this connection, in order. */
  acknowledged(conn: Conn, list: number[], id: number, name: string, i: number): void {
    const at = list[0] === id ? 0 : list.indexOf(id);
    if (at === -1 || !conn.clientSide.judged) return;
    this.#tally.reachAt(ACKNOWLEDGEMENTS);
    if (at > 0) {
      this.#tally.broken(
        'ordering.acknowledgements',
        conn.client.name,
        `${conn.client.name} sent ${name} #${id} before the one for #${list[0]!}, which came first`,
        [i],
      );
    }
    if (list.length === 1) list.pop();
    else list.splice(at, 1);
  }
}
