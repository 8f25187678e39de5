import type {
  Packet,
  ReasonProperties,
  Suback,
  Subscribe,
  Subscription,
  Unsuback,
  Unsubscribe,
  UserProperties,
} from '../codec/packet.ts';
import type { StateValue } from '../machine.ts';
import type { Journal } from '../session/journal.ts';
import type { PacketIds } from '../session/packet-ids.ts';
import { RecordReader, RecordWriter, readUserProperties, writeUserProperties } from '../session/record.ts';
import type { Violation } from '../session/violation.ts';
import type { CallId, ClientError, Outcome, SubscribeRequest } from './application.ts';

/** Durable keys of granted subscriptions: this, and the filter. */
export const SUBSCRIPTION_KEY = 'subscription/';
/** Durable key that is there while lost subscriptions are being made again. */
const AGAIN_KEY = 'subscribing-again';

/** So many filters go into one SUBSCRIBE when subscriptions are made again. */
const FILTERS_A_PACKET = 50;

/** A SUBSCRIBE or UNSUBSCRIBE that has no answer yet. */
interface Pending {
  /** 0 when the client itself makes a lost subscription again. */
  call: CallId;
  /** 0 while it is not sent on this connection. */
  packetId: number;
  subscribe?: SubscribeRequest;
  unsubscribe?: readonly string[];
  /** Of the UNSUBSCRIBE; those of a SUBSCRIBE are in its request. */
  userProperties?: UserProperties | undefined;
}

interface Granted {
  subscription: Subscription;
  subscriptionIdentifier: number | undefined;
  userProperties: UserProperties | undefined;
}

export interface SubscriptionsPort {
  send(packet: Packet): void;
  /** Why the server of this connection may not be sent this, if so, with the reason code it would have to answer. */
  requestObjection(packet: Subscribe | Unsubscribe): (ClientError & { reasonCode: number }) | undefined;
  settle(call: CallId, outcome: Outcome): void;
  /** A subscription that was granted before was refused when it was made again. */
  lost(filter: string, reasonCode: number): void;
  readonly attentive: boolean;
  observe(key: string, value: StateValue | undefined): void;
}

/**
 * What this client is subscribed to, and the requests under way.
 *
 * A request that has no answer when its connection ends is sent again on the next one, as a new packet with a new identifier: SUBSCRIBE
 * and UNSUBSCRIBE are no part of a session, and doing them twice changes nothing. When the server has lost the session, or it ended
 * with its connection, what had been granted is asked for again, before anything else; when the application itself ended
 * it, by disconnecting or by asking for a clean one, it is not. That work is remembered over crashes until it is
 * done: with its first packet the server has a session again, and would not be asked a second time.
 */
export class Subscriptions {
  readonly #port: SubscriptionsPort;
  readonly #ids: PacketIds;
  readonly #journal: Journal | undefined;
  readonly #limit: number;
  readonly #writer = new RecordWriter();
  readonly #granted = new Map<string, Granted>();
  #pending: Pending[] = [];
  #connected = false;
  /** Requests of our own are among `pending`: {@link AGAIN_KEY} is there. */
  #remaking = false;
  /** They were when an earlier life of this client ended. */
  #interrupted = false;

  /** Without `journal` they die with the machine. `limit` counts requests without an answer. */
  constructor(port: SubscriptionsPort, ids: PacketIds, journal: Journal | undefined, limit: number) {
    this.#port = port;
    this.#ids = ids;
    this.#journal = journal;
    this.#limit = limit;
  }

  /** False when too many requests wait already. */
  subscribe(call: CallId, request: SubscribeRequest): boolean {
    return this.#request({ call, packetId: 0, subscribe: request });
  }

  unsubscribe(call: CallId, filters: readonly string[], userProperties?: UserProperties): boolean {
    return this.#request({ call, packetId: 0, unsubscribe: filters, userProperties });
  }

