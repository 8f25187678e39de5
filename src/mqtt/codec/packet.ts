/**
 * The control packets of MQTT 3.1, 3.1.1 and 5.0 as one union.
 *
 * A packet is what the standard calls it, in camelCase: fields of the variable header and the payload, and
 * for 5.0 a `properties` object that holds only the properties that are present. A 3.1.1 packet is the same
 * object without what only 5.0 has, so a machine handles both versions in one branch.
 */

/** Protocol Level on the wire: 3 is MQTT 3.1 (`MQIsdp`), 4 is MQTT 3.1.1, 5 is MQTT 5.0. */
export type ProtocolVersion = 3 | 4 | 5;

export type QoS = 0 | 1 | 2;

/** Pairs in the order they were sent; names may repeat, and both facts matter [5.0/MQTT-3.1.3-10] [5.0/MQTT-3.3.2-18]. */
export type UserProperties = readonly (readonly [name: string, value: string])[];

/** What several packets share: an explanation for people, and the application's own pairs. */
export interface ReasonProperties {
  reasonString?: string;
  userProperties?: UserProperties;
}

/** Properties that travel with a message from its publisher to every subscriber. */
export interface MessageProperties {
  payloadFormatIndicator?: 0 | 1;
  /** Seconds. */
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Uint8Array;
  userProperties?: UserProperties;
}

export interface ConnectProperties {
  /** Seconds; 0xFFFFFFFF never expires; absent means 0. */
  sessionExpiryInterval?: number;
  receiveMaximum?: number;
  /** Bytes. */
  maximumPacketSize?: number;
  topicAliasMaximum?: number;
  requestResponseInformation?: 0 | 1;
  requestProblemInformation?: 0 | 1;
  userProperties?: UserProperties;
  authenticationMethod?: string;
  authenticationData?: Uint8Array;
}

export interface WillProperties extends MessageProperties {
  /** Seconds. */
  willDelayInterval?: number;
}

export interface Will {
  topic: string;
  payload: Uint8Array;
  qos: QoS;
  retain: boolean;
  properties?: WillProperties;
}

export interface Connect {
  type: 'connect';
  protocolVersion: ProtocolVersion;
  clientId: string;
  /** Clean Session in 3.1 and 3.1.1, Clean Start in 5.0: the same bit. */
  cleanStart: boolean;
  /** Seconds; 0 turns the mechanism off. */
  keepAlive: number;
  will?: Will;
  username?: string;
  password?: Uint8Array;
  properties?: ConnectProperties;
}

export interface ConnackProperties extends ReasonProperties {
  sessionExpiryInterval?: number;
  receiveMaximum?: number;
  maximumQoS?: 0 | 1;
  retainAvailable?: 0 | 1;
  maximumPacketSize?: number;
  assignedClientIdentifier?: string;
  topicAliasMaximum?: number;
  wildcardSubscriptionAvailable?: 0 | 1;
  subscriptionIdentifiersAvailable?: 0 | 1;
  sharedSubscriptionAvailable?: 0 | 1;
  serverKeepAlive?: number;
  responseInformation?: string;
  serverReference?: string;
  authenticationMethod?: string;
  authenticationData?: Uint8Array;
}

export interface Connack {
  type: 'connack';
  sessionPresent: boolean;
  /** A Reason Code in 5.0, a Connect Return code (0 to 5) before. */
  reasonCode: number;
  properties?: ConnackProperties;
}

export interface PublishProperties extends MessageProperties {
  topicAlias?: number;
  /** Several when overlapping subscriptions of one client matched; never from a client [5.0/MQTT-3.3.4-6]. */
  subscriptionIdentifiers?: readonly number[];
}

export interface Publish {
  type: 'publish';
  /** May be empty in 5.0 when a Topic Alias stands for it. */
  topic: string;
  payload: Uint8Array;
  qos: QoS;
  retain: boolean;
  dup: boolean;
  /** Present exactly when `qos` is above 0 [5.0/MQTT-2.2.1-2]. */
  packetId?: number;
  properties?: PublishProperties;
}

interface Acknowledgement {
  packetId: number;
  /** Absent before 5.0. In 5.0 decoding always fills it, with 0 for the short form. */
  reasonCode?: number;
  properties?: ReasonProperties;
}

export interface Puback extends Acknowledgement {
  type: 'puback';
}
export interface Pubrec extends Acknowledgement {
  type: 'pubrec';
}
export interface Pubrel extends Acknowledgement {
  type: 'pubrel';
}
export interface Pubcomp extends Acknowledgement {
  type: 'pubcomp';
}

/** Topic Filter with its Subscription Options; before 5.0 only `filter` and `qos` are on the wire. */
export interface Subscription {
  filter: string;
  qos: QoS;
  noLocal?: boolean;
  retainAsPublished?: boolean;
  /** 0 send retained messages, 1 only if the subscription is new, 2 never. */
  retainHandling?: 0 | 1 | 2;
}

export interface SubscribeProperties {
  subscriptionIdentifier?: number;
  userProperties?: UserProperties;
}

export interface Subscribe {
  type: 'subscribe';
  packetId: number;
  subscriptions: readonly Subscription[];
  properties?: SubscribeProperties;
}

export interface Suback {
  type: 'suback';
  packetId: number;
  /** One a filter, in the order of the SUBSCRIBE [3.1.1/MQTT-3.8.4-5] [5.0/MQTT-3.8.4-6]: a granted QoS or a failure >= 0x80. */
  reasonCodes: readonly number[];
  properties?: ReasonProperties;
}

export interface Unsubscribe {
  type: 'unsubscribe';
  packetId: number;
  filters: readonly string[];
  properties?: { userProperties?: UserProperties };
}

export interface Unsuback {
  type: 'unsuback';
  packetId: number;
  /** One a filter in 5.0; absent before, where UNSUBACK has no payload. */
  reasonCodes?: readonly number[];
  properties?: ReasonProperties;
}

export interface Pingreq {
  type: 'pingreq';
}
export interface Pingresp {
  type: 'pingresp';
}

export interface DisconnectProperties extends ReasonProperties {
  sessionExpiryInterval?: number;
  serverReference?: string;
}

export interface Disconnect {
  type: 'disconnect';
  /** Absent before 5.0. In 5.0 decoding always fills it, with 0 for the short form. */
  reasonCode?: number;
  properties?: DisconnectProperties;
}

export interface AuthProperties extends ReasonProperties {
  authenticationMethod?: string;
  authenticationData?: Uint8Array;
}

/** 5.0 only. */
export interface Auth {
  type: 'auth';
  reasonCode: number;
  properties?: AuthProperties;
}

export type Packet =
  | Connect
  | Connack
  | Publish
  | Puback
  | Pubrec
  | Pubrel
  | Pubcomp
  | Subscribe
  | Suback
  | Unsubscribe
  | Unsuback
  | Pingreq
  | Pingresp
  | Disconnect
  | Auth;

export type PacketType = Packet['type'];
