/**
 * The application above a client of a story, as its machine knows it: what it is told, and what of that the script may ask for. None of it leads
 * back into the machine.
 *
 * Most of a fleet only publish or only connect: what few scripts ask for is made when they do.
 */

import type { CallId, ClientError, Delivery, Outcome } from '../mqtt/client/application.ts';
import type { ConnackProperties } from '../mqtt/codec/packet.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { Application } from '../sim/machine-node.ts';
import type { Duration } from '../sim/time.ts';
import { traced } from './client-call.ts';
import type { ClientCalls } from './client-calls.ts';
import { ScriptError } from './errors.ts';
import { Inbox } from './inbox.ts';
import { Received, ReceivedMessage } from './received.ts';
import type { Stage } from './stage.ts';

/** What a client tells of itself. */
export interface ClientHappenings {
  message: (message: ReceivedMessage) => unknown;
  online: (sessionPresent: boolean, properties: ConnackProperties) => unknown;
  /** `cause` is what the broker said, where it was a broker of 5.0 that ended the connection. */
  offline: (reason: string, cause: ClientError | undefined) => unknown;
}

/** Of a broker that had nothing to say. */
export const NOTHING_SAID: ConnackProperties = {};

/** Who wants to hear of it. */
type Handlers = { readonly [K in keyof ClientHappenings]: Set<ClientHappenings[K]> };

const HAPPENINGS: readonly (keyof ClientHappenings)[] = ['message', 'online', 'offline'];

export class ClientApplication implements Application {
  readonly received: Received;
  /** True from CONNACK until the connection is lost or closed. */
  isOnline = false;
  /** When it was online last; undefined while it is, or never was. */
  offlineAt: Micros | undefined;
  /** Of the last CONNACK that accepted. */
  connack: ConnackProperties = NOTHING_SAID;
  /** What it has asked of its machine; set once, for the machine is there only when its application is. */
  calls!: ClientCalls;
  readonly #stage: Stage;
  readonly #client: string;
  /** Undefined until the script asks for messages one by one. */
  #inbox: Inbox | undefined;
  /** Undefined until the script wants to be called back. */
  #handlers: Handlers | undefined;

  constructor(stage: Stage, client: string, keepReceived: number) {
    this.#stage = stage;
    this.#client = client;
    this.received = new Received(keepReceived);
  }

  /** The oldest message that was not taken yet and matches, now or when it arrives. */
  next(filter: string | undefined, within: Duration | undefined): Promise<ReceivedMessage> {
    this.#inbox ??= new Inbox(this.#stage, this.#client, this.received);
    return this.#inbox.next(filter, within);
  }

  /**
   * @returns a function that ends it.
   * @throws ScriptError for something else than a happening of a client, and a function.
   */
  on<K extends keyof ClientHappenings>(happening: K, handler: ClientHappenings[K]): () => void {
    if (!HAPPENINGS.includes(happening)) {
      throw new ScriptError(`a client has no '${happening}'; it has ${HAPPENINGS.join(', ')}`);
    }
    if (typeof handler !== 'function') {
      throw new ScriptError(
        `on('${happening}') of client '${this.#client}' needs a function, not ${typeof handler}`,
      );
    }
    this.#handlers ??= { message: new Set(), online: new Set(), offline: new Set() };
    const handlers = this.#handlers[happening];
    handlers.add(handler);
    return () => handlers.delete(handler);
  }

  deliver(delivery: Delivery): void {
    const { simulator } = this.#stage;
    simulator.recorder.delivered(this.calls.node, traced(delivery.message), delivery.dup);
    const message = new ReceivedMessage(delivery, simulator.now);
    this.received.add(message);
    this.#inbox?.offer(message);
    if (this.#handlers !== undefined) this.#handOn(this.#handlers, message);
  }

  settled(call: CallId, outcome: Outcome): void {
    this.calls.settled(call, outcome);
  }

  online(sessionPresent: boolean, properties: ConnackProperties = NOTHING_SAID): void {
    this.isOnline = true;
    this.offlineAt = undefined;
    this.connack = properties;
    if (this.#handlers === undefined) return;
    for (const handler of this.#handlers.online)
      this.#stage.callLater(() => handler(sessionPresent, properties));
  }

  offline(reason: string, cause?: ClientError): void {
    this.isOnline = false;
    this.offlineAt = this.#stage.simulator.now;
    if (this.#handlers === undefined) return;
    for (const handler of this.#handlers.offline) this.#stage.callLater(() => handler(reason, cause));
  }

  /** Its process died. */
  died(): void {
    this.calls.died();
    if (this.isOnline) this.offline('its process died');
  }

  /** On its own: what makes a function keeps what it knows for it, and most messages need none. */
  #handOn(handlers: Handlers, message: ReceivedMessage): void {
    for (const handler of handlers.message) this.#stage.callLater(() => handler(message));
  }
}
