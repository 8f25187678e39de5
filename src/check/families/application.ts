/** Between a client and its application: what was called is sent, what was received is handed over. */

import type { QoS } from '../../mqtt/codec/packet.ts';
import type { TraceMessage } from '../../trace/event.ts';
import type { Conn } from '../evidence/conn.ts';
import { isBarer, type MessageKey, messageKey } from '../evidence/message-key.ts';
import type { Party } from '../evidence/party.ts';
import { Pending, PendingMessages } from '../evidence/pending.ts';
import { Recent } from '../evidence/recent.ts';
import type { Seen } from '../evidence/seen.ts';
import type { Session } from '../evidence/session.ts';
import type { RuleId } from '../rules/rules.ts';
import { placeOf, type Tally } from '../tally.ts';
import { DOUBLED } from './duplicates.ts';
import type { Sending } from './exchange.ts';
import { LOST } from './losses.ts';

/** Finished messages of one client that are remembered, to tell a second time from a first. */
const REMEMBERED = 512;

interface Call {
  call: number;
  i: number;
  qos: QoS;
  topic: string;
  /** Place among the calls of this client. */
  place: number;
  sentIn: Session | Conn | undefined;
  /** With its properties and, for a connection before 5.0, without. */
  keys: readonly MessageKey[];
  /** Settled well before it was seen to be sent. */
  over: boolean;
}

/** A message that a client read, until its application is handed it. */
export interface Received {
  i: number;
  qos: QoS;
  topic: string;
  /** Crashes of the client until then. */
  crashes: number;
  /** It repeats one that was not acknowledged: a client may know it again. */
  repeats: boolean;
  /** The client took it over. */
  acknowledged: boolean;
}

/** A client between its application and the wire. */
export class Application {
  readonly client: Party;
  readonly calls = new PendingMessages<Call[]>();
  readonly byNumber = new Pending<Call>();
  /** What was received and not yet handed over. */
  readonly received = new PendingMessages<Received[]>();
  /** Calls that failed before they were seen to be sent: nothing is expected of those. */
  readonly failed = new Recent(REMEMBERED);
  /** What was lately published or handed over to the end. */
  readonly done = new Recent(REMEMBERED);
  /** The client identifier that it sends with; a process of foreign code may have several clients, whose order among each other is free. */
  clientId: string | undefined = undefined;
  hasSeveral = false;
  /** Place of the last call sent, by QoS and topic. */
  readonly sent: readonly Map<string, number>[] = [new Map(), new Map(), new Map()];
  places = 0;

  constructor(client: Party) {
    this.client = client;
  }
}

const PHANTOM = placeOf('delivery.phantom');
const HANDED_OVER = placeOf('delivery.handed-over');
const ORDERING = placeOf('ordering.messages');

export class Applications {
  readonly #tally: Tally;
  readonly #applications: Application[] = [];

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  called(client: Party, call: number, message: TraceMessage, i: number): void {
    const application = this.#of(client);
    const full = messageKey(message.topic, message.payload, message);
    const bare = isBarer(message) ? messageKey(message.topic, message.payload, undefined) : full;
    const entry: Call = {
      call,
      i,
      qos: message.qos,
      topic: message.topic,
      place: ++application.places,
      sentIn: undefined,
      keys: full === bare ? [full] : [full, bare],
      over: false,
    };
    for (const key of entry.keys) {
      const calls = application.calls.get(key);
      if (calls === undefined) application.calls.set(key, [entry]);
      else calls.push(entry);
    }
    application.byNumber.set(call, entry);
  }

  /** A call ended. */
  settled(client: Party, call: number, ok: boolean): void {
    const { application } = client;
    const entry = application?.byNumber.take(call);
    if (application === undefined || entry === undefined) return;
    entry.over = true;
    if (entry.sentIn !== undefined) application.done.set(entry.keys[0]!, entry.i);
    else if (ok) return;
    else for (const key of entry.keys) application.failed.set(key, entry.i);
    forget(application, entry);
  }

