/** The verbs that read what was recorded. */
import type { VerbTable } from './verb.ts';

export const traceVerbs: VerbTable = {
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
      'TRACE is from amber run, amber serve --trace, amber tap or amber import; FILTER is a topic filter, in quotes.',
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
    usage: "amber view [TRACE | '#LINK'] [OTHER] [options]",
    takes: [0, Infinity],
    options: {
      port: { type: 'string', value: 'PORT', help: 'the port to serve on (default: a free one)' },
      open: { type: 'boolean', help: 'start the browser as well' },
    },
    details: [
      'The address it prints answers on this machine only, until Ctrl-C.',
      'A link from its # on, as reports name it, runs a story in the page.',
      'Without a trace it opens the start page, with lessons and playground; with a second one it opens where the two are compared.',
    ],
    examples: [
      'amber view .amber/flapping-uplink-7.amber.jsonl.gz',
      'amber view monday.amber.jsonl.gz tuesday.amber.jsonl.gz',
    ],
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
};
