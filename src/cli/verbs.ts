/** The one table of what `amber` can do: dispatch, help and option parsing all read it. */

import { clientVerbOptions } from './client-verb-options.ts';
import type { ExitCode } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { runVerbOptions } from './run-settings.ts';
import { brokerVerbOptions } from './serve-options.ts';

export interface VerbOption {
  type: 'string' | 'boolean';
  short?: string;
  multiple?: boolean;
  /** For a value of several words: how many, by what follows the option. */
  words?: (given: readonly string[]) => number;
  /** Stands for the value in help: `--seed S`. */
  value?: string;
  help: string;
}

/** What stands between the words of a value of several words; nobody can type it. */
export const BETWEEN_WORDS = '\0';

/** What was typed after the verb, sorted into what the verb declared. */
export interface Arguments {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

export interface Verb {
  readonly summary: string;
  readonly usage: string;
  /** Least and greatest number of positional arguments. */
  readonly takes: readonly [least: number, greatest: number];
  readonly options: Readonly<Record<string, VerbOption>>;
  readonly details: readonly string[];
  readonly examples: readonly string[];
  /** Loads what the verb needs, and nothing else. */
  readonly load?: () => Promise<(args: Arguments, io: CommandIo) => Promise<ExitCode> | ExitCode>;
  /** For a verb that reads its own arguments. */
  readonly loadRaw?: () => Promise<(argv: readonly string[], io: CommandIo) => Promise<ExitCode> | ExitCode>;
}

export const verbs: Readonly<Record<string, Verb>> = {
  run: {
    summary: 'run a scenario once and say what happened',
    usage: 'amber run FILE [options]',
    takes: [1, 1],
    options: {
      seed: { type: 'string', short: 's', value: 'S', help: 'the seed of all chance (default 1)' },
      trace: { type: 'string', short: 't', value: 'FILE', help: 'where to write the trace; - for none' },
      level: { type: 'string', short: 'l', value: 'LEVEL', help: 'digest, packets or full (default full)' },
      ...runVerbOptions,
      json: { type: 'boolean', help: 'print one JSON object instead of the report' },
      'check-determinism': { type: 'boolean', help: 'run twice and compare event by event' },
    },
    details: [
      'FILE is TypeScript or JavaScript whose default export is a scenario.',
      'The trace goes to .amber/NAME-SEED.amber.jsonl.gz in this directory unless --trace says otherwise;',
      'at level digest none is written.',
      'A script that makes no progress for 20 s of real time is ended; AMBER_PATIENCE sets other seconds.',
    ],
    examples: [
      'amber run sims/flapping-uplink.ts',
      'amber run sims/durability.ts --seed 7 --param durability=none',
      'amber run story.ts --check-determinism --trace -',
    ],
    load: async () => (await import('./run.ts')).run,
  },
  sweep: {
    summary: 'run many seeds, and say what they reached and what they broke',
    usage: 'amber sweep FILE... [options]',
    takes: [1, Infinity],
    options: {
      seeds: {
        type: 'string',
        short: 's',
        value: 'SEEDS',
        help: 'how many, or from where to where as 17..40 (default 100)',
      },
      ...runVerbOptions,
      workers: { type: 'string', short: 'w', value: 'N', help: 'threads (default: one for each core)' },
      shard: { type: 'string', value: 'I/N', help: 'only the seeds of the I-th of N machines' },
      for: { type: 'string', value: 'TIME', help: 'begin no seed after so much real time, as 10min' },
      bail: { type: 'boolean', help: 'end at the first seed that fails' },
      out: {
        type: 'string',
        short: 'o',
        value: 'DIR',
        help: 'keeps a journal there, and trace and failure of what failed',
      },
      resume: { type: 'boolean', help: 'go on with the sweep of --out where it was ended' },
      reporter: {
        type: 'string',
        short: 'r',
        value: 'FORM',
        help: 'pretty, json, junit or github (default pretty)',
      },
    },
    details: [
      'The judge is on and nothing is recorded; a seed that fails is run again, alone, to see whether it is the same run.',
      'Seeds are grouped by what broke first. A `sometimes` that no seed saw fails the sweep.',
    ],
    examples: [
      'amber sweep sims/flapping-uplink.ts --seeds 1000',
      'amber sweep sims/*.ts --profile swarm --seeds 20000 --out sweeps/today',
      'amber sweep story.ts --seeds 1..100000 --shard 2/8 --for 10min --reporter junit',
    ],
    load: async () => (await import('./sweep.ts')).sweepCommand,
  },
  merge: {
    summary: 'add up the sweeps of several machines',
    usage: 'amber merge DIR... [options]',
    takes: [1, Infinity],
    options: {
      reporter: {
        type: 'string',
        short: 'r',
        value: 'FORM',
        help: 'pretty, json, junit or github (default pretty)',
      },
    },
    details: ['DIR is what --out named, or the journal in it. Seeds that two of them have count once.'],
    examples: ['amber merge shard-1 shard-2 shard-3'],
    load: async () => (await import('./merge.ts')).mergeCommand,
  },
  exhaust: {
    summary: 'strike every single fault at every place of a story, or every pair',
    usage: 'amber exhaust FILE [options]',
    takes: [1, 1],
    options: {
      faults: { type: 'string', short: 'f', value: 'N', help: 'faults of one run: 1, or 2 (default 1)' },
      seed: { type: 'string', short: 's', value: 'S', help: 'the seed of all chance (default 1)' },
      'no-prune': { type: 'boolean', help: 'also where two places are equivalent' },
      limit: { type: 'string', value: 'RUNS', help: 'make no more runs than this (default 100000)' },
      ...runVerbOptions,
      workers: { type: 'string', short: 'w', value: 'N', help: 'threads (default: one for each core)' },
      out: { type: 'string', short: 'o', value: 'DIR', help: 'where failures are saved (default .amber)' },
      reporter: {
        type: 'string',
        short: 'r',
        value: 'FORM',
        help: 'pretty, json, junit or github (default pretty)',
      },
    },
    details: [
      'A reset, a black hole and a partition before and after each packet; a crash and a power cut of each node before and after',
      'each batch it writes and syncs; each node stopped past each timer of its own and of whom it is linked with.',
      'The second fault of a pair is placed in the run that the first has made. docs/exhaust.md says what is equivalent.',
    ],
    examples: [
      'amber exhaust sims/exhaust/qos2.ts',
      'amber exhaust sims/exhaust/qos2.ts --faults 2',
      'amber exhaust sims/exhaust/qos2.ts --mutant qos2-forgotten',
    ],
    load: async () => (await import('./exhaust.ts')).exhaustCommand,
  },
  replay: {
    summary: 'run a saved failure again, and say whether it is the same',
    usage: 'amber replay FAILURE.failure.json [options]',
    takes: [1, 1],
    options: {
      trace: { type: 'string', short: 't', value: 'FILE', help: 'where to write the trace' },
      json: { type: 'boolean', help: 'print one JSON object instead of the report' },
    },
    details: [
      'The scenario is looked for from this directory, under the name that was typed when the failure was saved.',
      'A seed alone is run again by amber run FILE --seed S.',
    ],
    examples: ['amber replay sweeps/today/flapping-uplink-17.failure.json'],
    load: async () => (await import('./replay.ts')).replay,
  },
  shrink: {
    summary: 'find the least that still breaks the same promise',
    usage: 'amber shrink FAILURE.failure.json [options]',
    takes: [1, 1],
    options: {
      out: {
        type: 'string',
        short: 'o',
        value: 'FILE',
        help: 'where to write the smaller failure (default: beside it)',
      },
      'emit-test': {
        type: 'string',
        value: 'FILE',
        help: 'write what is left as a test for vitest: calls and faults with their times, no seed',
      },
    },
    details: [
      'Faults, clients and calls are left out, and what is left is made plainer, as long as the same thing breaks first.',
      'The margin says by how much a fault, a call or a link would have to move for the run to pass.',
    ],
    examples: [
      'amber shrink sweeps/today/flapping-uplink-17.failure.json',
      'amber shrink sweeps/today/flapping-uplink-17.failure.json --emit-test test/two-copies.test.ts',
    ],
    load: async () => (await import('./shrink.ts')).shrinkCommand,
  },
  dissect: {
    summary: 'take the bytes of an MQTT packet apart, field by field',
    usage: 'amber dissect HEX [--protocol V]',
    takes: [1, 64],
    options: {
      protocol: {
        type: 'string',
        value: 'V',
        help: '3.1, 3.1.1 or 5.0 (default 3.1.1; a CONNECT says its own)',
      },
      json: { type: 'boolean', help: 'print one JSON object' },
    },
    details: [
      'HEX may have spaces, colons and a leading 0x; several arguments are joined.',
      'A malformed packet is shown as far as it goes, with the rule it breaks, and ends with exit code 1.',
    ],
    examples: [
      'amber dissect 30 05 00 01 61 68 69',
      'amber dissect 10:0c:00:04:4d:51:54:54:04:02:00:3c:00:00',
    ],
    load: async () => (await import('./dissect.ts')).dissectCommand,
  },
  check: {
    summary: 'judge a trace that was saved',
    usage: 'amber check TRACE [options]',
    takes: [1, 1],
    options: { json: { type: 'boolean', help: 'print one JSON object' } },
    details: [
      'TRACE is from amber run, amber serve --trace, amber tap or amber import; rules that cannot be seen from there are listed as such.',
      'Exit code 1 when a promise was broken.',
    ],
    examples: ['amber check .amber/flapping-uplink-7.amber.jsonl.gz'],
    load: async () => (await import('./check.ts')).checkCommand,
  },
  explain: {
    summary: 'say what became of a message, step by step, for each subscriber',
    usage: 'amber explain TRACE [FILTER] [options]',
    takes: [1, 2],
    options: {
      event: {
        type: 'string',
        short: 'e',
        value: 'N',
        help: 'the message that event N of the trace is about: a call, a packet, a delivery, a verdict',
      },
      from: { type: 'string', value: 'CLIENT', help: 'only what this client published' },
      to: { type: 'string', value: 'CLIENT', help: 'only what this client got, or should have' },
      json: { type: 'boolean', help: 'print one JSON object' },
    },
    details: [
      'TRACE is from amber run, amber serve --trace or amber tap; FILTER is a topic filter, in quotes.',
      'Without a choice it tells of the messages by which a promise was broken, and otherwise lists all.',
      'Steps are seen by anybody, or told: by a machine or a disk of itself, in a trace of level full.',
    ],
    examples: [
      'amber explain .amber/flapping-uplink-7.amber.jsonl.gz',
      "amber explain story-17.amber.jsonl.gz 'plant/+/temperature' --to screen",
      'amber explain story-17.amber.jsonl.gz --event 481',
    ],
    load: async () => (await import('./explain.ts')).explain,
  },
  diff: {
    summary: 'compare two traces up to the first event that differs',
    usage: 'amber diff A B',
    takes: [2, 2],
    options: { json: { type: 'boolean', help: 'print one JSON object' } },
    details: ['Exit code 0 when they are the same, 4 when they differ.'],
    examples: ['amber diff monday.amber.jsonl.gz tuesday.amber.jsonl.gz'],
    load: async () => (await import('./diff.ts')).diffCommand,
  },
  view: {
    summary: 'open a trace in the browser',
    usage: 'amber view [TRACE] [options]',
    takes: [0, Infinity],
    options: {
      port: { type: 'string', value: 'PORT', help: 'the port to serve on (default: a free one)' },
      open: { type: 'boolean', help: 'start the browser as well' },
    },
    details: [
      'The address it prints answers on this machine only, until Ctrl-C.',
      'Without a trace the page asks for one.',
    ],
    examples: ['amber view .amber/flapping-uplink-7.amber.jsonl.gz'],
    loadRaw: async () => (await import('./view.ts')).view,
  },
  export: {
    summary: 'make a picture, a page or a capture of a trace',
    usage: 'amber export TRACE --svg|--html|--mermaid|--pcapng OUT [options]',
    takes: [1, 1],
    options: {
      svg: { type: 'string', value: 'OUT', help: 'its sequence diagram, as a picture' },
      html: {
        type: 'string',
        value: 'OUT',
        help: 'the viewer with the trace in it, as one page that opens from a disk',
      },
      mermaid: { type: 'string', value: 'OUT', help: 'a sequence diagram in the words of Mermaid' },
      pcapng: { type: 'string', value: 'OUT', help: 'a capture that Wireshark opens' },
      from: { type: 'string', value: 'TIME', help: 'the part of a picture that begins there, as 1.5s' },
      to: { type: 'string', value: 'TIME', help: 'and ends there' },
      event: {
        type: 'string',
        short: 'e',
        value: 'N',
        help: 'what event N of the trace is about, and what led to it',
      },
      theme: { type: 'string', value: 'THEME', help: 'of --svg: light or dark (default light)' },
    },
    details: [
      'Several forms can be made at once; - prints one. A picture has room for 150 packets: of a longer trace it shows what the first',
      'broken promise is about, or the beginning, and says what it left out. The page and the capture have the whole trace.',
    ],
    examples: [
      'amber export .amber/flapping-uplink-7.amber.jsonl.gz --svg uplink.svg',
      'amber export story-17.amber.jsonl.gz --svg cut.svg --from 1.5s --to 4s --theme dark',
      'amber export story-17.amber.jsonl.gz --html story.html --pcapng story.pcapng',
    ],
    load: async () => (await import('./export.ts')).exportCommand,
  },
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
    usage: 'amber tap --listen PORT --to HOST:PORT --trace FILE',
    takes: [0, 0],
    options: {
      listen: {
        type: 'string',
        value: 'PORT',
        help: 'where clients connect, on this machine (0 takes a free one)',
      },
      to: { type: 'string', value: 'HOST:PORT', help: 'the broker' },
      trace: { type: 'string', short: 't', value: 'FILE', help: 'where to write the trace' },
    },
    details: [
      'Every byte is passed on unchanged, TCP only. The trace is whole when it is ended by SIGINT or SIGTERM.',
    ],
    examples: ['amber tap --listen 1884 --to 127.0.0.1:1883 --trace field.amber.jsonl.gz'],
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
