/**
 * One life of an MQTT.js client that an application calls as it calls a machine of ours: each call is a task of its process, and what becomes of it
 * is told in an event of its own.
 */
import mqtt, { type IConnackPacket, type IPublishPacket, type MqttClient, Store } from 'mqtt';
import type {
  CallId,
  ClientError,
  Delivery,
  DisconnectRequest,
  Outcome,
  PublishRequest,
  SubscribeRequest,
} from '../mqtt/client/application.ts';
import type { ClientStatus } from '../mqtt/client/lifeline.ts';
import type { ConnackProperties, UserProperties } from '../mqtt/codec/packet.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { ClientCommands, ClientPart } from '../scenario/cast.ts';
import type { Server } from '../sim/machine-node.ts';
import type { Process } from '../sim/process-node.ts';
import { byName, messageOf, pairsOf, type Said } from './mqttjs-messages.ts';
import { mqttjsOptions, NAME, publishOptions } from './mqttjs-options.ts';

/** What it needs of the node it lives on. */
interface Ground {
  server(): Server;
  /** In an event of its own, that is no code of the process. */
  tell(happens: () => void): void;
  /** It wrote a packet. */
  sent(): void;
}

type Put = Parameters<Store['put']>;
type Del = Parameters<Store['del']>;

/** A store in memory, as MQTT.js has it, that tells what is in it. */
class KeptStore extends Store {
  readonly kept = new Set<number>();

  override put(...[packet, done]: Put): this {
    this.kept.add(packet.messageId!);
    return super.put(packet, done);
  }

  override del(...[packet, done]: Del): this {
    this.kept.delete(packet.messageId!);
    return super.del(packet, done);
  }
}

export class MqttjsClient implements ClientCommands {
  readonly #part: ClientPart;
  readonly #process: Process;
  readonly #ground: Ground;
  /** What it keeps from one connection to the next, in the memory of this life. */
  #incoming = new KeptStore({ clean: false });
  #outgoing = new KeptStore({ clean: false });
  #calls: CallId = 0;
  #client: MqttClient | undefined;
  #connects: CallId[] = [];
  /** Called before it was told to connect. */
  #early: ((client: MqttClient) => void)[] = [];
  #status: ClientStatus = 'idle';

  constructor(part: ClientPart, process: Process, ground: Ground) {
    this.#part = part;
    this.#process = process;
    this.#ground = ground;
  }

  get status(): ClientStatus {
    return this.#status;
  }

  get inflightCount(): number {
    return Object.keys(this.#client?.outgoing ?? {}).length;
  }

  get queuedCount(): number {
    return this.#client?.queue.length ?? 0;
  }

  /** Messages of QoS 1 and 2 that it would go on with, had it not died: those that it sends, and those of QoS 2 that it is sent. */
  get unfinished(): number {
    return this.#incoming.kept.size + this.#outgoing.kept.size;
  }

  connect(_now: Micros): CallId {
    const call = ++this.#calls;
    this.#connects.push(call);
    this.#status = 'dialling';
    this.#do(() => this.#dial());
    return call;
  }

  disconnect(_now: Micros, request: DisconnectRequest = {}): CallId {
    const call = ++this.#calls;
    const { reasonCode, reasonString, sessionExpiry, userProperties } = request;
    const properties = {
      ...(sessionExpiry === undefined ? {} : { sessionExpiryInterval: Math.min(sessionExpiry, 0xffff_ffff) }),
      ...(reasonString === undefined ? {} : { reasonString }),
      ...(userProperties === undefined ? {} : { userProperties: byName(userProperties) }),
    };
    this.#do(() => {
      this.#status = 'closing';
      const done = (): void => this.#settle(call, { op: 'disconnect', ok: true });
      if (this.#client === undefined) done();
      else this.#client.end(false, { ...(reasonCode === undefined ? {} : { reasonCode }), properties }, done);
    });
    return call;
  }

