/** A client as a script holds it: the application above an MQTT client. */

import type { ClientOptions, Outcome } from '../mqtt/client/application.ts';
import { ClientMachine } from '../mqtt/client/client.ts';
import type { ConnackProperties } from '../mqtt/codec/packet.ts';
import type { Micros } from '../mqtt/machine.ts';
import { MQTT_PORT, type Server } from '../sim/machine-node.ts';
import type { Duration } from '../sim/time.ts';
import type { Asked } from '../trace/recorder.ts';
import { Broker } from './broker.ts';
import type { ClientStation } from './cast.ts';
import { ClientApplication, type ClientHappenings, NOTHING_SAID } from './client-application.ts';
import { traced } from './client-call.ts';
import { ClientCalls } from './client-calls.ts';
import { ClientNode } from './client-node.ts';
import { ScriptError } from './errors.ts';
import { NodeHandle } from './node-handle.ts';
import type { Payload } from './option-values.ts';
import { Peer } from './peer.ts';
import type { Received, ReceivedMessage } from './received.ts';
import {
  type DisconnectOptions,
  disconnectRequest,
  listOf,
  messageOf,
  PLAIN,
  type PublishOptions,
  type SubscribeOptions,
  subscribeRequest,
  type UnsubscribeOptions,
  unsubscribeProperties,
} from './requests.ts';
import type { Stage } from './stage.ts';

export interface PublishResult {
  /** 0, or what a broker of 5.0 said to QoS 1 and 2: 0x10, nobody is subscribed. */
  reasonCode: number;
}

export interface ConnectResult {
  /** The broker went on with a session it had kept. */
  sessionPresent: boolean;
  /** What a broker of 5.0 said in CONNACK: what it takes, and where it had its own way. Empty before 5.0. */
  properties: ConnackProperties;
}

/**
 * Made by `sim.client(name)`. After {@link connect} it stays connected as well as it can: it comes back by itself when the
 * connection is lost, and after a restart of its process.
 */
export class Client extends NodeHandle {
  /** @internal */
  protected readonly node: ClientStation;
  readonly #options: ClientOptions;
  readonly #application: ClientApplication;
  readonly #calls: ClientCalls;
  /** What errors call its publishes, and what a report says the script waits for: the same for many. Undefined before the first. */
  #publishing: string | undefined;
  #writing: string | undefined;
  #topic: string | undefined;
  #acknowledgement = '';
  /** The application wants to be connected, also after a restart. */
  #wanted = false;

  /** @internal */
  constructor(stage: Stage, name: string, options: ClientOptions, keepReceived: number) {
    super(stage);
    this.#options = options;
    const application = new ClientApplication(stage, name, keepReceived);
    this.#application = application;
    const { clients } = stage.cast;
    this.node = stage.world.node(
      name,
      (surroundings) =>
        clients?.client({ ...stage.part(name, options, surroundings), application }) ??
        new ClientNode(name, surroundings, {
          create: (machineSurroundings) =>
            stage.substitution?.client?.(options, machineSurroundings) ??
            new ClientMachine(options, machineSurroundings),
          disk: { policy: options.durability },
          application,
        }),
    );
    this.#calls = new ClientCalls(stage, this.node);
    application.calls = this.#calls;
    // Not written where they are assigned: V8 would take them for methods of a prototype, and lay them where only a full collection looks.
    const died = (): void => application.died();
    const started = (): void => this.#restarted();
    this.node.onDied = died;
    this.node.onStarted = started;
  }

  /** The Client Identifier it was given. */
  get clientId(): string {
    return this.#options.clientId;
  }

  /** What arrived: the last messages, and how many there were in all. */
  get received(): Received {
    return this.#application.received;
  }

  /** True from CONNACK until the connection is lost or closed. */
  get connected(): boolean {
    return this.#application.isOnline;
  }

  /** When it last wrote a packet, microseconds of virtual time; 0 when it never did. */
  get lastSentAt(): Micros {
    return this.node.lastSentAt ?? 0;
  }

  /** QoS 1 and 2 messages that were sent and are not acknowledged to the end. */
  get inflight(): number {
    return this.node.machine?.inflightCount ?? 0;
  }

  /** Messages that wait to be sent. */
  get queued(): number {
    return this.node.machine?.queuedCount ?? 0;
  }

