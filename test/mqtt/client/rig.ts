import type { ClientOptions, Outcome } from '../../../src/mqtt/client/application.ts';
import { ClientMachine } from '../../../src/mqtt/client/client.ts';
import { clientDefaults } from '../../../src/mqtt/client/defaults.ts';
import type { Connack, ConnackProperties, Packet, Publish, QoS } from '../../../src/mqtt/codec/packet.ts';
import { type FakeDisk, Pump, type PumpOptions } from '../pump.ts';

export const SECOND = 1_000_000;

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A client in a hand-driven pump, with the server played by the test. */
export class Rig extends Pump<ClientMachine> {
  readonly options: ClientOptions;

  constructor(options: Partial<ClientOptions> = {}, pump: PumpOptions = {}) {
    const all: ClientOptions = { ...clientDefaults, clientId: 'sensor', keepAlive: 0, ...options };
    super((surroundings) => new ClientMachine(all, surroundings), pump);
    this.options = all;
  }

  get client(): ClientMachine {
    return this.machine;
  }

  connect(): number {
    return this.input(() => this.machine.connect(this.now));
  }

  disconnect(): number {
    return this.input(() => this.machine.disconnect(this.now));
  }

  publish(topic: string, qos: QoS, payload = topic): number {
    return this.input(() => this.machine.publish(this.now, { topic, payload: text(payload), qos }));
  }

  subscribe(filter: string, qos: QoS = 2): number {
    return this.input(() => this.machine.subscribe(this.now, { subscriptions: [{ filter, qos }] }));
  }

  unsubscribe(filter: string): number {
    return this.input(() => this.machine.unsubscribe(this.now, [filter]));
  }

  /** The connection stands: what is said on it at once. What was said before it is dropped. */
  opened(): Packet[] {
    this.takeSent();
    this.open(this.dialled, this.options.protocolVersion);
    return this.takeSent();
  }

  accept(sessionPresent = false, properties?: ConnackProperties): void {
    const connack: Connack = { type: 'connack', sessionPresent, reasonCode: 0 };
    if (properties !== undefined) connack.properties = properties;
    this.receive(this.dialled, connack);
  }

  refuse(reasonCode: number): void {
    this.receive(this.dialled, { type: 'connack', sessionPresent: false, reasonCode });
  }

  /** Connects all the way; what comes out after CONNECT is kept. */
  connectAgain(sessionPresent: boolean): void {
    this.connect();
    this.opened();
    this.accept(sessionPresent);
  }

  /** Connects all the way; what came out until then is taken, but for the dial. */
  comeOnline(sessionPresent = false, properties?: ConnackProperties): void {
    if (this.client.status === 'idle') this.connect();
    if (this.client.status === 'waiting') this.advance(600 * SECOND);
    this.opened();
    this.accept(sessionPresent, properties);
    this.forget();
  }

  /** The connection breaks. */
  cut(): void {
    this.end(this.dialled, 'reset');
  }

  /** Packets from the server on the connection of the moment. */
  serve(...packets: Packet[]): void {
    this.receive(this.dialled, ...packets);
  }

  /** Drops all outputs but dials. */
  forget(): void {
    const kept = this.outputs.filter((output) => output.kind === 'dial');
    this.outputs.splice(0, this.outputs.length, ...kept);
  }

  outcome(call: number): Outcome | undefined {
    const found = this.ofKind('settled').filter((output) => output.call === call);
    if (found.length > 1) throw new Error(`call ${call} was settled ${found.length} times`);
    return found[0]?.outcome;
  }

  /** `PUBLISH DUP a 1`: what was sent since the last look, in words. */
  said(): string[] {
    return this.takeSent().map(words);
  }

  deliveries(): string[] {
    return this.ofKind('deliver').map(({ delivery }) => delivery.message.topic);
  }

  rules(): (string | undefined)[] {
    return this.notes.map((note) => note.rule).filter((rule) => rule !== undefined);
  }

  /** The same client after its process died: what the disk kept, and nothing else. */
  reborn(end: 'crash' | 'power-cut', disk: FakeDisk = this.disk, sync: PumpOptions['sync'] = 'at-once'): Rig {
    disk.die(end);
    return new Rig(this.options, { disk, sync, now: this.now });
  }
}

export function words(packet: Packet): string {
  switch (packet.type) {
    case 'publish':
      return [
        'PUBLISH',
        ...(packet.dup ? ['DUP'] : []),
        packet.topic,
        ...(packet.packetId === undefined ? [] : [packet.packetId]),
      ].join(' ');
    case 'subscribe':
      return `SUBSCRIBE ${packet.packetId} ${packet.subscriptions.map(({ filter }) => filter).join(' ')}`;
    case 'unsubscribe':
      return `UNSUBSCRIBE ${packet.packetId} ${packet.filters.join(' ')}`;
    default: {
      const name = packet.type.toUpperCase();
      return 'packetId' in packet ? `${name} ${packet.packetId}` : name;
    }
  }
}

export function publishFrom(topic: string, qos: QoS, packetId?: number, dup = false): Publish {
  const packet: Publish = { type: 'publish', topic, payload: text(topic), qos, retain: false, dup };
  if (packetId !== undefined) packet.packetId = packetId;
  return packet;
}

/** Options of a client whose session lasts. */
export const lasting: Partial<ClientOptions> = { cleanStart: false };