  /** A connection is accepted. `present`: the server still has the session, and with it the subscriptions. */
  resume(present: boolean): void {
    this.#connected = true;
    if (!present || this.#interrupted) {
      this.#interrupted = false;
      this.#pending = [...this.#again(), ...this.#pending.filter(({ call }) => call !== 0)];
      this.#rememberRemaking();
    }
    this.sendPending();
  }

  /** The connection is gone: requests wait for the next. */
  suspend(): void {
    this.#connected = false;
    for (const request of this.#pending) {
      if (request.packetId !== 0) this.#ids.free(request.packetId);
      request.packetId = 0;
    }
  }

  /** Fails every request of the application that waits. Our own stay, for a session that goes on some day. */
  abandon(fail: (call: CallId, op: 'subscribe' | 'unsubscribe') => void): void {
    const abandoned = this.#pending.filter(({ call }) => call !== 0);
    this.#pending = this.#pending.filter(({ call }) => call === 0);
    for (const { call, packetId, subscribe } of abandoned) {
      if (packetId !== 0) this.#ids.free(packetId);
      fail(call, subscribe === undefined ? 'unsubscribe' : 'subscribe');
    }
  }

  /** The application has ended the session, and with it what it was subscribed to. */
  forgetAll(): void {
    for (const filter of [...this.#granted.keys()]) this.#forget(filter);
    this.#pending = this.#pending.filter(({ call }) => call !== 0);
    this.#rememberRemaking();
  }

  /** Sends what had to wait for a connection, or for a free packet identifier. What the server cannot take fails here. */
  sendPending(): void {
    if (!this.#connected) return;
    // A request that is split or fails changes the list: the index goes on only past what stays.
    for (let index = 0; index < this.#pending.length; ) {
      const request = this.#pending[index]!;
      if (request.packetId === 0 && !this.#sendable(request, index)) continue;
      if (request.packetId === 0) {
        request.packetId = this.#ids.take();
        if (request.packetId === 0) return;
        this.#port.send(packetOf(request));
      }
      index++;
    }
  }

  /**
   * False when the server may not be sent this. A request of the application fails as a whole; of the subscriptions that are made
   * again only those are lost that stand in the way.
   */
  #sendable(request: Pending, index: number): boolean {
    const objection = this.#port.requestObjection(packetOf({ ...request, packetId: 1 }));
    if (objection === undefined) return true;
    const { call, subscribe } = request;
    if (call !== 0) {
      this.#pending.splice(index, 1);
      const op = subscribe === undefined ? 'unsubscribe' : 'subscribe';
      this.#port.settle(call, { op, ok: false, error: objection });
      return false;
    }
    const { subscriptions } = subscribe!;
    if (subscriptions.length > 1) {
      const half = subscriptions.length >> 1;
      const parts = [subscriptions.slice(0, half), subscriptions.slice(half)];
      const requests = parts.map(
        (part): Pending => ({ call, packetId: 0, subscribe: { ...subscribe!, subscriptions: part } }),
      );
      this.#pending.splice(index, 1, ...requests);
    } else {
      this.#pending.splice(index, 1);
      this.#forget(subscriptions[0]!.filter);
      this.#port.lost(subscriptions[0]!.filter, objection.reasonCode);
      this.#rememberRemaking();
    }
    return false;
  }

  suback({ packetId, reasonCodes, properties }: Suback): Violation | undefined {
    const request = this.#answered(packetId, 'subscribe');
    if (request?.subscribe === undefined)
      return stray('SUBACK', packetId, ['3.1.1/MQTT-3.8.4-2', '5.0/MQTT-3.8.4-2']);
    const { subscriptions, subscriptionIdentifier, userProperties } = request.subscribe;
    if (reasonCodes.length !== subscriptions.length) {
      return miscounted('SUBACK', subscriptions.length, reasonCodes.length, [
        '3.1.1/MQTT-3.8.4-5',
        '5.0/MQTT-3.8.4-6',
      ]);
    }
    this.#finish(request);
    for (let index = 0; index < subscriptions.length; index++) {
      const subscription = subscriptions[index]!;
      const reasonCode = reasonCodes[index]!;
      if (reasonCode < 0x80) {
        this.#keep({ subscription, subscriptionIdentifier, userProperties });
        if (this.#port.attentive) this.#port.observe(`subscriptions/${subscription.filter}`, reasonCode);
      } else if (request.call === 0) {
        this.#forget(subscription.filter);
        this.#port.lost(subscription.filter, reasonCode);
      }
    }
    const ok = reasonCodes.every((reasonCode) => reasonCode < 0x80);
    if (request.call !== 0) {
      this.#port.settle(request.call, { op: 'subscribe', ok, reasonCodes, ...reasonOf(properties) });
    }
    return undefined;
  }

  /** Before 5.0 there are no reason codes: every filter is gone. */
  unsuback({ packetId, reasonCodes, properties }: Unsuback): Violation | undefined {
    const request = this.#answered(packetId, 'unsubscribe');
    if (request?.unsubscribe === undefined)
      return stray('UNSUBACK', packetId, ['3.1.1/MQTT-3.10.4-4', '5.0/MQTT-3.10.4-5']);
    const filters = request.unsubscribe;
    const codes = reasonCodes ?? filters.map(() => 0);
    if (codes.length !== filters.length) {
      return miscounted('UNSUBACK', filters.length, codes.length, ['3.1.1/3.11.3', '5.0/MQTT-3.11.3-1']);
    }
    this.#finish(request);
    filters.forEach((filter, index) => {
      if (codes[index]! < 0x80) this.#forget(filter);
    });
    this.#port.settle(request.call, {
      op: 'unsubscribe',
      ok: true,
      reasonCodes: codes,
      ...reasonOf(properties),
    });
    return undefined;
  }

  /** What the peer owes: `SUBACK of identifier 3`. */
  debts(): string[] {
    return this.#pending.map(({ packetId, subscribe }) => {
      const name = subscribe === undefined ? 'UNSUBACK' : 'SUBACK';
      return packetId === 0 ? `a connection for its ${name}` : `${name} of identifier ${packetId}`;
    });
  }

