import type { Packet, Publish, QoS } from '../../src/mqtt/codec/packet.ts';
import type { Durability } from '../../src/mqtt/machine.ts';
import { Hub } from './broker/hub.ts';
import { Rig, SECOND, text, textOf } from './client/rig.ts';
import type { Output } from './pump.ts';

/** What both ends told each other, and how it is limited. */
export interface Terms {
  hubReceiveMaximum: number;
  clientReceiveMaximum: number;
  aliases: number;
  durability: Durability;
}

const TOPICS = ['plant/north', 'plant/south', 'plant/west'];
export const CLIENTS = 2;

/** One direction of one connection, as seen by who sends on it: the quota and the aliases that the other end gave. */
class Direction {
  private readonly receiveMaximum: number;
  private readonly aliasMaximum: number;
  private unanswered = 0;
  private readonly topics = new Map<number, string>();

  constructor(receiveMaximum: number, aliasMaximum: number) {
    this.receiveMaximum = receiveMaximum;
    this.aliasMaximum = aliasMaximum;
  }

  /** Its topic is looked up as the other end has to, and must be that of its payload. */
  sent(publish: Publish, topicOf: (payload: string) => string): void {
    const alias = publish.properties?.topicAlias;
    if (alias !== undefined && (alias < 1 || alias > this.aliasMaximum)) throw new Error(`alias ${alias}`);
    if (alias !== undefined && publish.topic !== '') this.topics.set(alias, publish.topic);
    const topic = publish.topic === '' ? this.topics.get(alias!) : publish.topic;
    const expected = topicOf(textOf(publish.payload));
    if (topic !== expected) throw new Error(`alias ${alias} stands for ${topic}, not ${expected}`);
    if (publish.qos > 0 && ++this.unanswered > this.receiveMaximum)
      throw new Error(`${this.unanswered} PUBLISHes without an answer`);
  }

  /** What answers an exchange of an earlier connection gives no more than there was [5.0/4.9]. */
  answered(packet: Packet): void {
    const ends =
      packet.type === 'puback' ||
      packet.type === 'pubcomp' ||
      (packet.type === 'pubrec' && (packet.reasonCode ?? 0) >= 0x80);
    if (ends && this.unanswered > 0) this.unanswered--;
  }
}

/** A connection, with what is under way on it. */
interface Wire {
  readonly atHub: number;
  readonly toHub: { packet: Packet; bytes: Uint8Array }[];
  readonly toClient: { packet: Packet; bytes: Uint8Array }[];
  readonly up: Direction;
  readonly down: Direction;
}

/** A message an application handed over; `batch` keeps it, counted over all lives of its client. */
interface Handed {
  payload: string;
  topic: string;
  qos: QoS;
  batch: number;
  client: number;
  /** A power cut took it before it was durable; nobody was promised anything. */
  forfeited: boolean;
}

interface Told {
  payload: string;
  qos: QoS;
  batch: number;
}

/**
 * Our broker and two of our clients in 5.0, each with a disk, all subscribed to everything, moved one input at a time. On the way it
 * checks what neither end may ever do; in the end {@link broken} says what did not arrive as it had to.
 */
export class BothEnds {
  private readonly terms: Terms;
  private hub: Hub;
  private readonly rigs: Rig[] = [];
  private readonly wires: (Wire | undefined)[] = [];
  private readonly handed: Handed[] = [];
  private readonly told: Told[][] = [];
  /** The batch that an input of the moment makes, if it makes one. */
  private batch = 0;
  private connections = 0;

  constructor(terms: Terms) {
    this.terms = terms;
    this.hub = this.startHub();
    for (let client = 0; client < CLIENTS; client++) {
      this.told.push([]);
      this.wires.push(undefined);
      this.rigs.push(
        new Rig(
          {
            clientId: `client-${client}`,
            protocolVersion: 5,
            cleanStart: false,
            sessionExpiry: Infinity,
            receiveMaximum: terms.clientReceiveMaximum,
            topicAliasMaximum: terms.aliases,
            topicAliases: terms.aliases,
            reconnect: { initialMicros: SECOND, maximumMicros: SECOND, factor: 1, jitter: 0 },
          },
          { sync: 'by-hand' },
        ),
      );
      this.rigs[client]!.connect();
      this.rigs[client]!.subscribe('#');
      this.look();
    }
    this.heal();
  }

