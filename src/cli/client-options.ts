/** What `amber pub` and `amber sub` have in common: the option letters of mosquitto_pub and mosquitto_sub. */
import type { ProtocolVersion, QoS, Will } from '../mqtt/codec/packet.ts';
import { ClientCallError } from '../net/client.ts';
import type { ConnectOptions, ConnectProperties } from '../net/connect-options.ts';
import { type Place, placeOf, plainText, type TlsOptions } from '../net/dial.ts';
import { type Properties, propertiesOf } from './client-properties.ts';
import { CommandError, exitCodes } from './exit-code.ts';
import { oneOf, PORT_MAXIMUM, readGiven, usage, wholeNumber } from './option-values.ts';
import type { Arguments } from './verb.ts';

const VERSIONS: Readonly<Record<string, ProtocolVersion>> = {
  mqttv31: 3,
  '31': 3,
  mqttv311: 4,
  '311': 4,
  mqttv5: 5,
  '5': 5,
};
const LONGEST_KEEP_ALIVE = 65_535;
const FOR_EVER = 0xffff_ffff;

/** Where the server is, and what it is told. */
export interface ServerOptions {
  readonly address: string;
  readonly options: ConnectOptions;
  /** Of --url. */
  readonly topic: string | undefined;
}

/** @throws CommandError naming the option. */
export function serverOptions(args: Arguments): ServerOptions {
  const { options } = args;
  const given = options as Readonly<Record<string, string | undefined>>;
  const { id, keepalive = '60', username, pw } = given;
  const version =
    VERSIONS[oneOf(given['protocol-version'] ?? 'mqttv311', '--protocol-version', Object.keys(VERSIONS))]!;
  const lasting = options['disable-clean-session'] === true;
  if (lasting && id === undefined)
    throw usage('--disable-clean-session needs --id: a session belongs to a name');
  const { connect, will } = propertiesOf(args);
  if (version !== 5 && (given.property !== undefined || given['session-expiry-interval'] !== undefined))
    throw usage('-D and -x are for MQTT 5.0: say -V mqttv5');
  const { address, topic, named } = addressOf(options);
  if (pw !== undefined && username === undefined && !named && version !== 5) {
    throw usage('--pw needs --username before MQTT 5.0');
  }
  const properties = { ...sessionExpiryOf(given['session-expiry-interval'], lasting), ...connect };
  return {
    address,
    topic,
    options: {
      ...(id === undefined ? {} : { clientId: id }),
      protocolVersion: version,
      clean: !lasting,
      properties: properties as ConnectProperties,
      keepalive: wholeNumber(keepalive, '--keepalive', 0, LONGEST_KEEP_ALIVE),
      ...(username === undefined ? {} : { username }),
      ...(pw === undefined ? {} : { password: pw }),
      ...willOf(given, options['will-retain'] === true, will),
      ...tlsOf(options),
      // A command that cannot connect says so.
      reconnectPeriod: 0,
    },
  };
}

/** What mosquitto asks for when it is to keep a session: one that lasts. */
function sessionExpiryOf(text: string | undefined, lasting: boolean): ConnectProperties {
  if (text === undefined) return lasting ? { sessionExpiryInterval: FOR_EVER } : {};
  const seconds = text === '-1' || text === '∞' ? FOR_EVER : wholeNumber(text, '-x', 0, FOR_EVER);
  return { sessionExpiryInterval: seconds };
}

/** From --url, or from --host and --port; any option of TLS makes it TLS, as with mosquitto. */
function addressOf(options: Arguments['options']): { address: string; topic?: string; named: boolean } {
  const { host, port, url } = options as Readonly<Record<string, string | undefined>>;
  if (url === undefined) {
    const secure = options.cafile !== undefined || options.cert !== undefined || options.insecure === true;
    const name = host?.includes(':') ? `[${host}]` : (host ?? '127.0.0.1');
    const number = wholeNumber(port ?? (secure ? '8883' : '1883'), '--port', 1, PORT_MAXIMUM);
    return { address: `${secure ? 'mqtts' : 'mqtt'}://${name}:${number}`, named: false };
  }
  if (host !== undefined || port !== undefined) throw usage('--url says host and port already');
  let place: Place;
  let topic: string;
  try {
    place = placeOf(url);
    // The path of a WebSocket is its own.
    topic = place.scheme === 'ws' || place.scheme === 'wss' ? '' : plainText(place.path.slice(1), url);
  } catch (error) {
    throw usage((error as Error).message);
  }
  const named = place.username !== undefined;
  return topic === '' ? { address: url, named } : { address: url, topic, named };
}

function tlsOf(options: Arguments['options']): TlsOptions {
  const { cafile, cert, key } = options as Readonly<Record<string, string | undefined>>;
  if ((cert === undefined) !== (key === undefined)) throw usage('--cert and --key need each other');
  return {
    ...(cafile === undefined ? {} : { ca: readGiven(cafile) }),
    ...(cert === undefined ? {} : { cert: readGiven(cert) }),
    ...(key === undefined ? {} : { key: readGiven(key) }),
    ...(options.insecure === true ? { rejectUnauthorized: false } : {}),
  };
}

function willOf(
  given: Readonly<Record<string, string | undefined>>,
  retain: boolean,
  properties: Properties | undefined,
): ConnectOptions {
  const { 'will-topic': topic, 'will-payload': payload, 'will-qos': qos } = given;
  if (topic === undefined) {
    if (payload === undefined && qos === undefined && !retain && properties === undefined) return {};
    throw usage('a will needs --will-topic');
  }
  const will = {
    ...{ topic, retain, qos: qosOf(qos, '--will-qos') },
    ...(properties === undefined ? {} : { properties: properties as Will['properties'] & object }),
  };
  return { will: payload === undefined ? will : { ...will, payload } };
}

export function qosOf(text: string | undefined, option: string): QoS {
  return Number(oneOf(text ?? '0', option, ['0', '1', '2'])) as QoS;
}

/** Why a command of a client failed, in one line. */
export function clientFailure(error: unknown, address: string): unknown {
  if (error instanceof ClientCallError) {
    const code = error.kind === 'invalid' ? exitCodes.usage : exitCodes.environment;
    const elsewhere =
      error.serverReference === undefined ? '' : `, and names ${error.serverReference} instead`;
    return new CommandError(code, `${address}: ${error.message}${elsewhere}`);
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && (NETWORK_CODES.has(code) || /CERT|TLS|SSL|SIGNATURE/.test(code))) {
    return new CommandError(exitCodes.environment, `${address} cannot be reached: ${message}`);
  }
  // What no CONNECT or PUBLISH can hold.
  if (error instanceof RangeError || (error as Error).name === 'CodecError')
    return usage((error as Error).message);
  return error;
}

/** What the operating system says of a server that is not there, or went away. */
export const NETWORK_CODES: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'],
  ...['EAI_AGAIN', 'ETIMEDOUT', 'EPIPE'],
]);
