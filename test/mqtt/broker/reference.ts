import type { QoS } from '../../../src/mqtt/codec/packet.ts';
import { naiveMatches } from '../topic/naive.ts';

export interface Expected {
  topic: string;
  payload: string;
  qos: QoS;
  retain: boolean;
}

interface Account {
  clean: boolean;
  online: boolean;
  subscriptions: Map<string, QoS>;
  /** What its client still has to get, in order. */
  due: Expected[];
  will: Expected | undefined;
}

/**
 * What 3.1.1 promises, without packets, identifiers, windows, a disk or any economy: who gets what, in which order. It is
 * slow and short enough to be believed.
 */
export class Reference {
  private readonly overlap: 'once' | 'each';
  private readonly accounts = new Map<string, Account>();
  private readonly retained = new Map<string, Expected>();
  /** Every subscription of everybody, in the order in which it was first made. */
  private readonly order: { client: string; filter: string }[] = [];

  constructor(overlap: 'once' | 'each') {
    this.overlap = overlap;
  }

  /** Returns whether a session was present. */
  connect(client: string, clean: boolean, will: Expected | undefined): boolean {
    this.end(client, true);
    const known = this.accounts.get(client);
    const present = known !== undefined && !clean;
    if (present) Object.assign(known, { online: true, will });
    else {
      this.forget(client);
      this.accounts.set(client, { clean, online: true, subscriptions: new Map(), due: [], will });
    }
    return present;
  }

  /** The connection ends, with the will unless the client said goodbye. */
  end(client: string, withWill: boolean): void {
    const account = this.accounts.get(client);
    if (account === undefined || !account.online) return;
    account.online = false;
    const { will } = account;
    account.will = undefined;
    if (withWill && will !== undefined) this.publish(will);
    if (account.clean) this.forget(client);
  }

  /** The server dies and comes back: all connections end before the first will is published. */
  crash(): void {
    const ended = [...this.accounts].filter(([, account]) => account.online);
    for (const [, account] of ended) account.online = false;
    for (const [client, { clean }] of ended) if (clean) this.forget(client);
    for (const [, { will }] of ended.sort(([a], [b]) => (a < b ? -1 : 1)))
      if (will !== undefined) this.publish(will);
    for (const [, account] of ended) account.will = undefined;
  }

  subscribe(client: string, filter: string, qos: QoS): void {
    const account = this.accounts.get(client)!;
    if (!account.subscriptions.has(filter)) this.order.push({ client, filter });
    account.subscriptions.set(filter, qos);
    for (const kept of this.retained.values()) {
      if (naiveMatches(filter, kept.topic)) account.due.push({ ...kept, qos: lower(kept.qos, qos) });
    }
  }

  unsubscribe(client: string, filter: string): void {
    this.accounts.get(client)!.subscriptions.delete(filter);
    this.drop((one) => one.client === client && one.filter === filter);
  }

  publish(message: Expected): void {
    if (message.retain) {
      if (message.payload === '') this.retained.delete(message.topic);
      else this.retained.set(message.topic, message);
    }
    const got = new Map<string, QoS[]>();
    for (const { client, filter } of this.order) {
      if (!naiveMatches(filter, message.topic)) continue;
      const granted = this.accounts.get(client)!.subscriptions.get(filter)!;
      got.set(client, [...(got.get(client) ?? []), lower(message.qos, granted)]);
    }
    for (const [client, levels] of got) {
      const account = this.accounts.get(client)!;
      const copies = this.overlap === 'each' ? levels : [Math.max(...levels) as QoS];
      for (const qos of copies) {
        if (account.online || qos > 0) account.due.push({ ...message, qos, retain: false });
      }
    }
  }

  /** What a connected client has got by now. */
  take(client: string): Expected[] {
    return this.accounts.get(client)?.due.splice(0) ?? [];
  }

  isOnline(client: string): boolean {
    return this.accounts.get(client)?.online === true;
  }

  private forget(client: string): void {
    this.accounts.delete(client);
    this.drop((one) => one.client === client);
  }

  private drop(which: (one: { client: string; filter: string }) => boolean): void {
    for (let place = this.order.length - 1; place >= 0; place--) {
      if (which(this.order[place]!)) this.order.splice(place, 1);
    }
  }
}

function lower(a: QoS, b: QoS): QoS {
  return a < b ? a : b;
}
