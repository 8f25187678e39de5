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
  readonly #publishes: SeenPublish[];
  /** Topic and payload. */
  readonly #messages = new Map<string, SeenPublish[]>();

  constructor(events: readonly TraceEvent[]) {
    const ended = new Set<string>();
    this.#all = events.flatMap((event): SeenPacket[] => {
      if (event.k === 'conn.ended' && !event.conn.startsWith(`${event.n}>`)) ended.add(event.conn);
      if (event.k !== 'packet.sent' || event.malformed !== undefined) return [];
      const client = event.conn.slice(0, event.conn.indexOf('>'));
      const byBroker = event.n !== client;
      // What comes when the broker has ended the connection it never reads.
      if (!byBroker && ended.has(event.conn)) return [];
      const packet = decode(event.bytes, event.v === 0 ? 4 : event.v);
      return [{ i: event.i, conn: event.conn, client, byBroker, packet }];
    });
    this.#publishes = this.#all.filter((each): each is SeenPublish => each.packet.type === 'publish');
    for (const each of this.#publishes) {
      const key = messageOf(each);
      const alike = this.#messages.get(key);
      if (alike === undefined) this.#messages.set(key, [each]);
      else alike.push(each);
    }
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
    return this.#publishes.find(({ i }) => i === about.at(-1));
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

  /** What a client was sent before. */
  ahead({ client, i }: SeenPublish): SeenPublish[] {
    return this.#publishes.filter((each) => each.byBroker && each.client === client && each.i < i);
  }

  /** Earlier sendings of the same message to the same client. */
  before(last: SeenPublish): SeenPublish[] {
    return this.#alike(last).filter(
      (each) => each.byBroker && each.client === last.client && each.i < last.i,
    );
  }

  /** When it was sent first with this identifier, if it was not acknowledged since: this is the same message again. */
  begun(last: SeenPublish): number | undefined {
    return this.before(last).find(
      (each) => each.packet.packetId === last.packet.packetId && !this.isAnswered(each, last.i),
    )?.i;
  }

  /** Whether the last acknowledgement of a sending passed before an event. */
  isAnswered({ client, i, packet }: SeenPublish, before: number): boolean {
    return this.has(client, i, before, false, packet.qos === 1 ? 'puback' : 'pubcomp', packet.packetId!);
  }

  /** The same again, or nobody knows: the broker may not have read what acknowledged a sending with its identifier on another connection. */
  isAgain(last: SeenPublish): boolean {
    const isOf = ({ conn, packet }: SeenPublish) =>
      conn !== last.conn && packet.packetId === last.packet.packetId;
    return this.begun(last) !== undefined || this.before(last).some(isOf);
  }

  /** Its publications by then, whoever sent them. */
  publications(last: SeenPublish): SeenPublish[] {
    return this.#alike(last).filter((each) => !each.byBroker && each.i < last.i);
  }

  /** How often anybody had published it by then, repetitions apart. */
  published(last: SeenPublish): number {
    return this.publications(last).filter(({ packet }) => !packet.dup).length;
  }

  /** Whether in the end its client was sent it as a message of its own more often than anybody had published it. */
  isDoubled(last: SeenPublish): boolean {
    const alike = this.#alike(last);
    const sent = alike.filter((each) => each.byBroker && each.client === last.client);
    const published = alike.filter((each) => !each.byBroker);
    return sent.filter((each) => !this.isAgain(each)).length > published.length;
  }

  /** All that one client published with the topic and QoS of a publication. */
  stream({ client, packet }: SeenPublish): SeenPublish[] {
    return this.#publishes.filter(
      (each) =>
        !each.byBroker &&
        each.client === client &&
        each.packet.topic === packet.topic &&
        each.packet.qos === packet.qos,
    );
  }

  #alike(each: SeenPublish): SeenPublish[] {
    return this.#messages.get(messageOf(each))!;
  }
}

function messageOf({ packet }: SeenPublish): string {
  return `${packet.topic} ${Buffer.from(packet.payload).toString('latin1')}`;
}

/**
 * Each message that was sent before, of the same publisher, topic and QoS, takes the first of its publications that keeps them in order; then
 * every publication of this one is too early. Should it have been sent already, where the tap could not see it, then it was
 * unacknowledged, and the broker had to begin the connection with it.
 */
function isOvertaken(packets: Packets, last: SeenPublish): boolean {
  const [first] = packets.publications(last);
  if (first === undefined) return false;
  const stream = packets.stream(first);
  let place = -1;
  for (const sending of [...packets.ahead(last), last]) {
    if (sending.packet.qos !== last.packet.qos || packets.isAgain(sending)) continue;
    const publications = packets.publications(sending);
    // Of several publishers, or too many: nobody can say which one this is.
    if (!publications.every((each) => stream.includes(each)) || packets.isDoubled(sending)) continue;
    const next = stream.findIndex((each, at) => at > place && publications.includes(each));
    if (sending === last) return next === -1;
    if (next !== -1) place = next;
  }
  return false;
}

/** On the same connection another one was sent again before it, whose first sending was later. */
function isAgainTooLate(packets: Packets, last: SeenPublish): boolean {
  const begun = packets.begun(last) ?? Number.POSITIVE_INFINITY;
  return packets.ahead(last).some((other) => other.conn === last.conn && (packets.begun(other) ?? 0) > begun);
}

/** Another message had been sent with its identifier, and was not acknowledged since. */
function isOfTwoMessages(packets: Packets, last: SeenPublish): boolean {
  return packets
    .ahead(last)
    .some(
      (each) =>
        each.packet.packetId === last.packet.packetId &&
        messageOf(each) !== messageOf(last) &&
        !packets.isAnswered(each, last.i),
    );
}

/** It had been sent as often as it had been published, repetitions apart. */
function isOneTooMany(packets: Packets, last: SeenPublish): boolean {
  const copies = packets.before(last).filter((each) => packets.begun(each) === undefined);
  return copies.length >= packets.published(last);
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
    proof: ofPublish((packets, last) => !last.packet.dup && packets.begun(last) !== undefined),
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
        last.packet.qos === 2 &&
        isOneTooMany(packets, last) &&
        (isAfterPubrel(packets, last) || packets.begun(last) === undefined),
    ),
  },
  {
    broker: 'aedes',
    rule: 'delivery.needless-duplicate',
    statement: '3.1.1/MQTT-4.4.0-1',
    proof: ofPublish(
      (packets, last) =>
        last.packet.qos === 1 &&
        !last.packet.dup &&
        isOneTooMany(packets, last) &&
        packets.begun(last) === undefined,
    ),
  },
  {
    broker: 'aedes',
    rule: 'delivery.identifier',
    statement: '3.1.1/MQTT-2.3.1-4',
    proof: ofPublish(isOfTwoMessages),
  },
  {
    broker: 'aedes',
    rule: 'ordering.messages',
    statement: '3.1.1/MQTT-4.6.0-6',
    proof: ofPublish(isOvertaken),
  },
  {
    broker: 'aedes',
    rule: 'ordering.redelivery',
    statement: '3.1.1/MQTT-4.6.0-1',
    proof: ofPublish(isAgainTooLate),
  },
];
