import type { Connect, ConnectProperties } from '../codec/packet.ts';

/** What a client can take on one connection, and asked for, as its CONNECT said [5.0/3.1.2.11]. */
export interface Terms {
  /** QoS 1 and 2 PUBLISHes it takes before it has acknowledged any. */
  readonly receiveMaximum: number;
  /** Bytes. */
  readonly maximumPacketSize: number;
  readonly topicAliasMaximum: number;
  /** False: no Reason String and no User Property but in PUBLISH, CONNACK and DISCONNECT [5.0/MQTT-3.1.2-29]. */
  readonly problemInformation: boolean;
  /** It asked for a session that outlives its connection, whatever it was granted. */
  readonly lasting: boolean;
}

/** Clients of 3.1 and 3.1.1, which cannot say, and what has not said yet. */
export const BEFORE_5: Terms = {
  receiveMaximum: Infinity,
  maximumPacketSize: Infinity,
  topicAliasMaximum: 0,
  problemInformation: false,
  lasting: false,
};

const NOTHING: ConnectProperties = {};
/** Of a client that left everything at its default: most do, and share it. */
const PLAIN: Terms = termsFrom(NOTHING);

export function termsOf(connect: Connect): Terms {
  if (connect.protocolVersion < 5) return BEFORE_5;
  return connect.properties === undefined ? PLAIN : termsFrom(connect.properties);
}

function termsFrom(properties: ConnectProperties): Terms {
  return {
    receiveMaximum: properties.receiveMaximum ?? 65_535,
    maximumPacketSize: properties.maximumPacketSize ?? Infinity,
    topicAliasMaximum: properties.topicAliasMaximum ?? 0,
    problemInformation: properties.requestProblemInformation !== 0,
    lasting: (properties.sessionExpiryInterval ?? 0) > 0,
  };
}
