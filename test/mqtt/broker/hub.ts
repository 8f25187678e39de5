import { BrokerMachine } from '../../../src/mqtt/broker/broker.ts';
import { brokerDefaults } from '../../../src/mqtt/broker/defaults.ts';
import type { BrokerLimits, BrokerOptions } from '../../../src/mqtt/broker/options.ts';
import type {
  Connack,
  ConnectProperties,
  Packet,
  ProtocolVersion,
  Publish,
  QoS,
  Subscription,
  Will,
} from '../../../src/mqtt/codec/packet.ts';
import type { Batch } from '../../../src/mqtt/machine.ts';
import { FakeDisk, Pump, type PumpOptions } from '../pump.ts';

export const SECOND = 1_000_000;

export type HubOptions = Partial<Omit<BrokerOptions, 'limits'>> & { limits?: Partial<BrokerLimits> };

/** A broker in a hand-driven pump. */
export class Hub extends Pump<BrokerMachine> {
  /** Everything it has stored in this life. */
  declare readonly batches: (readonly [key: string, value: Uint8Array | null])[][];
  private connections = 0;

  constructor(options: HubOptions = {}, pump: PumpOptions = {}) {
    const limits = { ...brokerDefaults.limits, ...options.limits };
    super((surroundings) => new BrokerMachine({ ...brokerDefaults, ...options, limits }, surroundings), pump);
  }

  /** A network connection that has sent nothing yet. */
  dialIn(): Peer {
    const peer = new Peer(this, ++this.connections);
    this.open(peer.connection, 4);
    return peer;
  }

  /** Connects with Clean Session 1 unless told otherwise, and takes the CONNACK. */
  client(clientId: string, options: ConnectOptions = {}): Peer {
    const peer = this.dialIn();
    peer.connect(clientId, options);
    return peer;
  }

  override store(batch: Batch): void {
    // The first one comes before this constructor has its turn.
    if (this.batches === undefined) Object.assign(this, { batches: [] });
    this.batches.push([...batch]);
    super.store(batch);
  }

  /** A CONNACK says by its length for which version it is, also when it answers raw bytes. */
  override send(connection: number, sent: Uint8Array): void {
    if (sent[0] === 0x20) this.versions.set(connection, sent.length === 4 ? 4 : 5);
    super.send(connection, sent);
  }

  rules(): (string | undefined)[] {
    return this.notes.map((note) => note.rule).filter((rule) => rule !== undefined);
  }

  setWall(wallOffset: number): void {
    this.input(() => this.machine.wallSet(this.now, wallOffset));
  }
}

/** What is left of these batches: the disk of a broker that starts again. */
export function diskWith(batches: readonly Batch[]): FakeDisk {
  const disk = new FakeDisk();
  for (const batch of batches) disk.append(batch);
  disk.sync(batches.length);
  disk.die('power-cut');
  return disk;
}

export interface ConnectOptions {
  clean?: boolean;
  keepAlive?: number;
  will?: Partial<Will>;
  version?: ProtocolVersion;
  properties?: ConnectProperties;
}

/** The client's side of one connection, which sends what a test tells it to and answers nothing by itself. */
export class Peer {
  readonly hub: Hub;
  readonly connection: number;
  connack: Connack | undefined;
  private packetId = 0;

  constructor(hub: Hub, connection: number) {
    this.hub = hub;
    this.connection = connection;
  }

  get closed(): boolean {
    return this.hub.isClosed(this.connection);
  }

  connect(clientId: string, options: ConnectOptions = {}): Connack | undefined {
    const { clean = true, keepAlive = 0, will, version = 4, properties } = options;
    const connect: Packet = {
      type: 'connect',
      protocolVersion: version,
      clientId,
      cleanStart: clean,
      keepAlive,
    };
    if (properties !== undefined) connect.properties = properties;
    if (will !== undefined) {
      connect.will = { topic: 'will', payload: bytes('gone'), qos: 0, retain: false, ...will };
    }
    this.send(connect);
    const place = this.hub.outputs.findIndex(
      (output) => output.kind === 'send' && output.connection === this.connection,
    );
    const output = place < 0 ? undefined : this.hub.outputs[place];
    if (output?.kind === 'send' && output.packet.type === 'connack') {
      this.connack = output.packet;
      this.hub.outputs.splice(place, 1);
    }
    return this.connack;
  }

  send(...packets: Packet[]): void {
    this.hub.receive(this.connection, ...packets);
  }

  sendBytes(...values: number[]): void {
    this.hub.receiveBytes(this.connection, Uint8Array.from(values));
  }

  /** Subscribes and takes the SUBACK, and nothing else. Returns its codes. */
  subscribe(...filters: (string | Subscription)[]): readonly number[] {
    const subscriptions = filters.map((filter) =>
      typeof filter === 'string' ? { filter, qos: 2 as QoS } : filter,
    );
    this.send({ type: 'subscribe', packetId: this.nextId(), subscriptions });
    const place = this.hub.outputs.findIndex(
      (output) =>
        output.kind === 'send' && output.connection === this.connection && output.packet.type === 'suback',
    );
    const [output] = place < 0 ? [] : this.hub.outputs.splice(place, 1);
    if (output?.kind !== 'send' || output.packet.type !== 'suback') throw new Error('no SUBACK');
    return output.packet.reasonCodes;
  }

  publish(topic: string, payload: string, qos: QoS = 0, options: Partial<Publish> = {}): void {
    const publish: Publish = {
      type: 'publish',
      topic,
      payload: bytes(payload),
      qos,
      retain: false,
      dup: false,
      ...(qos > 0 ? { packetId: this.nextId() } : {}),
      ...options,
    };
    this.send(publish);
  }

  /** Connects with 5.0 and these properties; Clean Start 1 unless told otherwise. */
  connect5(clientId: string, properties: ConnectProperties = {}, options: ConnectOptions = {}): this {
    this.connect(clientId, { ...options, version: 5, properties });
    return this;
  }

  /** Removes and returns what was sent to it. */
  take(): Packet[] {
    return this.hub.takeSent(this.connection);
  }

  /** Removes what was sent to it and returns the messages among it, as `topic payload`. */
  messages(): string[] {
    return this.publishes().map((publish) => `${publish.topic} ${text(publish.payload)}`);
  }

  publishes(): Publish[] {
    return this.take().filter((packet) => packet.type === 'publish');
  }

  disconnect(): void {
    this.send({ type: 'disconnect' });
  }

  /** Removes what was sent to it and returns the only packet, which has to be of this type. */
  takeOne<T extends Packet['type']>(type: T): Extract<Packet, { type: T }> {
    const packets = this.take();
    if (packets.length !== 1 || packets[0]!.type !== type) {
      throw new Error(`not one ${type}: ${packets.map((packet) => packet.type).join(', ') || 'nothing'}`);
    }
    return packets[0] as Extract<Packet, { type: T }>;
  }

  /** The network fails. */
  lose(): void {
    this.hub.end(this.connection, 'reset');
  }

  nextId(): number {
    this.packetId++;
    return this.packetId;
  }
}

export function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function text(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}
