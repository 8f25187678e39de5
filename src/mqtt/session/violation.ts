/** A peer broke a rule; the machine closes the connection and says so. */
export interface Violation {
  /** The statement, in 3.1 and 3.1.1, and in 5.0. */
  rules: readonly [before5: string, since5: string];
  text: string;
  /** 5.0: for DISCONNECT. */
  reasonCode: number;
}

/** The other exchange of QoS 1 and 2 answered: `qos` is what its message has. */
export function wrongAcknowledgement(type: string, packetId: number, qos: 1 | 2): Violation {
  return {
    rules:
      qos === 1 ? ['3.1.1/MQTT-4.3.2-1', '5.0/MQTT-4.3.2-3'] : ['3.1.1/MQTT-4.3.3-1', '5.0/MQTT-4.3.3-3'],
    text: `${type} of identifier ${packetId}, which carries a message of QoS ${qos}`,
    reasonCode: 0x82,
  };
}

/** Of an identifier that is in flight from a former connection, before it was sent again. */
export function notSentYet(type: string, packetId: number): Violation {
  return {
    rules: ['3.1.1/MQTT-4.4.0-1', '5.0/MQTT-4.4.0-1'],
    text: `${type} of identifier ${packetId}, which was not sent on this connection`,
    reasonCode: 0x82,
  };
}