  /** Restores one granted subscription, or that they were being made again; false when the key is neither. */
  restore(key: string, value: Uint8Array): boolean {
    if (key === AGAIN_KEY) {
      new RecordReader(key, value, 'A').done();
      this.#interrupted = true;
      this.#remaking = true;
      return true;
    }
    if (!key.startsWith(SUBSCRIPTION_KEY)) return false;
    const reader = new RecordReader(key, value, 'F');
    const subscription: Subscription = { filter: key.slice(SUBSCRIPTION_KEY.length), qos: reader.qos() };
    if (reader.boolean()) subscription.noLocal = true;
    if (reader.boolean()) subscription.retainAsPublished = true;
    const retainHandling = reader.qos();
    if (retainHandling !== 0) subscription.retainHandling = retainHandling;
    const subscriptionIdentifier = reader.optional((r) => r.u32());
    const userProperties = reader.optional(readUserProperties);
    reader.done();
    this.#granted.set(subscription.filter, { subscription, subscriptionIdentifier, userProperties });
    if (this.#port.attentive) this.#port.observe(`subscriptions/${subscription.filter}`, subscription.qos);
    return true;
  }

  #request(request: Pending): boolean {
    if (this.#pending.length >= this.#limit) return false;
    this.#pending.push(request);
    this.sendPending();
    return true;
  }

  #answered(packetId: number, kind: 'subscribe' | 'unsubscribe'): Pending | undefined {
    return this.#pending.find((request) => request.packetId === packetId && request[kind] !== undefined);
  }

