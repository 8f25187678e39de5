import type { ClientOptions } from '../../../src/mqtt/client/application.ts';
import type { Packet, Publish } from '../../../src/mqtt/codec/packet.ts';
import { FakeDisk, type PumpOptions } from '../pump.ts';
import { publishFrom, Rig, SECOND, text, textOf } from './rig.ts';

/** A server written from the standard and from nothing of ours: it never crashes, and forgets only when told to. */
class ModelServer {
  /** Topics of messages it took ownership of, with repetitions, in order. */
  readonly accepted: string[] = [];
  private session: { received: Map<number, string>; outgoing: Outbound[]; subscribed: boolean } | undefined;
  private clean = false;
  private readonly backlog: { topic: string; qos: 1 | 2 }[] = [];

  /** It has a session that wants messages, and so promises to deliver them. */
  get subscribed(): boolean {
    return this.session?.subscribed ?? false;
  }

  connected(clean: boolean): Packet[] {
    this.clean = clean;
    const present = this.session !== undefined && !clean;
    if (!present) this.session = { received: new Map(), outgoing: [], subscribed: false };
    return [
      { type: 'connack', sessionPresent: present, reasonCode: 0 },
      ...this.session!.outgoing.map(
        ({ topic, qos, id, state }): Packet =>
          state === 'publish' ? publishFrom(topic, qos, id, true) : { type: 'pubrel', packetId: id },
      ),
      ...this.flush(),
    ];
  }

  /** A clean session of 3.1.1 ends with its connection. */
  disconnected(): void {
    if (this.clean) this.session = undefined;
    this.clean = false;
  }

  forget(): void {
    this.session = undefined;
  }

  publish(topic: string, qos: 1 | 2): Packet[] {
    this.backlog.push({ topic, qos });
    return this.flush();
  }

  handle(packet: Packet): Packet[] {
    const session = this.session!;
    switch (packet.type) {
      case 'publish': {
        const id = packet.packetId!;
        if (packet.qos === 1) {
          this.accepted.push(packet.topic);
          return [{ type: 'puback', packetId: id }];
        }
        const known = session.received.get(id);
        if (known === undefined) {
          this.accepted.push(packet.topic);
          session.received.set(id, packet.topic);
        } else if (known !== packet.topic)
          throw new Error(`identifier ${id} of ${known} carries ${packet.topic}`);
        return [{ type: 'pubrec', packetId: id }];
      }
      case 'pubrel':
        session.received.delete(packet.packetId);
        return [{ type: 'pubcomp', packetId: packet.packetId }];
      case 'puback':
      case 'pubcomp':
        session.outgoing = session.outgoing.filter(({ id }) => id !== packet.packetId);
        return [];
      case 'pubrec': {
        const found = session.outgoing.find(({ id }) => id === packet.packetId);
        if (found !== undefined) found.state = 'release';
        return [{ type: 'pubrel', packetId: packet.packetId }];
      }
      case 'subscribe':
        session.subscribed = true;
        return [
          {
            type: 'suback',
            packetId: packet.packetId,
            reasonCodes: packet.subscriptions.map(({ qos }) => qos),
          },
        ];
      case 'pingreq':
        return [{ type: 'pingresp' }];
      default:
        throw new Error(`the server got ${packet.type}`);
    }
  }

  get idle(): boolean {
    return this.backlog.length === 0 && (this.session?.outgoing.length ?? 0) === 0;
  }

  /** New messages go out with identifiers of their own, at most three at a time, so that identifiers are reused. */
  flush(): Packet[] {
    const packets: Packet[] = [];
    const { session } = this;
    while (session !== undefined && session.outgoing.length < 3 && this.backlog.length > 0) {
      const { topic, qos } = this.backlog.shift()!;
      let id = 1;
      while (session.outgoing.some((other) => other.id === id)) id++;
      session.outgoing.push({ topic, qos, id, state: 'publish' });
      packets.push(publishFrom(topic, qos, id));
    }
    return packets;
  }
}

interface Outbound {
  topic: string;
  qos: 1 | 2;
  id: number;
  state: 'publish' | 'release';
}

/** A message the application handed over. */
interface Handed {
  topic: string;
  qos: 1 | 2;
  /** The batch that keeps it, of all lives. */
  batch: number;
  /** A power cut took it before it was durable; nobody was promised anything. */
  forfeited: boolean;
}

export type WorldOptions = Pick<ClientOptions, 'inflightLimit' | 'durability'> & {
  syncs: 'at-once' | 'by-hand';
};

/**
 * One durable client, its application, its disk, a model server and the wire between them, moved one input at a time. It
 * checks on the way what a client must never do, and in the end what must have arrived.
 */
