/** The options that `amber pub` and `amber sub` share, for the table of verbs. */
import type { VerbOption } from './verb.ts';

export const clientVerbOptions: Readonly<Record<string, VerbOption>> = {
  host: { type: 'string', short: 'h', value: 'HOST', help: 'where the server is (default 127.0.0.1)' },
  port: { type: 'string', short: 'p', value: 'PORT', help: 'its port (default 1883; 8883 with TLS)' },
  url: {
    type: 'string',
    short: 'L',
    value: 'URL',
    help: 'both and more: mqtt://NAME:PASSWORD@HOST:PORT/TOPIC, mqtts:, or ws:// and wss:// with a path of their own',
  },
  id: {
    type: 'string',
    short: 'i',
    value: 'ID',
    help: 'the client identifier (default: one that is made up)',
  },
  'disable-clean-session': { type: 'boolean', short: 'c', help: 'keep the session of --id at the server' },
  keepalive: { type: 'string', short: 'k', value: 'SECONDS', help: 'keep-alive (default 60)' },
  username: { type: 'string', short: 'u', value: 'NAME', help: 'user name' },
  pw: { type: 'string', short: 'P', value: 'PASSWORD', help: 'password' },
  'protocol-version': {
    type: 'string',
    short: 'V',
    value: 'VERSION',
    help: 'mqttv31, mqttv311 or mqttv5 (default mqttv311)',
  },
  'session-expiry-interval': {
    type: 'string',
    short: 'x',
    value: 'SECONDS',
    help: '5.0: how long the server keeps the session; -1 for ever',
  },
  property: {
    type: 'string',
    short: 'D',
    multiple: true,
    words: (given) => (given[1] === 'user-property' ? 4 : 3),
    value: 'COMMAND PROPERTY VALUE',
    help: '5.0: a property of connect, publish, subscribe or will; user-property has a name before its value',
  },
  cafile: { type: 'string', value: 'FILE', help: 'TLS, and whom to trust: certificates in PEM' },
  cert: { type: 'string', value: 'FILE', help: 'TLS: the certificate of this client' },
  key: { type: 'string', value: 'FILE', help: 'TLS: its key' },
  insecure: { type: 'boolean', help: 'TLS: believe any certificate; whoever is in between reads everything' },
  'will-topic': { type: 'string', value: 'TOPIC', help: 'topic of the will' },
  'will-payload': { type: 'string', value: 'TEXT', help: 'its message' },
  'will-qos': { type: 'string', value: 'QOS', help: 'its QoS (default 0)' },
  'will-retain': { type: 'boolean', help: 'retain it' },
};
