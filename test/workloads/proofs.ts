/**
 * What the judge said of brokers of the field, and why it is true: each accusation is proved once more from the packets alone, by somebody
 * who knows nothing of the judge. docs/checking.md has the same list for people.
 */
import type { Violation } from '../../src/check/tally.ts';
import { decode } from '../../src/mqtt/codec/decode.ts';
import type { Packet, Publish } from '../../src/mqtt/codec/packet.ts';
import type { TraceEvent } from '../../src/trace/event.ts';

export interface Proved {
  readonly broker: string;
  readonly rule: string;
  readonly statement: string;
  /** Whether the packets show it. */
  readonly proof: (packets: Packets, violation: Violation) => boolean;
}

interface SeenPacket {
  readonly i: number;
  readonly conn: string;
  readonly client: string;
  readonly byBroker: boolean;
  readonly packet: Packet;
}
type SeenPublish = SeenPacket & { packet: Publish };

export class Packets {
  readonly #all: SeenPacket[];

  constructor(events: readonly TraceEvent[]) {
    this.#all = events.flatMap((event): SeenPacket[] => {
      if (event.k !== 'packet.sent' || event.malformed !== undefined) return [];
      const client = event.conn.slice(0, event.conn.indexOf('>'));
      const packet = decode(event.bytes, event.v === 0 ? 4 : event.v);
      return [{ i: event.i, conn: event.conn, client, byBroker: event.n !== client, packet }];
    });
  }

  /** A connection was accepted, the next one of its client too, and the broker never wrote DISCONNECT to the first. */
  isTakenOverUntold({ about }: Violation): boolean {
    const accepted = (i: number | undefined) =>
      this.#all.find((each) => each.i === i && each.byBroker && each.packet.type === 'connack');
    const [first, second] = [accepted(about[0]), accepted(about.at(-1))];
    if (first === undefined || second === undefined) return false;
    if (first.conn === second.conn || first.client !== second.client) return false;
    return !this.#all.some(
      ({ conn, byBroker, packet }) => conn === first.conn && byBroker && packet.type === 'disconnect',
    );
  }

  /** The publication that an accusation is about: the last of its events. */
  blamed({ about }: Violation): SeenPublish | undefined {
    return this.#all.find(({ i, packet }) => i === about.at(-1) && packet.type === 'publish') as
      | SeenPublish
      | undefined;
  }

  /** Of one client, between two events, from one side, of one type and identifier. */
  has(
    client: string,
    after: number,
    before: number,
    byBroker: boolean,
    type: Packet['type'],
    id: number,
  ): boolean {
    return this.#all.some(
      (each) =>
        each.client === client &&
        each.i > after &&
        each.i < before &&
        each.byBroker === byBroker &&
        each.packet.type === type &&
        'packetId' in each.packet &&
        each.packet.packetId === id,
    );
  }

  /** The most that a client was ever granted. */
  granted(client: string): number {
    const codes = this.#all.flatMap((each) =>
      each.client === client && each.packet.type === 'suback' ? [...each.packet.reasonCodes] : [],
    );
    return Math.max(...codes.filter((code) => code < 0x80));
  }

  /** Earlier sendings of the same message to the same client. */
  before(last: SeenPublish): SeenPublish[] {
    return this.#all.filter(
      (each): each is SeenPublish =>
        each.byBroker && each.client === last.client && each.i < last.i && isSame(each.packet, last.packet),
    );
  }

  /** How often anybody had published it by then, repetitions apart. */
  published(last: SeenPublish): number {
    const isOf = ({ i, byBroker, packet }: SeenPacket) =>
      !byBroker && i < last.i && isSame(packet, last.packet) && !(packet as Publish).dup;
    return this.#all.filter(isOf).length;
  }
}

function isSame(packet: Packet, other: Publish): boolean {
  return (
    packet.type === 'publish' &&
    packet.topic === other.topic &&
    Buffer.compare(packet.payload, other.payload) === 0
  );
}

/** Sent before with the same identifier on another connection, and not acknowledged since: this is a re-delivery. */
function isRedelivery(packets: Packets, last: SeenPublish): boolean {
  const id = last.packet.packetId!;
  const acknowledgement = last.packet.qos === 1 ? 'puback' : 'pubcomp';
  return packets
    .before(last)
    .some(
      ({ i, conn, packet }) =>
        packet.packetId === id &&
        conn !== last.conn &&
        !packets.has(last.client, i, last.i, false, acknowledgement, id),
    );
}

/** The broker had sent PUBREL for a sending of the same message. */
function isAfterPubrel(packets: Packets, last: SeenPublish): boolean {
  return packets
    .before(last)
    .some(({ i, packet }) => packets.has(last.client, i, last.i, true, 'pubrel', packet.packetId!));
}

/** A proof about the publication that is blamed. */
function ofPublish(proof: (packets: Packets, last: SeenPublish) => boolean): Proved['proof'] {
  return (packets, violation) => {
    const last = packets.blamed(violation);
    return last !== undefined && proof(packets, last);
  };
}

export const PROVED: readonly Proved[] = [
  {
    broker: 'mosquitto',
    rule: 'session.takeover-told',
    statement: '5.0/MQTT-3.1.4-3',
    proof: (packets, violation) => packets.isTakenOverUntold(violation),
  },
  {
    broker: 'aedes',
    rule: 'delivery.qos',
    statement: '3.1.1/MQTT-3.8.4-6',
    proof: ofPublish((packets, last) => last.packet.qos > packets.granted(last.client)),
  },
  {
    broker: 'aedes',
    rule: 'delivery.dup-flag',
    statement: '3.1.1/MQTT-3.3.1-1',
    proof: ofPublish((packets, last) => !last.packet.dup && isRedelivery(packets, last)),
  },
  {
    broker: 'aedes',
    rule: 'delivery.handshake',
    statement: '3.1.1/MQTT-4.3.3-1',
    proof: ofPublish((packets, last) => last.packet.qos === 2 && isAfterPubrel(packets, last)),
  },
  {
    broker: 'aedes',
    rule: 'delivery.exactly-once',
    statement: '3.1.1/MQTT-4.3.3-1',
    proof: ofPublish(
      (packets, last) =>
        last.packet.qos === 2 && packets.published(last) === 1 && isAfterPubrel(packets, last),
    ),
  },
  {
    broker: 'aedes',
    rule: 'delivery.needless-duplicate',
    statement: '3.1.1/MQTT-4.4.0-1',
    proof: ofPublish(
      (packets, last) =>
        packets.published(last) === 1 &&
        !last.packet.dup &&
        packets
          .before(last)
          .some(({ packet, i }) =>
            packet.packetId === last.packet.packetId
              ? packets.has(last.client, i, last.i, false, 'puback', packet.packetId!)
              : packet.qos === 1,
          ),
    ),
  },
];
