/**
 * Requests and their answers, one connection at a time: what was asked is answered once, with its identifier, and nothing is answered
 * that was not asked.
 *
 * An answer is judged at the side that writes it, by what that side had read. That one is missing shows when the run is over and nobody
 * owes anybody anything; a PINGREQ has no store to wait for, and is given some seconds.
 */
import { CLIENT_IDENTIFIER_NOT_VALID } from '../../mqtt/codec/codec-error.ts';
import type {
  Connack,
  Disconnect,
  Publish,
  Suback,
  Subscribe,
  Unsuback,
  Unsubscribe,
} from '../../mqtt/codec/packet.ts';
import { packetName } from '../../mqtt/codec/packet-type.ts';
import { describeTime } from '../../trace/describe.ts';
import {
  type Answer,
  answerName,
  answerOf,
  identifierOf,
  keyOf,
  PUBACK,
  PUBCOMP,
  PUBREC,
  PUBREL,
  SUBACK,
  UNSUBACK,
} from '../evidence/acknowledgement.ts';
import { DOUBTFUL, type Lane } from '../evidence/lane.ts';
import type { Side } from '../evidence/side.ts';
import type { RuleId } from '../rules/rules.ts';
import { placeOf, type Tally } from '../tally.ts';

/** How long PINGRESP may take where nothing is wrong. The standard names no time. */
const PING_PATIENCE_MICROS = 5_000_000;

const RULE_OF: Readonly<Record<Answer, RuleId>> = {
  [PUBACK]: 'answer.publish',
  [PUBREC]: 'answer.publish',
  [PUBREL]: 'answer.release',
  [PUBCOMP]: 'answer.release',
  [SUBACK]: 'answer.subscribe',
  [UNSUBACK]: 'answer.unsubscribe',
};

/** A server has to take such a one [3.1.1/MQTT-3.1.3-5] [5.0/MQTT-3.1.3-5]. */
const PLAIN_IDENTIFIER = /^[0-9a-zA-Z]{1,23}$/;
/** Of a CONNACK before 5.0 [3.1.1/3.2.2.3]. */
const IDENTIFIER_REJECTED = 2;
/** Of DISCONNECT [5.0/3.14.2.1]. */
const QOS_NOT_SUPPORTED = 0x9b;
/** Of UNSUBACK [5.0/3.11.3]. */
const NO_SUBSCRIPTION_EXISTED = 0x11;

const PUBLISHED = placeOf('answer.publish');
const RELEASED = placeOf('answer.release');

export class Answers {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** `side` read a packet that asks for an answer. */
  asked(side: Side, answer: Answer, packetId: number, i: number): void {
    const key = keyOf(answer, packetId);
    const { asked } = side;
    if (asked.has(key)) {
      side.repeats ??= new Map();
      side.repeats.set(key, (side.repeats.get(key) ?? 0) + 1);
    } else asked.set(key, i);
    if (side.spent < side.receiveMaximum) return;
    this.#tally.reach('flow.others-go-on');
    side.askedWhenSpent ??= new Set();
    side.askedWhenSpent.add(key);
  }

  /** A server read a SUBSCRIBE or UNSUBSCRIBE. */
  requested(side: Side, packet: Subscribe | Unsubscribe, i: number): void {
    side.requests ??= new Map();
    side.requests.set(packet.packetId, packet);
    this.asked(side, packet.type === 'subscribe' ? SUBACK : UNSUBACK, packet.packetId, i);
  }

  published(side: Side, packet: Publish, i: number): void {
    if (packet.qos > 0) this.asked(side, packet.qos === 1 ? PUBACK : PUBREC, packet.packetId!, i);
  }

  /** `side` wrote SUBACK or UNSUBACK. */
  answered(side: Side, { type, packetId }: Suback | Unsuback, i: number): void {
    const answer = type === 'suback' ? SUBACK : UNSUBACK;
    const asked = this.#take(side, keyOf(answer, packetId));
    if (!side.judged) return;
    this.#tally.reach(RULE_OF[answer]);
    if (asked === 0) this.#unasked(side, answer, packetId, i);
  }