  /**
   * Connects, and keeps trying until it succeeds or the broker refuses for good.
   *
   * @returns at the first CONNACK that accepts.
   * @throws CallError (as a rejection) `refused` with the reason code, and with the server to use instead if the broker said so;
   *   `connection-lost` when `reconnect` is off, `crashed`.
   */
  connect(to: Broker | Peer | string): Promise<ConnectResult> {
    const server = this.#serverOf(to);
    const { server: before } = this.node;
    const givenUp = this.node.machine?.status === 'idle';
    if (before !== undefined && before.name !== server.name && this.#wanted && !givenUp) {
      throw new ScriptError(
        `client '${this.name}' is connected to ${before.name}; disconnect it before connecting it to ${server.name}`,
      );
    }
    if (this.stage.omits(this.name, 'connect', server.name)) {
      return Promise.resolve({ sessionPresent: false, properties: NOTHING_SAID });
    }
    if (to instanceof Broker) {
      const { cast, simulator, beyond } = this.stage;
      const awayMicros = simulator.now - (this.#application.offlineAt ?? simulator.now);
      cast.brokers?.meets?.({ name: this.name, options: this.#options, awayMicros }, beyond);
    }
    this.node.server = server;
    this.#wanted = true;
    return this.#calls.make(
      this.#connectEvent(server),
      `the CONNACK of ${server.name} for client '${this.name}'`,
      (machine, now) => machine.connect(now),
      (outcome) => ({
        sessionPresent: outcome.op === 'connect' && outcome.ok && outcome.sessionPresent,
        properties: this.#application.connack,
      }),
    );
  }

  /**
   * Says DISCONNECT, so that the will is not published unless the reason code is 4, and stops trying.
   *
   * @returns when DISCONNECT is on its way.
   * @throws CallError (as a rejection) `invalid` for what the standard forbids to say.
   *
   * @example
   * await phone.disconnect({ reasonCode: 0x04, sessionExpiry: '10min' });
   */
  disconnect(options: DisconnectOptions = {}): Promise<void> {
    const request = disconnectRequest(
      options,
      this.#options.protocolVersion,
      `disconnect of client '${this.name}'`,
    );
    if (this.stage.omits(this.name, 'disconnect', options)) return Promise.resolve();
    this.#wanted = false;
    return this.#calls.make(
      { op: 'disconnect' },
      `client '${this.name}' to disconnect`,
      (machine, now) => machine.disconnect(now, request),
      nothing,
    );
  }

  /**
   * Proves again who it is, with the method of its settings; 5.0 only. Everything else goes on meanwhile.
   * @throws CallError (as a rejection) `invalid` without a method, `not-connected`, `refused`, `connection-lost`, `crashed`.
   */
  authenticate(): Promise<void> {
    if (this.stage.omits(this.name, 'authenticate')) return Promise.resolve();
    return this.#calls.make(
      { op: 'authenticate' },
      `client '${this.name}' to be authenticated again`,
      (machine, now) => machine.authenticate(now),
      nothing,
    );
  }

  /**
   * Publishes a message; without a connection it waits for one. A call that nobody awaits belongs to the run: it goes on in
   * the background, and its failure does not end the script.
   *
   * @returns QoS 0: when it is written. QoS 1 and 2: when it is acknowledged to the end.
   * @throws CallError (as a rejection) `queue-full`, `invalid`, `packet-too-large`, `expired`, `refused`, `disconnected`, `crashed`.
   *
   * @example
   * await sensor.publish('plant/1/temperature', '21.5', { qos: 1, messageExpiry: '10s' });
   */
  publish(topic: string, payload: Payload = '', options: PublishOptions = PLAIN): Promise<PublishResult> {
    this.#publishing ??= `publish of client '${this.name}'`;
    const message = messageOf(topic, payload, options, this.#options.protocolVersion, this.#publishing);
    if (this.stage.omits(this.name, 'publish', topic, payload, options))
      return Promise.resolve({ reasonCode: 0 });
    return this.#calls.make(
      { op: 'publish', message: traced(message) },
      message.qos === 0 ? this.#writingOne() : this.#acknowledgementOf(topic),
      (machine, now) => machine.publish(now, message),
      published,
    );
  }

