/** What a script says about MQTT that travels over WebSocket: how the upgrade is asked for, and how packets are framed. */

/** Every part has a default: `{}` is what `true` means. */
export interface WebSocketSettings {
  /** Of the request. Default `'/mqtt'`; a broker takes any. */
  path?: string;
  /** What the client asks to speak. Default `'mqtt'` [5.0/MQTT-6.0.0-3]. */
  subprotocol?: string;
  /** How many packets that are written at one instant share a frame at most. Default 1. */
  packetsPerFrame?: number;
  /** Bytes of payload in one frame; what is longer goes over several. Default: no limit. */
  bytesPerFrame?: number;
}

/** The same, complete. */
export interface WebSocketCarriage {
  readonly path: string;
  readonly subprotocols: readonly string[];
  readonly packetsPerFrame: number;
  /** Infinity for no limit. */
  readonly bytesPerFrame: number;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * @param link its name, for errors.
 * @throws RangeError for what no request or frame can be.
 */
export function webSocketCarriage(settings: WebSocketSettings, link: string): WebSocketCarriage {
  const {
    path = '/mqtt',
    subprotocol = 'mqtt',
    packetsPerFrame = 1,
    bytesPerFrame = Number.POSITIVE_INFINITY,
  } = settings;
  if (typeof path !== 'string' || !/^\/[!-~]*$/.test(path))
    throw new RangeError(
      `the WebSocket path of link ${link} must begin with '/' and have no spaces, not ${path}`,
    );
  if (typeof subprotocol !== 'string' || !TOKEN.test(subprotocol))
    throw new RangeError(
      `the WebSocket subprotocol of link ${link} must be a name such as mqtt, not ${subprotocol}`,
    );
  atLeastOne(packetsPerFrame, `packetsPerFrame of link ${link}`);
  atLeastOne(bytesPerFrame, `bytesPerFrame of link ${link}`);
  return { path, subprotocols: [subprotocol], packetsPerFrame, bytesPerFrame };
}

function atLeastOne(value: number, what: string): void {
  if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= 1)) return;
  throw new RangeError(`${what} must be a whole number from 1, not ${value}`);
}