export class World {
  readonly server = new ModelServer();
  readonly disk = new FakeDisk();
  readonly handed: Handed[] = [];
  readonly told: { topic: string; qos: number; batch: number }[] = [];
  readonly sentByServer: { topic: string; qos: 1 | 2 }[] = [];
  rig: Rig;
  /** The server has lost the session at some time: then only "at least once" is left. */
  forgot = false;
  crashes = 0;
  private readonly options: Partial<ClientOptions>;
  private readonly syncs: 'at-once' | 'by-hand';
  private toServer: Packet[] = [];
  private toClient: Packet[] = [];
  private connected = false;
  /** What this client has in flight, by identifier, as seen from the wire. */
  private readonly inflight = new Map<number, { topic: string; qos: number }>();
  private readonly sentEver = new Set<string>();
  private readonly releasedEver = new Set<string>();
  private sentHere = new Set<string>();
  private number = 0;
  /** The batch that the input of the moment makes, if it makes one. */
  private batch = 0;

  constructor(options: WorldOptions, pump: PumpOptions = {}) {
    const { inflightLimit, durability } = options;
    this.syncs = options.syncs;
    this.options = {
      cleanStart: false,
      inflightLimit,
      durability,
      reconnect: { initialMicros: SECOND, maximumMicros: SECOND, factor: 1, jitter: 0 },
    };
    this.rig = new Rig(this.options, { ...pump, sync: this.syncs, disk: this.disk });
    this.start();
  }

  // What can happen. Each is at most one input of the machine.

  publish(qos: 1 | 2): void {
    const topic = `up/${++this.number}/${qos}`;
    this.handed.push({ topic, qos, batch: this.disk.length + 1, forfeited: false });
    this.rig.input(() => this.rig.client.publish(this.rig.now, { topic, payload: text(topic), qos }));
    this.look();
  }

  /** Somebody publishes what this client is subscribed to; without a subscription that is nothing to it. */
  serverPublishes(qos: 1 | 2): void {
    if (!this.server.subscribed) return;
    const topic = `down/${++this.number}/${qos}`;
    this.sentByServer.push({ topic, qos });
    const packets = this.server.publish(topic, qos);
    if (this.connected) this.toClient.push(...packets);
  }

  /** The server reads one packet. */
  serverReads(): boolean {
    const packet = this.toServer.shift();
    if (packet === undefined) return false;
    if (packet.type === 'connect') {
      this.connected = true;
      this.toClient.push(...this.server.connected(packet.cleanStart));
    } else {
      this.toClient.push(...this.server.handle(packet));
      this.toClient.push(...this.server.flush());
    }
    return true;
  }

  /** The client reads one packet. */
  clientReads(): boolean {
    const packet = this.toClient.shift();
    if (packet === undefined) return false;
    if (packet.type === 'puback' || packet.type === 'pubcomp') this.inflight.delete(packet.packetId);
    this.batch = this.disk.length + 1;
    this.rig.receive(this.rig.dialled, packet);
    this.look();
    return true;
  }

  sync(): boolean {
    if (this.disk.durable === this.disk.length) return false;
    this.rig.sync();
    this.look();
    return true;
  }

  /** The dialled connection stands, or the next attempt is made. */
  connect(): boolean {
    const { status } = this.rig.client;
    if (status === 'waiting') this.rig.advance(SECOND);
    else if (status === 'dialling') this.rig.open(this.rig.dialled, 4);
    else return false;
    this.look();
    return true;
  }

  cut(): void {
    this.dropWire();
    const { status } = this.rig.client;
    if (status === 'connecting' || status === 'online') this.rig.end(this.rig.dialled);
    this.look();
  }

  serverForgets(): void {
    this.cut();
    this.forgot = true;
    this.server.forget();
    this.inflight.clear();
  }

  /**
   * The client's process dies, with or without its disk's cache, and starts again. What it had written to its connection
   * is lost, or reaches the server a moment before the end does.
   */
  die(end: 'crash' | 'power-cut', lastWords: 'lost' | 'heard' = 'lost'): void {
    this.crashes++;
    while (lastWords === 'heard' && this.serverReads());
    this.dropWire();
    const left = end === 'crash' ? this.disk.length : this.disk.durable;
    for (const message of this.handed) if (message.batch > left) message.forfeited = true;
    // The application's memory of a message is as durable as the batch that came with it.
    for (let index = this.told.length - 1; index >= 0; index--) {
      if (this.told[index]!.batch > left) this.told.splice(index, 1);
    }
    for (const [id, { topic }] of this.inflight) {
      if (this.handed.some((message) => message.topic === topic && message.forfeited))
        this.inflight.delete(id);
    }
    this.rig = this.rig.reborn(end, this.disk, this.syncs);
    this.start();
  }