  private startHub(before?: Hub): Hub {
    const { hubReceiveMaximum: receiveMaximum, aliases: topicAliasMaximum, durability } = this.terms;
    const options = { receiveMaximum, topicAliasMaximum, durability };
    return before === undefined
      ? new Hub(options, { sync: 'by-hand' })
      : new Hub(options, { sync: 'by-hand', disk: before.disk, now: before.now });
  }

  // What can happen. Each is at most one input of each machine.

  publish(client: number, qos: QoS, topicNumber: number): void {
    const rig = this.rigs[client]!;
    const topic = TOPICS[topicNumber % TOPICS.length]!;
    const payload = `${this.handed.length}`;
    const batch = rig.disk.length + 1;
    this.handed.push({ payload, topic, qos, batch, client, forfeited: false });
    rig.input(() => rig.client.publish(rig.now, { topic, payload: text(payload), qos }));
    this.look();
  }

  hubReads(client: number): boolean {
    const wire = this.wires[client];
    const next = wire?.toHub.shift();
    if (wire === undefined || next === undefined) return false;
    wire.down.answered(next.packet);
    this.hub.receiveBytes(wire.atHub, next.bytes);
    this.look();
    return true;
  }

  clientReads(client: number): boolean {
    const wire = this.wires[client];
    const next = wire?.toClient.shift();
    if (wire === undefined || next === undefined) return false;
    wire.up.answered(next.packet);
    const rig = this.rigs[client]!;
    this.batch = rig.disk.length + 1;
    rig.receiveBytes(rig.dialled, next.bytes);
    this.look();
    return true;
  }

  connect(client: number): boolean {
    const rig = this.rigs[client]!;
    const { status } = rig.client;
    if (status === 'waiting') rig.advance(SECOND);
    else if (status === 'dialling') {
      const { hubReceiveMaximum, clientReceiveMaximum, aliases } = this.terms;
      this.wires[client] = {
        atHub: ++this.connections,
        toHub: [],
        toClient: [],
        up: new Direction(hubReceiveMaximum, aliases),
        down: new Direction(clientReceiveMaximum, aliases),
      };
      this.hub.open(this.connections, 5);
      rig.open(rig.dialled, 5);
    } else return false;
    this.look();
    return true;
  }

  sync(client: number): boolean {
    const { disk } = this.rigs[client]!;
    if (disk.durable === disk.length) return false;
    this.rigs[client]!.sync();
    this.look();
    return true;
  }

  hubSyncs(): boolean {
    const { disk } = this.hub;
    if (disk.durable === disk.length) return false;
    this.hub.sync();
    this.look();
    return true;
  }

  cut(client: number): void {
    if (!this.dropWire(client)) return;
    this.rigs[client]!.end(this.rigs[client]!.dialled);
    this.look();
  }

  /** The process of a client dies, with or without its disk's cache, and starts again. */
  die(client: number, end: 'crash' | 'power-cut'): void {
    this.dropWire(client);
    const { disk } = this.rigs[client]!;
    const left = end === 'crash' ? disk.length : disk.durable;
    for (const message of this.handed) {
      // What has QoS 0 is written nowhere.
      if (message.client === client && (message.qos === 0 || message.batch > left)) message.forfeited = true;
    }
    // The application's memory of a message is as durable as the batch that came with it.
    this.told[client] = this.told[client]!.filter(({ batch }) => batch <= left);
    this.rigs[client] = this.rigs[client]!.reborn(end, disk, 'by-hand');
    this.rigs[client]!.connect();
    this.look();
  }

  hubDies(end: 'crash' | 'power-cut'): void {
    this.hub.disk.die(end);
    this.hub = this.startHub(this.hub);
    for (let client = 0; client < CLIENTS; client++) {
      if (this.wires[client] === undefined) continue;
      this.wires[client] = undefined;
      this.rigs[client]!.end(this.rigs[client]!.dialled);
    }
    this.look();
  }

  // The end.

