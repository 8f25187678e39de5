/**
 * The subprotocols of MQTT over WebSocket, as clients in the field ask for them; the standard has the first alone, and that is what our own
 * client asks for [5.0/MQTT-6.0.0-3].
 */
const KNOWN: readonly string[] = ['mqtt', 'mqttv3.1.1', 'mqttv3.1'];

/** What this server answers to a client that asks for these, in its order; undefined when it knows none. */
export function chosenSubprotocol(asked: Iterable<string>): string | undefined {
  const all = [...asked];
  // The standard's own name is the one a server has to answer [3.1.1/MQTT-6.0.0-4] [5.0/MQTT-6.0.0-4] when it may.
  return all.includes('mqtt') ? 'mqtt' : all.find((name) => KNOWN.includes(name));
}
