import type { Packet, QoS } from '../../../src/mqtt/codec/packet.ts';
import { bytes, Hub, type HubOptions, text } from './hub.ts';

/** A client that keeps the rules and its own state over everything that happens to the broker. */
abstract class Party {
  readonly clientId: string;
  connection = 0;
  /** Packets under way to the broker and to this client. */
  readonly outbound: Packet[] = [];
  readonly inbound: Packet[] = [];
  online = false;
  private hadSession = false;
  /** What went wrong that only a client can see. */
  complaint: string | undefined;

  constructor(clientId: string) {
    this.clientId = clientId;
  }

  begin(connection: number): void {
    this.connection = connection;
    this.online = false;
    this.outbound.length = 0;
    this.inbound.length = 0;
    const { clientId } = this;
    this.outbound.push({ type: 'connect', protocolVersion: 4, clientId, cleanStart: false, keepAlive: 0 });
  }

  receive(packet: Packet): void {
    if (packet.type !== 'connack') {
      this.handle(packet);
      return;
    }
    if (this.hadSession && !packet.sessionPresent) this.complaint = `the session of ${this.clientId} is lost`;
    this.hadSession = true;
    this.online = true;
    this.resumed();
  }

  abstract get idle(): boolean;
  protected abstract resumed(): void;
  protected abstract handle(packet: Packet): void;
}

interface Sending {
  packetId: number;
  payload: string;
  state: 'publish' | 'release';
}

/** Sends numbered messages through a window so small that identifiers are used again at once. */
export class Publisher extends Party {
  private readonly qos: QoS;
  private readonly total: number;
  private readonly window: number;
  private readonly sending: Sending[] = [];
  private next = 0;

  constructor(clientId: string, qos: QoS, total: number, window: number) {
    super(clientId);
    this.qos = qos;
    this.total = total;
    this.window = window;
  }

  get idle(): boolean {
    return this.next === this.total && this.sending.length === 0;
  }

  protected resumed(): void {
    for (const one of this.sending) this.transmit(one, true);
    this.more();
  }

  protected handle(packet: Packet): void {
    const place = this.sending.findIndex((one) => 'packetId' in packet && one.packetId === packet.packetId);
    const one = this.sending[place];
    if (one === undefined) {
      this.complaint = `${packet.type} of nothing`;
    } else if (packet.type === 'pubrec') {
      one.state = 'release';
      this.transmit(one, false);
    } else {
      const expected = this.qos === 1 ? 'puback' : one.state === 'release' ? 'pubcomp' : 'pubrec';
      if (packet.type !== expected) this.complaint = `${packet.type} where ${expected} belongs`;
      this.sending.splice(place, 1);
      this.more();
    }
  }

  private more(): void {
    while (this.sending.length < this.window && this.next < this.total) {
      let packetId = 1;
      while (this.sending.some((one) => one.packetId === packetId)) packetId++;
      const one: Sending = { packetId, payload: `${this.next++}`, state: 'publish' };
      this.sending.push(one);
      this.transmit(one, false);
    }
  }

  private transmit({ packetId, payload, state }: Sending, dup: boolean): void {
    if (state === 'release') this.outbound.push({ type: 'pubrel', packetId });
    else {
      const { qos } = this;
      this.outbound.push({
        type: 'publish',
        topic: 't',
        payload: bytes(payload),
        qos,
        retain: false,
        dup,
        packetId,
      });
    }
  }
}

/** Subscribes once, answers everything, and writes down what its application was handed. */
export class Subscriber extends Party {
  readonly delivered: string[] = [];
  private readonly qos: QoS;
  private readonly unreleased = new Set<number>();
  private subscribed = false;

  constructor(clientId: string, qos: QoS) {
    super(clientId);
    this.qos = qos;
  }

  get idle(): boolean {
    return this.subscribed && this.unreleased.size === 0;
  }

  get ready(): boolean {
    return this.subscribed;
  }

  protected resumed(): void {
    if (this.subscribed) return;
    const subscriptions = [{ filter: 't', qos: this.qos }];
    this.outbound.push({ type: 'subscribe', packetId: 1, subscriptions });
  }