  /** Nothing bad happens any more: everything that is owed arrives. */
  heal(): void {
    for (let steps = 0; this.step(); steps++) {
      if (steps > 20_000) throw new Error(`never at rest: ${JSON.stringify(this.debts())}`);
    }
    if (this.rigs.some(({ client }) => client.status !== 'online') || this.debts().length > 0)
      throw new Error(`rests too early: ${JSON.stringify(this.debts())}`);
  }

  /** Every way in which a promise was broken. */
  broken(): string[] {
    const problems: string[] = [];
    for (const [client, told] of this.told.entries()) {
      const copies = new Map<string, number>();
      for (const { payload } of told) copies.set(payload, (copies.get(payload) ?? 0) + 1);
      for (const { payload, qos, forfeited } of this.handed) {
        const count = copies.get(payload) ?? 0;
        const what = `message ${payload} of QoS ${qos} for client ${client}`;
        if (qos > 0 && count === 0 && !forfeited) problems.push(`${what} was lost`);
        if (qos !== 1 && count > 1) problems.push(`${what} came ${count} times`);
      }
      for (const qos of [0, 1, 2]) {
        for (let publisher = 0; publisher < CLIENTS; publisher++) {
          const first = new Set(
            told.filter((each) => each.qos === qos).map(({ payload }) => Number(payload)),
          );
          const order = [...first].filter((number) => this.handed[number]!.client === publisher);
          if (order.some((number, place) => place > 0 && number < order[place - 1]!))
            problems.push(`client ${client} got QoS ${qos} out of order: ${order}`);
        }
      }
    }
    return problems;
  }

  private debts(): readonly object[] {
    return [...this.hub.machine.debts(), ...this.rigs.flatMap(({ client }) => client.debts())];
  }

  private step(): boolean {
    if (this.hubSyncs()) return true;
    for (let client = 0; client < CLIENTS; client++) {
      if (this.sync(client) || this.clientReads(client) || this.hubReads(client) || this.connect(client))
        return true;
    }
    return false;
  }

  /** What was under way is lost. False when there was no connection. */
  private dropWire(client: number): boolean {
    const wire = this.wires[client];
    if (wire === undefined) return false;
    this.wires[client] = undefined;
    this.hub.end(wire.atHub);
    return true;
  }

  /** Takes what the machines put out. */
  private look(): void {
    for (const output of this.hub.take()) {
      const client = this.wires.findIndex(
        (wire) => wire !== undefined && 'connection' in output && output.connection === wire.atHub,
      );
      const wire = this.wires[client];
      if (wire === undefined) continue;
      if (output.kind === 'close') throw new Error(`the hub closed the connection of client ${client}`);
      if (output.kind === 'send') this.carry(output, wire.down, wire.toClient);
    }
    for (const [client, rig] of this.rigs.entries()) {
      for (const output of rig.take()) {
        // The rig finds there which connection was dialled last.
        if (output.kind === 'dial') rig.outputs.push(output);
        else if (output.kind === 'deliver') this.deliver(client, output);
        else if (output.kind === 'close') throw new Error(`client ${client} closed its connection`);
        else if (output.kind === 'send') {
          const wire = this.wires[client];
          if (wire !== undefined) this.carry(output, wire.up, wire.toHub);
        }
      }
    }
  }

  private carry(
    { packet, bytes }: Extract<Output, { kind: 'send' }>,
    direction: Direction,
    queue: { packet: Packet; bytes: Uint8Array }[],
  ): void {
    if (packet.type === 'disconnect') throw new Error(`DISCONNECT with ${packet.reasonCode}`);
    if (packet.type === 'publish') direction.sent(packet, (payload) => this.handed[Number(payload)]!.topic);
    queue.push({ packet, bytes });
  }

  private deliver(client: number, { delivery }: Extract<Output, { kind: 'deliver' }>): void {
    const { topic, payload, qos } = delivery.message;
    const handed = this.handed[Number(textOf(payload))]!;
    if (handed.topic !== topic) throw new Error(`${topic} was published to ${handed.topic}`);
    // Only QoS 2 is stored; it belongs to the batch of its input.
    this.told[client]!.push({ payload: handed.payload, qos, batch: qos === 2 ? this.batch : 0 });
  }
}