  // The end.

  /** Nothing bad happens any more: everything that is owed arrives. */
  heal(): void {
    for (let steps = 0; this.step(); steps++) {
      if (steps > 5_000) throw new Error(`never at rest: ${JSON.stringify(this.rig.client.debts())}`);
    }
    if (this.rig.client.status !== 'online') throw new Error(`rests while ${this.rig.client.status}`);
    if (this.rig.client.debts().length > 0) throw new Error(JSON.stringify(this.rig.client.debts()));
    if (!this.server.idle) throw new Error('the server still waits for the client');
  }

  /** One thing that is due happens; false when nothing is. A `lazy` disk syncs when nothing else can happen. */
  step(disk: 'eager' | 'lazy' = 'eager'): boolean {
    if (disk === 'eager' && this.sync()) return true;
    return this.clientReads() || this.serverReads() || this.connect() || this.sync();
  }

  /** Every way in which a promise was broken. */
  broken(): string[] {
    const problems: string[] = [];
    const count = (list: readonly string[], topic: string) => list.filter((other) => other === topic).length;
    for (const { topic, qos, forfeited } of this.handed) {
      const copies = count(this.server.accepted, topic);
      if (copies === 0 && !forfeited) problems.push(`${topic} was lost`);
      if (copies > 1 && qos === 2 && !this.forgot) problems.push(`${topic} arrived ${copies} times`);
    }
    const told = this.told.map(({ topic }) => topic);
    for (const { topic, qos } of this.sentByServer) {
      const copies = count(told, topic);
      // A server that forgets takes its messages with it.
      if (copies === 0 && !this.forgot) problems.push(`${topic} was lost`);
      if (copies > 1 && qos === 2 && !this.forgot) problems.push(`${topic} was handed on ${copies} times`);
    }
    for (const qos of [1, 2]) {
      const ofQoS = (list: readonly string[]) => list.filter((topic) => topic.endsWith(`/${qos}`));
      for (const list of [ofQoS(this.server.accepted), ofQoS(told)]) {
        const order = [...new Set(list)].map((topic) => Number(topic.split('/')[1]));
        if (order.some((number, index) => index > 0 && number < order[index - 1]!)) {
          problems.push(`out of order: ${[...new Set(list)]}`);
        }
      }
    }
    return problems;
  }

  /** What the application does when it starts. */
  private start(): void {
    this.rig.connect();
    this.rig.subscribe('down/#');
    this.look();
  }

  private dropWire(): void {
    if (this.connected) this.server.disconnected();
    this.toServer = [];
    this.toClient = [];
    this.connected = false;
  }

  /** Takes what the machine put out. */
  private look(): void {
    for (const output of this.rig.take()) {
      if (output.kind === 'dial') {
        this.rig.outputs.push(output);
        this.sentHere = new Set();
      } else if (output.kind === 'deliver') {
        const { topic, qos } = output.delivery.message;
        // QoS 1 is not stored, so its batch is none; QoS 2 belongs to the batch of its input.
        this.told.push({ topic, qos, batch: qos === 2 ? this.batch : 0 });
      } else if (output.kind === 'send') {
        if (output.packet.type === 'publish') this.checkPublish(output.packet);
        if (output.packet.type === 'pubrel') {
          const released = this.inflight.get(output.packet.packetId);
          if (released !== undefined) this.releasedEver.add(released.topic);
        }
        this.toServer.push(output.packet);
      } else if (output.kind === 'close') this.dropWire();
    }
  }

  private checkPublish({ topic, qos, dup, packetId, payload }: Publish): void {
    const fail = (problem: string) => {
      throw new Error(`PUBLISH ${topic} ${packetId}: ${problem}`);
    };
    if (textOf(payload) !== topic) fail('payload and topic are of two messages');
    const holder = this.inflight.get(packetId!);
    if (holder !== undefined && holder.topic !== topic) fail(`the identifier is that of ${holder.topic}`);
    if (this.sentHere.has(topic)) fail('sent twice on one connection');
    if (!dup && this.sentEver.has(topic) && !this.forgot) fail('sent again without DUP');
    if (dup && !this.sentEver.has(topic) && this.crashes === 0) fail('DUP, and never sent before');
    if (this.releasedEver.has(topic) && !this.forgot) fail('sent again after PUBREL');
    this.inflight.set(packetId!, { topic, qos });
    if (this.inflight.size > this.options.inflightLimit!) fail('more in flight than the window holds');
    this.sentEver.add(topic);
    this.sentHere.add(topic);
  }
}