  protected handle(packet: Packet): void {
    if (packet.type === 'suback') this.subscribed = true;
    else if (packet.type === 'pubrel') {
      this.unreleased.delete(packet.packetId);
      this.outbound.push({ type: 'pubcomp', packetId: packet.packetId });
    } else if (packet.type === 'publish' && packet.qos === 1) {
      this.delivered.push(text(packet.payload));
      this.outbound.push({ type: 'puback', packetId: packet.packetId! });
    } else if (packet.type === 'publish' && packet.qos === 2) {
      if (!this.unreleased.has(packet.packetId!)) this.delivered.push(text(packet.payload));
      this.unreleased.add(packet.packetId!);
      this.outbound.push({ type: 'pubrec', packetId: packet.packetId! });
    } else this.complaint = `${packet.type} for a subscriber`;
  }
}

export type Fault = 'crash' | 'power-cut' | 'cut-publisher' | 'cut-subscriber';

/**
 * A publisher, a broker with a disk, a subscriber, and everything under way between them. Every {@link step} moves one
 * thing: a packet, or a batch to the platter. What may move is chosen from outside.
 */
export class World {
  hub: Hub;
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
  private readonly options: HubOptions;
  private connections = 0;

  constructor(qos: QoS, messages: number, window: number, options: HubOptions = {}) {
    this.options = options;
    this.hub = new Hub(options, { sync: 'by-hand' });
    this.publisher = new Publisher('publisher', qos, messages, window);
    this.subscriber = new Subscriber('subscriber', qos);
    this.connect(this.subscriber);
    while (!this.subscriber.ready) this.step(0);
    this.connect(this.publisher);
  }

  get parties(): readonly Party[] {
    return [this.publisher, this.subscriber];
  }

  get complaint(): string | undefined {
    return this.publisher.complaint ?? this.subscriber.complaint;
  }

  /** Moves one of the things that can move; false when there is none. */
  step(choice: number): boolean {
    const moves: (() => void)[] = [];
    for (const party of this.parties) {
      if (party.outbound.length > 0) moves.push(() => this.toBroker(party));
      if (party.inbound.length > 0) moves.push(() => party.receive(party.inbound.shift()!));
    }
    if (this.hub.disk.synced < this.hub.disk.written)
      moves.push(() => this.hub.sync(this.hub.disk.synced + 1));
    const move = moves[choice % moves.length];
    if (move === undefined) return false;
    move();
    this.collect();
    return true;
  }

  /** What was under way over a cut wire is lost, unless `arrived`: then the clients had it just before. */
  strike(fault: Fault, arrived: boolean): void {
    for (const party of this.parties) {
      if (fault === 'cut-publisher' && party !== this.publisher) continue;
      if (fault === 'cut-subscriber' && party !== this.subscriber) continue;
      while (arrived && party.inbound.length > 0) party.receive(party.inbound.shift()!);
    }
    if (fault === 'cut-publisher' || fault === 'cut-subscriber') {
      const party = fault === 'cut-publisher' ? this.publisher : this.subscriber;
      this.hub.end(party.connection, 'reset');
      this.connect(party);
    } else {
      this.hub.disk.die(fault);
      this.hub = new Hub(this.options, { sync: 'by-hand', disk: this.hub.disk, now: this.hub.now });
      for (const party of this.parties) this.connect(party);
    }
    this.collect();
  }

  /** Lets everything come to rest. */
  settle(choice = 0): void {
    for (let steps = 0; this.step(choice); steps++) {
      if (steps > 10_000) throw new Error('the world does not come to rest');
    }
  }

  private connect(party: Party): void {
    party.begin(++this.connections);
    this.hub.open(party.connection, 4);
  }

  private toBroker(party: Party): void {
    const packet = party.outbound.shift()!;
    this.hub.receive(party.connection, packet);
  }

  private collect(): void {
    for (const party of this.parties) party.inbound.push(...this.hub.takeSent(party.connection));
  }
}
