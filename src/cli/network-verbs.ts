/** The verbs that have to do with real brokers, clients and networks. */
import { clientVerbOptions } from './client-verb-options.ts';
import { brokerVerbOptions } from './serve-options.ts';
import type { VerbOption, VerbTable } from './verb.ts';

/** Of verbs that record real traffic. */
const watchOptions: Readonly<Record<string, VerbOption>> = {
  view: { type: 'boolean', help: 'shows the traffic in a page while it goes on, and prints its address' },
  'view-port': { type: 'string', value: 'PORT', help: 'the port of that page (default: a free one)' },
};

export const networkVerbs: VerbTable = {
  serve: {
    summary: 'serve real clients with the broker of the simulation',
    usage: 'amber serve [options]',
    takes: [0, 0],
    options: {
      port: {
        type: 'string',
        short: 'p',
        value: 'PORT',
        help: 'where to listen for TCP (default 1883; 0 takes a free one)',
      },
      'ws-port': { type: 'string', value: 'PORT', help: 'where to listen for WebSocket (default: nowhere)' },
      host: {
        type: 'string',
        value: 'ADDRESS',
        help: 'on which address (default 127.0.0.1: this machine only)',
      },
      origin: {
        type: 'string',
        multiple: true,
        value: 'ORIGIN',
        help: "whose web pages may connect, as https://example.org; * is any (default: this host's, and any that knows a password)",
      },
      cert: { type: 'string', value: 'FILE', help: 'the certificate, in PEM: both ports speak TLS' },
      key: { type: 'string', value: 'FILE', help: 'its key, in PEM' },
      data: { type: 'string', value: 'DIR', help: 'keeps sessions, retained and queued messages there' },
      durability: {
        type: 'string',
        value: 'HOW',
        help: 'sync: nothing is acknowledged before the disk has it; interval: it follows within 1 s (default sync)',
      },
      trace: {
        type: 'string',
        short: 't',
        value: 'FILE',
        help: 'records all packets, for amber view and amber diff',
      },
      ...watchOptions,
      'password-file': {
        type: 'string',
        value: 'FILE',
        help: 'who may connect: names and hashes, as mosquitto_passwd writes them',
      },
      acl: {
        type: 'string',
        value: 'FILE',
        help: 'who may publish and subscribe to what, as mosquitto has it',
      },
      ...brokerVerbOptions,
    },
    details: [
      'It prints the addresses it listens on and serves until it is ended by SIGINT or SIGTERM, in order.',
      'With --acl a subscription is granted when all that it matches may be read, and refused otherwise.',
      '--data needs the package classic-level. Without it everything is forgotten in the end.',
    ],
    examples: [
      'amber serve',
      'amber serve --port 1884 --ws-port 9001 --data /var/lib/amber',
      'amber serve --view',
      'amber serve --maximum-qos 1 --max-queue 10 --trace today.amber.jsonl.gz',
    ],
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  pub: {
    summary: 'publish a message to a real broker',
    usage: 'amber pub --topic TOPIC --message TEXT [options]',
    takes: [0, 0],
    options: {
      topic: { type: 'string', short: 't', value: 'TOPIC', help: 'the topic' },
      message: { type: 'string', short: 'm', value: 'TEXT', help: 'the message' },
      file: { type: 'string', short: 'f', value: 'FILE', help: 'the message is what is in FILE' },
      'null-message': {
        type: 'boolean',
        short: 'n',
        help: 'an empty message: with --retain it deletes what is retained',
      },
      'stdin-line': { type: 'boolean', short: 'l', help: 'each line that is piped in is a message' },
      'stdin-file': { type: 'boolean', short: 's', help: 'all that is piped in is the message' },
      qos: { type: 'string', short: 'q', value: 'QOS', help: '0, 1 or 2 (default 0)' },
      retain: { type: 'boolean', short: 'r', help: 'retain it' },
      ...clientVerbOptions,
    },
    details: [
      'Options have the letters of mosquitto_pub. It ends when the message is acknowledged.',
      'docs/serve.md has the properties that -D knows.',
    ],
    examples: ['amber pub -t plant/1/temperature -m 21.5 -q 1', 'amber pub -t kept -n -r'],
    load: async () => (await import('./pub.ts')).pub,
  },
  sub: {
    summary: 'print the messages of a real broker',
    usage: 'amber sub --topic FILTER [options]',
    takes: [0, 0],
    options: {
      topic: {
        type: 'string',
        short: 't',
        multiple: true,
        value: 'FILTER',
        help: 'what to subscribe to; may be repeated',
      },
      qos: { type: 'string', short: 'q', value: 'QOS', help: '0, 1 or 2 (default 0)' },
      'filter-out': {
        type: 'string',
        short: 'T',
        multiple: true,
        value: 'FILTER',
        help: 'do not print what this matches; may be repeated',
      },
      'no-retained': { type: 'boolean', short: 'R', help: 'do not print retained messages' },
      format: {
        type: 'string',
        short: 'F',
        value: 'FORMAT',
        help: 'how to print a message: %t topic, %p payload, %x in hex, %l its length, %q QoS, %r retained, %U seconds, %I date',
      },
      'no-newline': { type: 'boolean', short: 'N', help: 'no line end after a message' },
      count: { type: 'string', short: 'C', value: 'N', help: 'end after N messages' },
      timeout: { type: 'string', short: 'W', value: 'SECONDS', help: 'end after SECONDS' },
      verbose: { type: 'boolean', short: 'v', help: 'print the topic before each message' },
      ...clientVerbOptions,
    },
    details: [
      'Options have the letters of mosquitto_sub. A message is printed as it came, and a line end after it.',
      'Of 5.0 --format has %C content type, %D correlation data, %E expiry, %F format indicator, %P user properties, %R response topic,',
      '%S subscription identifiers. \\n, \\t and %% are what they are in printf.',
      'Exit code 5 when --timeout comes before --count.',
    ],
    examples: ["amber sub -t 'plant/#' -v", 'amber sub -t queue -q 1 -c -i worker -C 1 -W 10'],
    load: async () => (await import('./sub.ts')).sub,
  },
  talk: {
    summary: 'play protocol dialogues against a broker',
    usage: 'amber talk FILE... [options]',
    takes: [1, Infinity],
    options: {
      to: {
        type: 'string',
        value: 'HOST:PORT',
        help: 'the broker, over TCP (default: that of amber, in the simulation)',
      },
      protocol: { type: 'string', value: 'VERSION', help: 'only in this version: 3.1, 3.1.1 or 5.0' },
    },
    details: [
      'FILE says what clients send and what has to come back; docs/dialogues.md has the format.',
      'A dialogue begins with an empty broker: against another one, what it retains and keeps is in the way.',
      'Exit code 1 when one of them does not go as it is written.',
    ],
    examples: [
      'amber talk test/dialogues/retained-late.dialogue',
      'amber talk test/dialogues/publish-*.dialogue --to 127.0.0.1:1883 --protocol 5.0',
    ],
    load: async () => (await import('./talk.ts')).talk,
  },
  tap: {
    summary: 'record what real clients and a real broker say to each other',
    usage: 'amber tap --listen PORT --to HOST:PORT --trace FILE [options]',
    takes: [0, 0],
    options: {
      listen: {
        type: 'string',
        value: 'PORT',
        help: 'where clients connect, on this machine (0 takes a free one)',
      },
      to: { type: 'string', value: 'HOST:PORT', help: 'the broker' },
      trace: { type: 'string', short: 't', value: 'FILE', help: 'where to write the trace' },
      ...watchOptions,
    },
    details: [
      'Every byte is passed on unchanged, TCP only. The trace is whole when it is ended by SIGINT or SIGTERM.',
    ],
    examples: [
      'amber tap --listen 1884 --to 127.0.0.1:1883 --trace field.amber.jsonl.gz',
      'amber tap --listen 1884 --to 127.0.0.1:1883 --view',
    ],
    load: async () => (await import('./tap.ts')).tapCommand,
  },
  import: {
    summary: 'make a trace from a capture of the network',
    usage: 'amber import CAPTURE [options]',
    takes: [1, 1],
    options: {
      port: {
        type: 'string',
        short: 'p',
        multiple: true,
        value: 'PORT',
        help: 'where brokers listen, for TCP or WebSocket; may be repeated (default 1883)',
      },
      trace: { type: 'string', short: 't', value: 'FILE', help: 'where to write the trace (default: here)' },
    },
    details: [
      'CAPTURE is pcap or pcapng, as tcpdump, dumpcap and Wireshark write them: Ethernet, Linux cooked, loopback or raw IP, IPv4 and IPv6.',
      'What the capture misses is said. What is encrypted cannot be read.',
    ],
    examples: [
      'amber import field.pcapng',
      'amber import field.pcap --port 1884 --port 9001 --trace field.amber.jsonl.gz',
    ],
    load: async () => (await import('./import.ts')).importCommand,
  },
};
