/**
 * The form of packets: what a side writes is a packet, with what its type may have and no more.
 *
 * The codec decides, which is strict and names the statement that a packet breaks; here that is put down to who wrote it. What only the
 * side that writes it decides, such as reason codes that are a server's, is looked at besides.
 */
import { type CodecError, UNSUPPORTED_PROTOCOL_VERSION } from '../../mqtt/codec/codec-error.ts';
import type { Connect, Packet, Publish, Subscribe } from '../../mqtt/codec/packet.ts';
import { PACKET_TYPES, packetName } from '../../mqtt/codec/packet-type.ts';
import { reasonCodeSender } from '../../mqtt/codec/reason-code.ts';
import type { Side } from '../evidence/side.ts';
import { FORMAT_RULES, type FormatRuleId } from '../rules/format-rules.ts';
import { RULES, type RuleId } from '../rules/rules.ts';
import { placeOf, type Tally } from '../tally.ts';

const PACKET = placeOf('format.packet');
const IDENTIFIER = placeOf('format.identifier');
const TEXT = placeOf('format.text');
const SUBSCRIPTION_IDENTIFIER = placeOf('format.subscription-identifier');
const PUBLISH = placeOf('format.publish');
const ACKNOWLEDGEMENT = placeOf('format.acknowledgement');

const RULE_OF_TYPE: ReadonlyMap<Packet['type'], FormatRuleId> = new Map([
  ['connect', 'format.connect'],
  ['connack', 'format.connack'],
  ['publish', 'format.publish'],
  ['puback', 'format.acknowledgement'],
  ['pubrec', 'format.acknowledgement'],
  ['pubrel', 'format.acknowledgement'],
  ['pubcomp', 'format.acknowledgement'],
  ['subscribe', 'format.subscribe'],
  ['suback', 'format.suback'],
  ['unsubscribe', 'format.unsubscribe'],
  ['unsuback', 'format.unsuback'],
  ['pingreq', 'format.packet'],
  ['pingresp', 'format.packet'],
  ['disconnect', 'format.disconnect'],
  ['auth', 'format.auth'],
]);

/** A statement of a rule of form is that rule's, whoever else names it. */
const RULE_OF_STATEMENT = new Map(
  (Object.keys({ ...RULES, ...FORMAT_RULES }) as RuleId[]).flatMap((rule) =>
    RULES[rule].statements.map((statement) => [statement as string, rule] as const),
  ),
);

/** Rules that are about packets of some types and no others. */
const OF_TYPES: ReadonlySet<RuleId> = new Set(RULE_OF_TYPE.values());

/** The rule that bytes break which the codec refuses: that of the statement, unless it is about packets of another type. */
function ruleOf(error: CodecError, type: Packet['type'] | undefined): RuleId {
  const named = RULE_OF_STATEMENT.get(error.rule);
  const own = type === undefined ? 'format.packet' : RULE_OF_TYPE.get(type)!;
  // What whoever reads it has to do is no rule of who wrote it.
  if (named === undefined || named.startsWith('error.')) return own;
  return OF_TYPES.has(named) && named !== 'format.packet' ? own : named;
}

export class Formats {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** `side` wrote a packet that acknowledges no message. */
  sent(side: Side, packet: Packet, i: number): void {
    if (!side.judged) return;
    const tally = this.#tally;
    tally.reachAt(PACKET);
    if (packet.type === 'publish') {
      tally.reachAt(PUBLISH);
      this.#publish(side, packet, i);
      return;
    }
    const rule = RULE_OF_TYPE.get(packet.type)!;
    if (rule !== 'format.packet') tally.reach(rule);
    switch (packet.type) {
      case 'connect':
        this.#connect(side, packet, i);
        return;
      case 'subscribe':
        this.#subscribe(packet);
        return;
      case 'unsubscribe':
        tally.reach('format.identifier');
        tally.reach('format.text');
        return;
      case 'disconnect':
        if (side.isServer && packet.properties?.sessionExpiryInterval !== undefined)
          this.#broken(
            side,
            'format.disconnect',
            'DISCONNECT with a Session Expiry Interval, which is a client’s',
            i,
          );
        this.#code(side, rule, packet, i);
        return;
      case 'auth':
        this.#code(side, rule, packet, i);
        return;
    }
  }

  /** `side` wrote an acknowledgement; absent: it has no reason code. */
  acknowledged(side: Side, packet: Packet | undefined, i: number): void {
    if (!side.judged) return;
    this.#tally.reachAt(PACKET);
    this.#tally.reachAt(ACKNOWLEDGEMENT);
    if (packet !== undefined) this.#code(side, 'format.acknowledgement', packet, i);
  }

  #connect(side: Side, packet: Connect, i: number): void {
    const { will, username, password, clientId, cleanStart, protocolVersion } = packet;
    this.#tally.reach('format.text');
    // [3.1.1/MQTT-3.1.3-7]
    if (protocolVersion === 4 && clientId === '' && !cleanStart)
      this.#broken(side, 'format.connect', 'CONNECT without an identifier for a session that lasts', i);
    if (will !== undefined) this.#tally.reach('format.will');
    if (username !== undefined || password !== undefined) this.#tally.reach('format.credentials');
  }

  #publish(side: Side, { qos, topic, properties }: Publish, i: number): void {
    if (qos > 0) this.#tally.reachAt(IDENTIFIER);
    if (topic !== '') this.#tally.reachAt(TEXT);
    if (side.conn.v < 5) return;
    if (!side.isServer) {
      this.#tally.reachAt(SUBSCRIPTION_IDENTIFIER);
      if (properties?.subscriptionIdentifiers !== undefined)
        this.#broken(
          side,
          'format.subscription-identifier',
          'PUBLISH with a Subscription Identifier, which is a server’s',
          i,
        );
    }
    if (properties?.responseTopic !== undefined || properties?.contentType !== undefined)
      this.#tally.reach('format.message-properties');
  }

  #subscribe({ subscriptions }: Subscribe): void {
    this.#tally.reach('format.identifier');
    this.#tally.reach('format.text');
    for (const { filter } of subscriptions)
      if (filter.startsWith('$share/')) this.#tally.reach('format.shared');
  }

  #code(side: Side, rule: FormatRuleId, packet: Packet & { reasonCode?: number }, i: number): void {
    const { reasonCode = 0, type } = packet;
    if (side.conn.v < 5 || reasonCode === 0) return;
    const sender = reasonCodeSender(type, reasonCode);
    if (sender === 'both' || sender === (side.isServer ? 'server' : 'client')) return;
    this.#broken(
      side,
      rule,
      `${packetName(type)} with reason code 0x${reasonCode.toString(16)}, which only a ${sender} sends`,
      i,
    );
  }

  /** `side` wrote something that is no packet, and the codec says why. */
  refused(side: Side, bytes: Uint8Array, error: CodecError, i: number): void {
    // A protocol that is not known is no mistake of who speaks it.
    if (!side.judged || error.reasonCode === UNSUPPORTED_PROTOCOL_VERSION) return;
    const type = PACKET_TYPES[bytes[0]! >> 4]?.type;
    const rule = ruleOf(error, type);
    this.#tally.reach(rule);
    this.#broken(
      side,
      rule,
      `what is no ${type === undefined ? 'packet' : packetName(type)} (${error.message})`,
      i,
    );
  }

  #broken(side: Side, rule: RuleId, text: string, i: number): void {
    const { name } = side.party;
    this.#tally.broken(rule, name, `${name} sent ${text}, on ${side.conn.name}`, [i]);
  }
}