  #finish(request: Pending): void {
    this.#ids.free(request.packetId);
    this.#pending = this.#pending.filter((other) => other !== request);
    if (request.call === 0) this.#rememberRemaking();
  }

  #rememberRemaking(): void {
    const remaking = this.#pending.some(({ call }) => call === 0);
    if (remaking === this.#remaking) return;
    this.#remaking = remaking;
    if (remaking) this.#journal?.put(AGAIN_KEY, this.#writer.begin('A').finish());
    else this.#journal?.delete(AGAIN_KEY);
  }

  #keep(granted: Granted): void {
    const { subscription, subscriptionIdentifier, userProperties } = granted;
    this.#granted.set(subscription.filter, granted);
    this.#journal?.put(
      SUBSCRIPTION_KEY + subscription.filter,
      this.#writer
        .begin('F')
        .u8(subscription.qos)
        .boolean(subscription.noLocal ?? false)
        .boolean(subscription.retainAsPublished ?? false)
        .u8(subscription.retainHandling ?? 0)
        .optional(subscriptionIdentifier, (writer, value) => writer.u32(value))
        .optional(userProperties, writeUserProperties)
        .finish(),
    );
  }

  #forget(filter: string): void {
    if (!this.#granted.delete(filter)) return;
    this.#journal?.delete(SUBSCRIPTION_KEY + filter);
    if (this.#port.attentive) this.#port.observe(`subscriptions/${filter}`, undefined);
  }

  /** Requests that make every granted subscription again: identifier and user properties belong to a whole packet. */
  #again(): Pending[] {
    const requests: Pending[] = [];
    let last: { subscriptions: Subscription[]; like: Granted } | undefined;
    for (const granted of this.#granted.values()) {
      if (
        last === undefined ||
        !goTogether(last.like, granted) ||
        last.subscriptions.length === FILTERS_A_PACKET
      ) {
        const { subscriptionIdentifier, userProperties } = granted;
        last = { subscriptions: [], like: granted };
        const subscribe: SubscribeRequest = { subscriptions: last.subscriptions };
        if (subscriptionIdentifier !== undefined) subscribe.subscriptionIdentifier = subscriptionIdentifier;
        if (userProperties !== undefined) subscribe.userProperties = userProperties;
        requests.push({ call: 0, packetId: 0, subscribe });
      }
      last.subscriptions.push(granted.subscription);
    }
    return requests;
  }
}

/** Whether both can be asked for by one packet. */
function goTogether(a: Granted, b: Granted): boolean {
  if (a.subscriptionIdentifier !== b.subscriptionIdentifier) return false;
  const [pairs, others] = [a.userProperties ?? [], b.userProperties ?? []];
  return (
    pairs.length === others.length &&
    pairs.every(([name, value], place) => name === others[place]![0] && value === others[place]![1])
  );
}

/** The packet of a request; also to see whether it can be written at all. */
export function packetOf(request: Omit<Pending, 'call'>): Subscribe | Unsubscribe {
  const { packetId, subscribe, unsubscribe } = request;
  const subscriptionIdentifier = subscribe?.subscriptionIdentifier;
  const userProperties = subscribe === undefined ? request.userProperties : subscribe.userProperties;
  const packet: Subscribe | Unsubscribe =
    subscribe === undefined
      ? { type: 'unsubscribe', packetId, filters: unsubscribe! }
      : { type: 'subscribe', packetId, subscriptions: subscribe.subscriptions };
  if (subscriptionIdentifier !== undefined || userProperties !== undefined) {
    packet.properties = {
      ...(subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier }),
      ...(userProperties === undefined ? {} : { userProperties }),
    };
  }
  return packet;
}

function reasonOf(properties: ReasonProperties | undefined): { reason?: ReasonProperties } {
  return properties === undefined ? {} : { reason: properties };
}

function stray(type: string, packetId: number, rules: Violation['rules']): Violation {
  return { rules, text: `${type} of identifier ${packetId}, which was not asked for`, reasonCode: 0x82 };
}

function miscounted(type: string, filters: number, codes: number, rules: Violation['rules']): Violation {
  return { rules, text: `${type} has ${codes} codes for ${filters} filters`, reasonCode: 0x82 };
}
