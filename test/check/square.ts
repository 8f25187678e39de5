/** A hub with a publisher and any number of subscribers of 5.0, who do what a test says, to the end of each handshake. */
import type { PublishProperties, QoS, Subscription } from '../../src/mqtt/codec/packet.ts';
import type { BrokerPromises } from '../../src/trace/event.ts';
import { publish, Stage, type Wire } from '../trace/stage.ts';

interface Message {
  topic?: string;
  qos?: QoS;
  retain?: boolean;
  properties?: PublishProperties;
}

export class Square extends Stage {
  readonly wires = new Map<string, Wire>();
  #ids = 100;

  constructor(promises: Partial<BrokerPromises> = {}) {
    super();
    this.broker('hub', promises);
    this.arrive('pub');
  }

  /** A client with a session of an hour comes, or comes back. */
  arrive(name: string, options: Parameters<Stage['connect']>[2] = {}): Wire {
    if (!this.wires.has(name)) this.client(name);
    const wire = this.connect(name, 'hub', { clean: false, v: 5, sessionExpiry: 3600, ...options });
    this.wires.set(name, wire);
    return wire;
  }

  leave(name: string): void {
    this.end(this.wires.get(name)!);
  }

  /** SUBSCRIBE and SUBACK. */
  ask(name: string, filter: string, options: Partial<Subscription> = {}, identifier?: number): void {
    const wire = this.wires.get(name)!;
    const packetId = this.#ids++;
    this.pass(wire, name, {
      type: 'subscribe',
      packetId,
      subscriptions: [{ filter, qos: 2, ...options }],
      ...(identifier === undefined ? {} : { properties: { subscriptionIdentifier: identifier } }),
    });
    this.pass(wire, 'hub', { type: 'suback', packetId, reasonCodes: [options.qos ?? 2] });
  }

  /** The publisher, or another client, hands a message to the hub. */
  say(payload: string, message: Message = {}, from = 'pub'): void {
    this.#play(this.wires.get(from)!, from, 'hub', payload, message);
  }

  /** The hub hands a message to a subscriber. */
  tell(name: string, payload: string, message: Message = {}): void {
    this.#play(this.wires.get(name)!, 'hub', name, payload, message);
  }

  wait(seconds: number): void {
    this.tick(seconds * 1_000_000);
  }

  #play(wire: Wire, from: string, to: string, payload: string, message: Message): void {
    const { topic = 't', qos = 1, retain = false, properties } = message;
    const packetId = this.#ids++;
    const packet = publish(topic, payload, qos, qos === 0 ? undefined : packetId, { retain });
    this.pass(wire, from, properties === undefined ? packet : Object.assign(packet, { properties }));
    if (qos === 1) this.pass(wire, to, { type: 'puback', packetId });
    if (qos < 2) return;
    this.pass(wire, to, { type: 'pubrec', packetId });
    this.pass(wire, from, { type: 'pubrel', packetId });
    this.pass(wire, to, { type: 'pubcomp', packetId });
  }
}