  /** The client wrote a PUBLISH. */
  sent(conn: Conn, session: Session | undefined, seen: Seen, sending: Sending): void {
    const { client } = conn;
    const { application } = client;
    if (application === undefined) return;
    if (!client.hasApplication || sending !== 'new') return;
    const calls = application.calls.get(seen.key);
    const entry = calls === undefined ? undefined : callBehind(calls, session ?? conn, seen.packet.qos);
    this.#tally.reachAt(PHANTOM);
    if (entry === undefined) {
      // A client that was restarted may send what its store kept, and the call died with the process.
      if (client.crashes > 0 || application.failed.has(seen.key)) return;
      const before = calls?.[0]?.i ?? application.done.get(seen.key);
      const rule: RuleId = before === undefined ? 'delivery.phantom' : DOUBLED[seen.packet.qos]!;
      this.#tally.broken(
        rule,
        client.name,
        before === undefined
          ? `${client.name} sent a message on ${seen.topic} that its application did not publish`
          : `${client.name} sent as a new message again, on ${seen.topic}, what its application published once`,
        [before ?? 0, seen.i],
      );
      return;
    }
    if (seen.packet.qos !== entry.qos && conn.v < 5) {
      this.#tally.broken(
        'delivery.qos',
        client.name,
        `${client.name} sent a message on ${seen.topic} at QoS ${seen.packet.qos}, which its application published at QoS ${entry.qos}`,
        [entry.i, seen.i],
      );
    }
    const again = entry.sentIn !== undefined;
    const alone = calls!.length === 1;
    entry.sentIn = session ?? conn;
    if (entry.over) {
      application.done.set(seen.key, entry.i);
      forget(application, entry);
    }
    if (client.hosted) {
      application.clientId ??= conn.clientSide.connect?.clientId;
      application.hasSeveral ||= application.clientId !== conn.clientSide.connect?.clientId;
    }
    if (again || !alone || application.hasSeveral) return;
    const sent = application.sent[entry.qos]!;
    this.#tally.reachAt(ORDERING);
    if (entry.place < (sent.get(entry.topic) ?? 0) && client.crashes === 0) {
      this.#tally.broken(
        'ordering.messages',
        client.name,
        `${client.name} sent a message on ${entry.topic} after one that its application published later, of the same topic and QoS`,
        [entry.i, seen.i],
      );
      return;
    }
    if (sent.size >= REMEMBERED) sent.clear();
    sent.set(entry.topic, entry.place);
  }

  /** The client read a PUBLISH that its application may be handed. */
  received(conn: Conn, seen: Seen, repeats: boolean): Received | undefined {
    const { client } = conn;
    // Without an application nobody takes anything out again.
    if (!client.hasApplication) return undefined;
    const { received } = this.#of(client);
    const entry: Received = {
      i: seen.i,
      qos: seen.packet.qos,
      topic: seen.topic,
      crashes: client.crashes,
      repeats,
      acknowledged: false,
    };
    const list = received.get(seen.key);
    if (list === undefined) received.set(seen.key, [entry]);
    else list.push(entry);
    return entry;
  }

  delivered(client: Party, message: TraceMessage, i: number): void {
    const application = this.#of(client);
    const key = messageKey(message.topic, message.payload, message);
    const tally = this.#tally;
    const list = application.received.get(key);
    const entry = list === undefined ? undefined : takeReceived(list, message.qos);
    tally.reachAt(PHANTOM);
    if (entry !== undefined) {
      if (list!.length === 0) application.received.delete(key);
      tally.reachAt(HANDED_OVER);
      application.done.set(key, i);
      if (entry.qos !== message.qos) {
        tally.broken(
          'delivery.qos',
          client.name,
          `${client.name} handed over at QoS ${message.qos} what it received at QoS ${entry.qos}, on ${message.topic}`,
          [entry.i, i],
        );
      }
      return;
    }
    const before = application.done.get(key);
    if (before !== undefined) {
      const rule = DOUBLED[message.qos]!;
      tally.reach(rule);
      tally.broken(
        rule,
        client.name,
        `${client.name} handed its application a message on ${message.topic} (QoS ${message.qos}) once more than it received it`,
        [before, i],
      );
      return;
    }
    for (const [other] of application.received.all().values()) {
      if (other?.topic !== message.topic) continue;
      tally.broken(
        'delivery.unchanged',
        client.name,
        `${client.name} handed its application a message on ${message.topic} other than the one it received`,
        [other.i, i],
      );
      return;
    }
    tally.broken(
      'delivery.phantom',
      client.name,
      `${client.name} handed its application a message on ${message.topic} that it never received`,
      [i],
    );
  }

  finish(quiet: boolean, online: (client: Party) => boolean): void {
    if (!quiet) return;
    for (const application of this.#applications) {
      const { client } = application;
      if (!client.hasApplication || !client.up || client.crashes > 0) continue;
      for (const list of application.received.all().values()) {
        for (const { i, topic, repeats, acknowledged } of list) {
          if (!acknowledged || repeats) continue;
          this.#tally.reach('delivery.handed-over');
          this.#tally.broken(
            'delivery.handed-over',
            client.name,
            `${client.name} received a message on ${topic} at event ${i} and never handed it to its application`,
            [i],
          );
        }
      }
      if (!online(client)) continue;
      for (const { i, qos, topic, sentIn } of application.byNumber.all().values()) {
        if (qos === 0) continue;
        this.#tally.reach(LOST[qos]!);
        this.#tally.broken(
          LOST[qos]!,
          client.name,
          `${client.name} still waits for the end of what it published on ${topic} at event ${i}, which was ${sentIn === undefined ? 'never sent' : 'sent'}`,
          [i],
        );
      }
    }
  }

  #of(client: Party): Application {
    if (client.application === undefined) {
      client.application = new Application(client);
      this.#applications.push(client.application);
    }
    return client.application;
  }
}

/** The reception behind a delivery: of its QoS, one that has to be handed over before one that need not be, the oldest. */
function takeReceived(list: Received[], qos: QoS): Received | undefined {
  if (list.length < 2) return list.pop();
  let best = 0;
  let most = -1;
  for (const [at, entry] of list.entries()) {
    const likelihood = (entry.qos === qos ? 2 : 0) + (entry.repeats ? 0 : 1);
    if (likelihood <= most) continue;
    best = at;
    most = likelihood;
  }
  return list.splice(best, 1)[0];
}

/** Of calls for equal messages the one that is being sent: the oldest of this QoS that was not sent in this session. */
function callBehind(calls: readonly Call[], sentIn: Session | Conn, qos: QoS): Call | undefined {
  let found: Call | undefined;
  for (const call of calls) {
    if (call.sentIn === sentIn) continue;
    if (call.qos === qos) return call;
    found ??= call;
  }
  return found;
}

function forget(application: Application, entry: Call): void {
  for (const key of entry.keys) {
    const calls = application.calls.get(key);
    const at = calls?.indexOf(entry) ?? -1;
    if (at === -1) continue;
    if (calls!.length === 1) application.calls.delete(key);
    else calls!.splice(at, 1);
  }
}
