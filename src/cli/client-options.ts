/** What `amber pub` and `amber sub` have in common: the option letters of mosquitto_pub and mosquitto_sub. */
import { readFileSync } from 'node:fs';
import type { ProtocolVersion, QoS } from '../mqtt/codec/packet.ts';
import { ClientCallError } from '../net/client.ts';
import type { ConnectOptions } from '../net/connect-options.ts';
import { CommandError, exitCodes } from './exit-code.ts';
import { oneOf, PORT_MAXIMUM, usage, wholeNumber } from './option-values.ts';
import type { Arguments } from './verbs.ts';

const VERSIONS: Readonly<Record<string, ProtocolVersion>> = {
  mqttv31: 3,
  '31': 3,
  mqttv311: 4,
  '311': 4,
  mqttv5: 5,
  '5': 5,
};
const LONGEST_KEEP_ALIVE = 65_535;

/** Where the server is, and what it is told. */
export interface ServerOptions {
  readonly address: string;
  readonly options: ConnectOptions;
}

/** @throws CommandError naming the option. */
export function serverOptions({ options }: Arguments): ServerOptions {
  const given = options as Readonly<Record<string, string | undefined>>;
  const { host = '127.0.0.1', port = '1883', id, keepalive = '60', username, pw } = given;
  const version = oneOf(given['protocol-version'] ?? 'mqttv311', '--protocol-version', Object.keys(VERSIONS));
  const name = host.includes(':') ? `[${host}]` : host;
  const lasting = options['disable-clean-session'] === true;
  if (lasting && id === undefined)
    throw usage('--disable-clean-session needs --id: a session belongs to a name');
  if (pw !== undefined && username === undefined && VERSIONS[version] !== 5) {
    throw usage('--pw needs --username before MQTT 5.0');
  }
  return {
    address: `mqtt://${name}:${wholeNumber(port, '--port', 1, PORT_MAXIMUM)}`,
    options: {
      ...(id === undefined ? {} : { clientId: id }),
      protocolVersion: VERSIONS[version]!,
      clean: !lasting,
      // What mosquitto asks for: a session that lasts.
      ...(lasting ? { properties: { sessionExpiryInterval: 0xffff_ffff } } : {}),
      keepalive: wholeNumber(keepalive, '--keepalive', 0, LONGEST_KEEP_ALIVE),
      ...(username === undefined ? {} : { username }),
      ...(pw === undefined ? {} : { password: pw }),
      ...willOf(given, options['will-retain'] === true),
      // A command that cannot connect says so.
      reconnectPeriod: 0,
    },
  };
}

function willOf(
  given: Readonly<Record<string, string | undefined>>,
  retain: boolean,
): Pick<ConnectOptions, 'will'> {
  const { 'will-topic': topic, 'will-payload': payload, 'will-qos': qos } = given;
  if (topic === undefined) {
    if (payload === undefined && qos === undefined && !retain) return {};
    throw usage('a will needs --will-topic');
  }
  const will = { topic, retain, qos: qosOf(qos, '--will-qos') };
  return { will: payload === undefined ? will : { ...will, payload } };
}

export function qosOf(text: string | undefined, option: string): QoS {
  return Number(oneOf(text ?? '0', option, ['0', '1', '2'])) as QoS;
}

/** @throws CommandError unless exactly one way to say the payload was taken. */
export function payloadOf({ options }: Arguments): string | Uint8Array {
  const { message, file } = options as Readonly<Record<string, string | undefined>>;
  const ways = [message !== undefined, file !== undefined, options['null-message'] === true];
  if (ways.filter(Boolean).length !== 1)
    throw usage('say the message once: --message, --file or --null-message');
  return file === undefined ? (message ?? '') : readFileSync(file);
}

/** Why a command of a client failed, in one line. */
export function clientFailure(error: unknown, address: string): unknown {
  if (error instanceof ClientCallError) {
    const code = error.kind === 'invalid' ? exitCodes.usage : exitCodes.environment;
    return new CommandError(code, `${address}: ${error.message}`);
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && NETWORK_CODES.has(code)) {
    return new CommandError(exitCodes.environment, `${address} cannot be reached: ${message}`);
  }
  // What no CONNECT or PUBLISH can hold.
  if (error instanceof RangeError || (error as Error).name === 'CodecError')
    return usage((error as Error).message);
  return error;
}

const NETWORK_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'],
  ...['EAI_AGAIN', 'ETIMEDOUT', 'EPIPE'],
]);