  authenticate(): CallId {
    return this.#part.beyond(
      `${NAME} has no call to authenticate again, and client '${this.#part.name}' makes one`,
    );
  }

  publish(_now: Micros, { topic, payload, qos = 0, retain = false, properties }: PublishRequest): CallId {
    const call = ++this.#calls;
    const options = publishOptions({ qos, retain, ...(properties === undefined ? {} : { properties }) });
    this.#with((client) =>
      client.publish(topic, Buffer.from(payload), options, (error, packet) => {
        const reasonCode = (packet as { reasonCode?: number } | undefined)?.reasonCode ?? 0;
        if (error) this.#fail(call, 'publish', error);
        else this.#settle(call, { op: 'publish', ok: true, reasonCode });
      }),
    );
    return call;
  }

  subscribe(
    _now: Micros,
    { subscriptions, subscriptionIdentifier, userProperties }: SubscribeRequest,
  ): CallId {
    const call = ++this.#calls;
    const filters = Object.fromEntries(
      subscriptions.map(({ filter, qos, noLocal, retainAsPublished, retainHandling }) => [
        filter,
        {
          qos,
          ...(noLocal === undefined ? {} : { nl: noLocal }),
          ...(retainAsPublished === undefined ? {} : { rap: retainAsPublished }),
          ...(retainHandling === undefined ? {} : { rh: retainHandling }),
        },
      ]),
    );
    if (Object.keys(filters).length < subscriptions.length)
      this.#part.beyond(
        `${NAME} takes each filter once, and client '${this.#part.name}' subscribes to one twice`,
      );
    const properties = {
      ...(subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier }),
      ...(userProperties === undefined ? {} : { userProperties: byName(userProperties) }),
    };
    const options = { qos: 0 as const, ...(Object.keys(properties).length === 0 ? {} : { properties }) };
    this.#with((client) =>
      client.subscribe(filters, options, (error, granted = []) => {
        const codes = subscriptions.map(
          ({ filter, qos }) => granted.find(({ topic }) => topic === filter)?.qos ?? qos,
        );
        if (error) this.#fail(call, 'subscribe', error);
        else this.#settle(call, { op: 'subscribe', ok: true, reasonCodes: codes });
      }),
    );
    return call;
  }

  unsubscribe(_now: Micros, filters: readonly string[], userProperties?: UserProperties): CallId {
    const call = ++this.#calls;
    const options =
      userProperties === undefined ? {} : { properties: { userProperties: byName(userProperties) } };
    this.#with((client) =>
      client.unsubscribe([...filters], options, (error, packet) => {
        const codes = (packet as { granted?: number[] } | undefined)?.granted ?? filters.map(() => 0);
        if (error) this.#fail(call, 'unsubscribe', error);
        else this.#settle(call, { op: 'unsubscribe', ok: true, reasonCodes: codes });
      }),
    );
    return call;
  }

  #dial(): void {
    const { name, port } = this.#ground.server();
    const { application, options } = this.#part;
    if (options.cleanStart) {
      // What a clean client ended with is gone with it.
      this.#incoming = new KeptStore({ clean: true });
      this.#outgoing = new KeptStore({ clean: true });
    }
    const stores = { incomingStore: this.#incoming, outgoingStore: this.#outgoing };
    const client = mqtt.connect({ ...mqttjsOptions(options), ...stores, host: name, port });
    this.#client = client;
    this.#status = 'connecting';
    for (const deed of this.#early.splice(0)) deed(client);
    client.on('packetsend', () => this.#ground.sent());
    client.on('message', (topic, payload, packet) => {
      const delivery = deliveryOf(topic, payload, packet);
      this.#ground.tell(() => application.deliver(delivery));
    });
    client.on('connect', ({ sessionPresent, properties }: IConnackPacket) => {
      this.#status = 'online';
      const said = connackOf(properties);
      this.#ground.tell(() => application.online(sessionPresent, said));
      for (const call of this.#connects.splice(0))
        this.#settle(call, { op: 'connect', ok: true, sessionPresent });
    });
    client.on('close', () => {
      const wasOnline = this.#status === 'online' || this.#status === 'closing';
      const givenUp = client.disconnecting || options.reconnect === 'off';
      this.#status = givenUp ? 'idle' : 'waiting';
      if (wasOnline) this.#ground.tell(() => application.offline('its connection ended'));
      if (!givenUp) return;
      const error = { kind: 'connection-lost', message: 'the connection was lost' } as const;
      for (const call of this.#connects.splice(0)) this.#settle(call, { op: 'connect', ok: false, error });
    });
    client.on('error', (error) => {
      const { code } = error as { code?: unknown };
      // What a network says is tried again; a CONNACK that refuses is an answer.
      if (typeof code !== 'number') return;
      for (const call of this.#connects.splice(0)) this.#fail(call, 'connect', error);
    });
  }

  /** As code of the process. */
  #do(deed: () => void): void {
    this.#process.loop.post(deed);
  }

  /** What is called before there is a connection waits for one, as with our machines. */
  #with(deed: (client: MqttClient) => void): void {
    this.#do(() => {
      if (this.#client === undefined) this.#early.push(deed);
      else deed(this.#client);
    });
  }

  #fail(call: CallId, op: Outcome['op'], error: Error): void {
    const { code } = error as { code?: unknown };
    const refused: ClientError = { kind: 'refused', message: error.message, reasonCode: code as number };
    const told: ClientError =
      typeof code === 'number' ? refused : { kind: kindOf(error.message), message: error.message };
    this.#settle(call, { op, ok: false, error: told });
  }

  #settle(call: CallId, outcome: Outcome): void {
    this.#ground.tell(() => this.#part.application.settled(call, outcome));
  }
}

function deliveryOf(topic: string, payload: Uint8Array, packet: IPublishPacket): Delivery {
  const identifiers = packet.properties?.subscriptionIdentifier;
  return {
    message: messageOf(topic, payload, packet as Said),
    dup: packet.dup,
    ...(identifiers === undefined ? {} : { subscriptionIdentifiers: [identifiers].flat() }),
  };
}

/** What CONNACK says, with numbers where MQTT.js has true and false. */
function connackOf({ userProperties, ...said }: IConnackPacket['properties'] = {}): ConnackProperties {
  const values = Object.entries(said).map(([name, value]) => [
    name,
    typeof value === 'boolean' ? Number(value) : value,
  ]);
  return {
    ...(Object.fromEntries(values) as ConnackProperties),
    ...(userProperties === undefined ? {} : { userProperties: pairsOf(userProperties) }),
  };
}

/** By the words that MQTT.js has for it. */
function kindOf(message: string): ClientError['kind'] {
  if (message === 'client disconnecting') return 'disconnected';
  if (message === 'Connection closed') return 'connection-lost';
  return message.startsWith('Invalid') ? 'invalid' : 'not-connected';
}