  /** `side` wrote an acknowledgement. */
  acknowledged(side: Side, answer: Answer, packetId: number, i: number): void {
    const asked = this.#take(side, keyOf(answer, packetId));
    if (!side.judged) return;
    this.#tally.reachAt(answer === PUBREL || answer === PUBCOMP ? RELEASED : PUBLISHED);
    if (asked === 0 && !this.#isOfEarlier(side, answer, packetId)) this.#unasked(side, answer, packetId, i);
  }

  #unasked(side: Side, answer: Answer, packetId: number, i: number): void {
    const { name } = side.party;
    this.#tally.broken(
      RULE_OF[answer],
      name,
      `${name} sent ${answerName(answer)} #${packetId} on ${side.conn.name}, which answers nothing that it had read`,
      [i],
    );
  }

  /** SUBACK and UNSUBACK have a code for each filter; a granted QoS is one that was there to be asked for. */
  coded(side: Side, packet: Suback | Unsuback, i: number): void {
    const request = side.requests?.get(packet.packetId);
    if (request === undefined) return;
    side.requests!.delete(packet.packetId);
    const codes = packet.reasonCodes;
    // Before 5.0 UNSUBACK has none.
    if (!side.judged || codes === undefined) return;
    const filters = request.type === 'subscribe' ? request.subscriptions : request.filters;
    if (request.type === 'subscribe') this.#granted(side, request, codes, i);
    else this.#givenUp(side, request, codes, i);
    if (filters.length > 1) this.#tally.reach('answer.several-filters');
    if (codes.length === filters.length) return;
    const { name } = side.party;
    this.#tally.broken(
      filters.length > 1 ? 'answer.several-filters' : RULE_OF[packet.type === 'suback' ? SUBACK : UNSUBACK],
      name,
      `${name} answered ${filters.length} filters of ${packetName(request.type)} #${packet.packetId} with ${codes.length} codes`,
      [i],
    );
  }

  /** No code grants more than its filter asked for. */
  #granted(side: Side, request: Subscribe, codes: readonly number[], i: number): void {
    const { name } = side.party;
    const { subscriptions, packetId } = request;
    this.#tally.reach('answer.granted');
    if (asksForMore(side, request)) this.#tally.reach('announced.subscribe');
    for (const [at, { filter, qos }] of subscriptions.entries()) {
      const code = codes[at] ?? 0;
      if (code <= qos || code >= 0x80) continue;
      const text = `${name} granted QoS ${code} for ${filter} in SUBACK #${packetId}, which asked for ${qos}`;
      this.#tally.broken('answer.granted', name, text, [i]);
    }
  }

  /** Where some of the filters had a subscription for certain, and the others had none, their order shows in the codes. */
  #givenUp(
    { conn, party, requests }: Side,
    { filters, packetId }: Unsubscribe,
    codes: readonly number[],
    i: number,
  ): void {
    const { session } = conn;
    if (session === undefined || session.inherited || session.shaken || party.forgetful) return;
    // Nobody can tell in which order several requests were met; nor two times the same filter.
    if (requests!.size > 0 || new Set(filters).size < filters.length) return;
    const { at } = conn.requests.get(packetId)!;
    const expected = filters.map((filter) => {
      const subscription = session.subscriptions.get(filter);
      if (subscription === undefined) return NO_SUBSCRIPTION_EXISTED;
      return subscription.askedAt < at && subscription.asked === 0 ? 0 : Number.NaN;
    });
    if (new Set(expected).size < 2 || [...expected].sort().join() !== [...codes].sort().join()) return;
    this.#tally.reach('answer.unsubscribed');
    if (expected.join() === codes.join()) return;
    const text = `${party.name} sent UNSUBACK #${packetId} on ${conn.name} with ${codes.join()} where its filters ask for ${expected.join()}`;
    this.#tally.broken('answer.unsubscribed', party.name, text, [at, i]);
  }

  /** A server sends its client away: not for a SUBSCRIBE of more than it takes itself. */
  refused(side: Side, { reasonCode }: Disconnect, i: number): void {
    const { asked, party, requests } = side;
    if (reasonCode !== QOS_NOT_SUPPORTED || !side.judged) return;
    // A PUBLISH that it has not answered may be the reason.
    for (const key of asked.all().keys()) if (key < keyOf(SUBACK, 0)) return;
    for (const request of requests?.values() ?? []) {
      if (request.type !== 'subscribe' || !asksForMore(side, request)) continue;
      this.#tally.reach('announced.subscribe');
      const text = `${party.name} ended ${side.conn.name} for the QoS that SUBSCRIBE #${request.packetId} asked for`;
      this.#tally.broken('announced.subscribe', party.name, text, [i]);
    }
  }

  /** A server read PINGREQ, at `t`. */
  pinged(side: Side, i: number, t: number): void {
    if (side.pings++ === 0) {
      side.pingAt = i;
      side.pingTime = t;
    }
    if (side.spent >= side.receiveMaximum) this.#tally.reach('flow.others-go-on');
  }

  /** A server wrote PINGRESP, at `t`. */
  ponged(side: Side, i: number, t: number): void {
    const asked = side.pings > 0;
    if (asked) side.pings--;
    side.pingTime = t;
    if (!side.judged) return;
    this.#tally.reach('answer.ping');
    if (asked) return;
    const { name } = side.party;
    this.#tally.broken(
      'answer.ping',
      name,
      `${name} sent PINGRESP on ${side.conn.name}, where no PINGREQ had come`,
      [i],
    );
  }

  /** A server's connection is over, or the run is, at `t`. */
  unponged(side: Side, t: number): void {
    const { party } = side;
    if (side.pings === 0 || !side.judged || !party.isRunning || this.#tally.troubles > 0) return;
    // That one which is not seen itself has read it shows when it answers what came later.
    if (!side.conn.hasRead(party, side.pingAt)) return;
    const since = Math.max(side.pingTime, party.resumedAt, this.#tally.calmSince);
    if (t - since < PING_PATIENCE_MICROS) return;
    this.#tally.reach('answer.ping');
    this.#tally.broken(
      side.spent >= side.receiveMaximum ? 'flow.others-go-on' : 'answer.ping',
      party.name,
      `${party.name} left the PINGREQ on ${side.conn.name} without PINGRESP for ${describeTime(t - since)}`,
      [side.pingAt],
    );
  }

  /** A server wrote CONNACK. */
  accepted(side: Side, { reasonCode }: Connack, i: number): void {
    if (!side.judged) return;
    this.#tally.reach('answer.connect');
    const { connect, conn, party } = side;
    if (connect === undefined || connect.protocolVersion < 4 || !PLAIN_IDENTIFIER.test(connect.clientId))
      return;
    this.#tally.reach('answer.identifier');
    if (reasonCode !== (connect.protocolVersion === 5 ? CLIENT_IDENTIFIER_NOT_VALID : IDENTIFIER_REJECTED))
      return;
    const text = `${party.name} refused ${connect.clientId} on ${conn.name} for its identifier`;
    this.#tally.broken('answer.identifier', party.name, text, [conn.connectAt, i]);
  }

  /** Nobody owes anybody anything, and a server has not answered CONNECT on a connection that stands. */
  unaccepted(side: Side): void {
    const { connect, party } = side;
    // Where AUTH goes to and fro the client may be the one that is waited for.
    if (!side.judged || !side.isServer || connect === undefined) return;
    if (connect.properties?.authenticationMethod !== undefined) return;
    this.#tally.reach('answer.connect');
    this.#tally.broken(
      'answer.connect',
      party.name,
      `${party.name} never answered the CONNECT on ${side.conn.name} with CONNACK`,
      [side.conn.connectAt],
    );
  }

  /** Nobody owes anybody anything, and the connection stands. */
  finish(side: Side): void {
    if (!side.judged) return;
    for (const [key, i] of side.asked.all()) {
      const answer = answerOf(key);
      const packetId = identifierOf(key);
      // Where the same came again before it was answered, one answer may stand for both.
      if (side.repeats?.has(key)) continue;
      // A PUBREC for what is not known need not be answered before 5.0.
      if (answer === PUBREL && !ownLane(side)?.flights.has(packetId)) continue;
      const rule = side.askedWhenSpent?.has(key) ? 'flow.others-go-on' : RULE_OF[answer];
      this.#tally.reach(rule);
      const { name } = side.party;
      this.#tally.broken(
        rule,
        name,
        `${name} never sent the ${answerName(answer)} #${packetId} on ${side.conn.name} that it was asked for at event ${i}`,
        [i],
      );
    }
  }

  /** The ordinal of what an answer answers; 0 when there is nothing. */
  #take(side: Side, key: number): number {
    const { asked, repeats } = side;
    const again = repeats?.get(key) ?? 0;
    if (again > 0) {
      repeats!.set(key, again - 1);
      return asked.get(key) ?? 0;
    }
    repeats?.delete(key);
    const at = asked.take(key) ?? 0;
    if (at > 0) side.askedWhenSpent?.delete(key);
    return at;
  }

  /** Whether it may answer what came on an earlier connection of the session. */
  #isOfEarlier(side: Side, answer: Answer, packetId: number): boolean {
    const { conn, party } = side;
    if (answer === PUBREL) {
      const lane = ownLane(side);
      if (lane === undefined) return true;
      const flight = lane.flights.get(packetId);
      // What it had read before it crashed it may know again, or not.
      if (flight === undefined) return lane.crashes === DOUBTFUL || party.crashes > lane.crashes;
      return flight.stage !== 'publish' || party.crashes > flight.crashes;
    }
    const lane = side.isServer ? conn.session?.up : conn.session?.down;
    if (lane === undefined) return true;
    const flight = lane.flights.get(packetId);
    return flight !== undefined && flight.conn !== conn;
  }
}

/** Whether a SUBSCRIBE asks for a higher QoS than the Maximum QoS of its server. */
function asksForMore({ connack }: Side, { subscriptions }: Subscribe): boolean {
  const { maximumQoS = 2 } = connack?.properties ?? {};
  return subscriptions.some(({ qos }) => qos > maximumQoS);
}

/** What `side` sends. */
function ownLane({ conn, isServer }: Side): Lane | undefined {
  return isServer ? conn.session?.down : conn.up;
}
