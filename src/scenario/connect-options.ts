/** What only a client of 5.0 can say of itself in CONNECT, and do because of it. */
import type { AuthenticationMethod, ClientOptions } from '../mqtt/client/application.ts';
import type { ProtocolVersion, UserProperties } from '../mqtt/codec/packet.ts';
import { onlySince5, pairsOf, trueOrFalse, wholeNumber } from './option-values.ts';
import { type Ask, clientAuthentication } from './plug-ins.ts';

/** Of 5.0 only. */
export interface ConnectOptions {
  /** QoS 1 and 2 messages it takes before it has acknowledged any: 65,535 by default. */
  receiveMaximum?: number;
  /** The highest topic alias the broker may use: 0 by default, which allows none. */
  topicAliasMaximum?: number;
  /** Topics this client numbers at most, where the broker takes aliases: 0 by default. */
  topicAliases?: number;
  /** False forbids the broker reason strings and user properties in all but PUBLISH, CONNACK and DISCONNECT. */
  requestProblemInformation?: boolean;
  /** True asks from what to make response topics; see {@link ConnectResult}. */
  requestResponseInformation?: boolean;
  /** Of CONNECT; pairs in order, names may repeat. */
  userProperties?: UserProperties;
  /** How it proves who it is beyond a password; `Client.authenticate` does it again. */
  authentication?: AuthenticationMethod;
}

export const CONNECT_OPTIONS: readonly (keyof ConnectOptions)[] = [
  ...(['receiveMaximum', 'topicAliasMaximum', 'topicAliases', 'requestProblemInformation'] as const),
  ...(['requestResponseInformation', 'userProperties', 'authentication'] as const),
];

/** @throws ScriptError naming the option. */
export function connectOptions(
  settings: ConnectOptions,
  version: ProtocolVersion,
  what: string,
  ask: Ask,
): Partial<ClientOptions> {
  onlySince5(settings, CONNECT_OPTIONS, version, what);
  const { receiveMaximum, topicAliasMaximum, topicAliases, userProperties, authentication } = settings;
  const { requestProblemInformation, requestResponseInformation } = settings;
  const options: Partial<ClientOptions> = {};
  if (receiveMaximum !== undefined)
    options.receiveMaximum = wholeNumber(receiveMaximum, `receiveMaximum of ${what}`, 1, 65_535);
  if (topicAliasMaximum !== undefined)
    options.topicAliasMaximum = wholeNumber(topicAliasMaximum, `topicAliasMaximum of ${what}`, 0, 65_535);
  if (topicAliases !== undefined)
    options.topicAliases = wholeNumber(topicAliases, `topicAliases of ${what}`, 0, 65_535);
  if (requestProblemInformation !== undefined) {
    const name = `requestProblemInformation of ${what}`;
    options.requestProblemInformation = trueOrFalse(requestProblemInformation, name);
  }
  if (requestResponseInformation !== undefined) {
    const name = `requestResponseInformation of ${what}`;
    options.requestResponseInformation = trueOrFalse(requestResponseInformation, name);
  }
  if (userProperties !== undefined)
    options.userProperties = pairsOf(userProperties, `userProperties of ${what}`);
  if (authentication !== undefined) options.authentication = clientAuthentication(authentication, what, ask);
  return options;
}