  /** For people. */
  #writingOne(): string {
    this.#writing ??= `a publish of client '${this.name}' to be written`;
    return this.#writing;
  }

  /** For people; most clients publish to the same topic again and again. */
  #acknowledgementOf(topic: string): string {
    if (topic !== this.#topic) {
      this.#topic = topic;
      this.#acknowledgement = `the acknowledgement of '${topic}' for client '${this.name}'`;
    }
    return this.#acknowledgement;
  }

  /**
   * Subscribes to one topic filter, or to several in one SUBSCRIBE; without a connection it waits for one.
   *
   * @returns the granted QoS, one for each filter; from 0x80 on the reason for which a filter was refused.
   * @throws CallError (as a rejection) `refused` when the broker grants none of them, or does not have what they need; `invalid`,
   *   `packet-too-large`, `crashed`.
   *
   * @example
   * await worker.subscribe('$share/crew/jobs/#', { qos: 1, subscriptionIdentifier: 7 });
   */
  subscribe(filters: string | readonly string[], options: SubscribeOptions = {}): Promise<readonly number[]> {
    const what = `subscribe of client '${this.name}'`;
    const request = subscribeRequest(
      listOf(filters, this.name),
      options,
      this.#options.protocolVersion,
      what,
    );
    if (this.stage.omits(this.name, 'subscribe', filters, options)) {
      return Promise.resolve(request.subscriptions.map(({ qos }) => qos));
    }
    return this.#calls.make(
      { op: 'subscribe', filters: request.subscriptions.map(({ filter, qos }) => ({ filter, qos })) },
      `the SUBACK for client '${this.name}'`,
      (machine, now) => machine.subscribe(now, request),
      (outcome) => ('reasonCodes' in outcome ? outcome.reasonCodes : []),
    );
  }

  /**
   * Takes back subscriptions.
   *
   * @returns one code for each filter: 0, or 0x11 when a broker of 5.0 says that there was no such subscription.
   * @throws CallError (as a rejection) `invalid`, `packet-too-large`, `crashed`.
   */
  unsubscribe(
    filters: string | readonly string[],
    options: UnsubscribeOptions = {},
  ): Promise<readonly number[]> {
    const what = `unsubscribe of client '${this.name}'`;
    const list = listOf(filters, this.name);
    const userProperties = unsubscribeProperties(options, this.#options.protocolVersion, what);
    if (this.stage.omits(this.name, 'unsubscribe', filters, options))
      return Promise.resolve(list.map(() => 0));
    return this.#calls.make(
      { op: 'unsubscribe', filters: list },
      `the UNSUBACK for client '${this.name}'`,
      (machine, now) => machine.unsubscribe(now, list, userProperties),
      (outcome) => ('reasonCodes' in outcome ? outcome.reasonCodes : []),
    );
  }

  /**
   * The next message: the oldest that no earlier `next` of this client has returned, of those that match.
   *
   * @param filter a topic filter; any message without it.
   * @param options `within`: how long to wait at most; for ever without it.
   * @throws TimeoutError (as a rejection) when the time has passed.
   *
   * @example
   * const answer = await device.next('device/+/answer', { within: '5s' });
   */
  next(filter?: string, options: { within?: Duration } = {}): Promise<ReceivedMessage> {
    return this.#application.next(filter, options.within);
  }

  /**
   * Calls back on every message, or whenever the client goes online or offline.
   * @returns a function that ends it.
   *
   * @example
   * light.on('message', (message) => light.publish('light/state', message.text));
   */
  on<K extends keyof ClientHappenings>(happening: K, handler: ClientHappenings[K]): () => void {
    return this.#application.on(happening, handler);
  }

  #serverOf(to: Broker | Peer | string): Server {
    const name = to instanceof Broker || to instanceof Peer ? to.name : to;
    if (typeof name !== 'string')
      throw new ScriptError(`client '${this.name}' can connect to a broker, not to ${typeof to}`);
    for (const node of this.stage.world.nodes) if (node.name === name) return { name, port: MQTT_PORT };
    throw new ScriptError(`there is no node '${name}' for client '${this.name}' to connect to`);
  }

  #connectEvent(server: Server): Asked {
    const { cleanStart, clientId, keepAlive, will } = this.#options;
    const sessionExpiry = this.stage.sessionExpiries.get(clientId);
    return {
      op: 'connect',
      to: server.name,
      clean: cleanStart,
      client: clientId,
      keepAlive,
      ...(sessionExpiry === undefined || sessionExpiry === Infinity ? {} : { sessionExpiry }),
      ...(will === undefined ? {} : { will: traced(will) }),
    };
  }

  /** The application starts with its process, and connects as it did before. */
  #restarted(): void {
    if (!this.#wanted) return;
    this.#calls.repeat(this.#connectEvent(this.node.server!), (machine, now) => machine.connect(now));
  }
}

function nothing(): void {}

function published(outcome: Outcome): PublishResult {
  return { reasonCode: outcome.op === 'publish' && outcome.ok ? outcome.reasonCode : 0 };
}
