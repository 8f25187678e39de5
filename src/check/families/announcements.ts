/** What a side of 5.0 announced, and the other has to keep to: what a client asked not to get, what a server does not offer. */
import type { Connack, Packet, Publish, Subscribe } from '../../mqtt/codec/packet.ts';
import { packetName } from '../../mqtt/codec/packet-type.ts';
import { parseShared } from '../../mqtt/topic/validity.ts';
import type { Side } from '../evidence/side.ts';
import type { RuleId } from '../rules/rules.ts';
import type { Tally } from '../tally.ts';
import { explainsItself } from './packet-size.ts';

export class Announcements {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** A server writes anything but PUBLISH, CONNACK and DISCONNECT: a client may want no explanations. Absent: it has none. */
  explained(side: Side, packet: Packet | undefined, i: number): void {
    if (!side.wantsNoReasons || !side.judged) return;
    this.#tally.reach('request.problem-information');
    if (packet === undefined || !explainsItself(packet)) return;
    this.#broken(
      side,
      'request.problem-information',
      `sent ${packetName(packet.type)} with a Reason String or User Properties, and ${side.conn.client.name} asked for none`,
      i,
    );
  }

  /** A server writes CONNACK. */
  accepted(side: Side, packet: Connack, i: number): void {
    const { connect } = side;
    if (connect?.protocolVersion !== 5 || !side.judged) return;
    const { properties } = packet;
    if (connect.properties?.requestResponseInformation !== 1) {
      this.#tally.reach('request.response-information');
      if (properties?.responseInformation !== undefined)
        this.#broken(
          side,
          'request.response-information',
          'sent Response Information that was not asked for',
          i,
        );
    }
    const { maximumQoS = 2 } = side.party.promises ?? {};
    if (maximumQoS < 2 && packet.reasonCode === 0) {
      this.#tally.reach('announced.maximum-qos');
      if (properties?.maximumQoS !== maximumQoS)
        this.#broken(side, 'announced.maximum-qos', `takes QoS ${maximumQoS} at most and did not say so`, i);
    }
    const { will } = connect;
    if (packet.reasonCode !== 0 || will === undefined) return;
    const beyond =
      (will.qos > 0 && will.qos > (properties?.maximumQoS ?? 2)) ||
      (will.retain && properties?.retainAvailable === 0);
    if (properties?.maximumQoS !== undefined || properties?.retainAvailable === 0) {
      this.#tally.reach('announced.will');
      if (beyond) this.#broken(side, 'announced.will', 'accepted a will that it says it cannot publish', i);
    }
  }

  /** A client writes PUBLISH. */
  published(side: Side, packet: Publish, i: number): void {
    const announced = side.connack?.properties;
    if (announced === undefined || !side.judged) return;
    if (announced.maximumQoS !== undefined) {
      this.#tally.reach('announced.qos');
      if (packet.qos > announced.maximumQoS)
        this.#broken(
          side,
          'announced.qos',
          `published at QoS ${packet.qos}, and ${announced.maximumQoS} is the most here`,
          i,
        );
    }
    if (announced.retainAvailable === 0) {
      this.#tally.reach('announced.retain');
      if (packet.retain)
        this.#broken(side, 'announced.retain', 'published with RETAIN where nothing is retained', i);
    }
  }

  /** A client writes SUBSCRIBE: to ask for what is not offered is a Protocol Error [5.0/3.2.2.3.11] [5.0/3.2.2.3.12] [5.0/3.2.2.3.13]. */
  subscribed(side: Side, packet: Subscribe, i: number): void {
    const announced = side.connack?.properties;
    if (announced === undefined || !side.judged) return;
    const { wildcardSubscriptionAvailable, sharedSubscriptionAvailable, subscriptionIdentifiersAvailable } =
      announced;
    if (
      wildcardSubscriptionAvailable !== 0 &&
      sharedSubscriptionAvailable !== 0 &&
      subscriptionIdentifiersAvailable !== 0
    )
      return;
    this.#tally.reach('announced.subscriptions');
    const wrong = (text: string) =>
      this.#broken(side, 'announced.subscriptions', `subscribed ${text}, which is not offered`, i);
    if (subscriptionIdentifiersAvailable === 0 && packet.properties?.subscriptionIdentifier !== undefined)
      wrong('with a Subscription Identifier');
    for (const { filter } of packet.subscriptions) {
      const shared = parseShared(filter) !== undefined;
      if (sharedSubscriptionAvailable === 0 && shared) wrong(`to the shared ${filter}`);
      else if (wildcardSubscriptionAvailable === 0 && /[#+]/.test(filter))
        wrong(`to the wildcards of ${filter}`);
    }
  }

  #broken(side: Side, rule: RuleId, text: string, i: number): void {
    const { name } = side.party;
    this.#tally.broken(rule, name, `${name} ${text}, on ${side.conn.name}`, [i]);
  }
}
