/** Properties of 5.0 as `-D COMMAND PROPERTY VALUE` of mosquitto_pub and mosquitto_sub names them. */
import { oneOf, usage, wholeNumber } from './option-values.ts';
import { type Arguments, BETWEEN_WORDS } from './verb.ts';

type Command = 'connect' | 'publish' | 'subscribe' | 'will';
type Value = string | number | boolean | Uint8Array;

interface Property {
  readonly of: readonly Command[];
  readonly name: string;
  read(text: string, option: string): Value;
}

const upTo =
  (greatest: number, least = 0) =>
  (text: string, option: string) =>
    wholeNumber(text, option, least, greatest);
const flag = (text: string, option: string) => oneOf(text, option, ['0', '1']) === '1';
const asIs = (text: string) => text;
const UINT16 = 65_535;
const UINT32 = 0xffff_ffff;
const VARIABLE_BYTE_INTEGER = 268_435_455;

const PROPERTIES: Readonly<Record<string, Property>> = {
  'session-expiry-interval': { of: ['connect'], name: 'sessionExpiryInterval', read: upTo(UINT32) },
  'receive-maximum': { of: ['connect'], name: 'receiveMaximum', read: upTo(UINT16, 1) },
  'maximum-packet-size': { of: ['connect'], name: 'maximumPacketSize', read: upTo(UINT32, 1) },
  'topic-alias-maximum': { of: ['connect'], name: 'topicAliasMaximum', read: upTo(UINT16) },
  'request-response-information': { of: ['connect'], name: 'requestResponseInformation', read: flag },
  'request-problem-information': { of: ['connect'], name: 'requestProblemInformation', read: flag },
  'payload-format-indicator': { of: ['publish', 'will'], name: 'payloadFormatIndicator', read: upTo(1) },
  'message-expiry-interval': { of: ['publish', 'will'], name: 'messageExpiryInterval', read: upTo(UINT32) },
  'content-type': { of: ['publish', 'will'], name: 'contentType', read: asIs },
  'response-topic': { of: ['publish', 'will'], name: 'responseTopic', read: asIs },
  'correlation-data': {
    of: ['publish', 'will'],
    name: 'correlationData',
    read: (text) => new TextEncoder().encode(text),
  },
  'will-delay-interval': { of: ['will'], name: 'willDelayInterval', read: upTo(UINT32) },
  'subscription-identifier': {
    of: ['subscribe'],
    name: 'subscriptionIdentifier',
    read: upTo(VARIABLE_BYTE_INTEGER, 1),
  },
};

export type Properties = Record<string, Value | [string, string][]>;

/** What was given for each command; nothing for one that has none. @throws CommandError naming the property */
export function propertiesOf({ options }: Arguments): Partial<Record<Command, Properties>> {
  const all: Partial<Record<Command, Properties>> = {};
  for (const given of (options.property ?? []) as readonly string[]) {
    const [command = '', property = '', ...values] = given.split(BETWEEN_WORDS);
    const of = oneOf(command, '-D', ['connect', 'publish', 'subscribe', 'will']);
    all[of] ??= {};
    const own = all[of];
    if (property === 'user-property') {
      if (values.length !== 2) throw usage(`-D ${command} user-property needs a name and a value`);
      own.userProperties = [...((own.userProperties as [string, string][]) ?? []), [values[0]!, values[1]!]];
      continue;
    }
    const known = Object.hasOwn(PROPERTIES, property) ? PROPERTIES[property]! : undefined;
    if (known === undefined || !known.of.includes(of)) {
      throw usage(`-D ${command} has no property '${property}'`);
    }
    if (values.length !== 1) throw usage(`-D ${command} ${property} needs a value`);
    own[known.name] = known.read(values[0]!, `-D ${command} ${property}`);
  }
  return all;
}
