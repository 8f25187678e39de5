/** The verbs that run stories: once, many times, and again. */
import { runVerbOptions } from './run-settings.ts';
import type { VerbOption, VerbTable } from './verb.ts';

const workers: VerbOption = {
  type: 'string',
  short: 'w',
  value: 'N',
  help: 'threads (default: one for each core)',
};
const reporter: VerbOption = {
  type: 'string',
  short: 'r',
  value: 'FORM',
  help: 'pretty, json, junit or github (default pretty)',
};

/** Who plays is named otherwise where several do. */
const { mutant: _, ...withoutMutant } = runVerbOptions;

export const storyVerbs: VerbTable = {
  run: {
    summary: 'run a scenario once and say what happened',
    usage: 'amber run FILE [options]',
    takes: [1, 1],
    options: {
      seed: { type: 'string', short: 's', value: 'S', help: 'the seed of all chance (default 1)' },
      trace: { type: 'string', short: 't', value: 'FILE', help: 'where to write the trace; - for none' },
      level: { type: 'string', short: 'l', value: 'LEVEL', help: 'digest, packets or full (default full)' },
      ...runVerbOptions,
      fault: {
        type: 'string',
        multiple: true,
        value: 'JSON',
        help: 'strikes this fault as well; may be repeated',
      },
      json: { type: 'boolean', help: 'print one JSON object instead of the report' },
      'check-determinism': { type: 'boolean', help: 'run twice and compare event by event' },
    },
    details: [
      'FILE is TypeScript or JavaScript whose default export is a scenario.',
      'The trace goes to .amber/NAME-SEED.amber.jsonl.gz in this directory unless --trace says otherwise;',
      'at level digest none is written.',
      'A fault is what docs/trace.md calls one in a header; the viewer writes the command of a run that faults were added to.',
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
      workers,
      shard: { type: 'string', value: 'I/N', help: 'only the seeds of the I-th of N machines' },
      for: { type: 'string', value: 'TIME', help: 'begin no seed after so much real time, as 10min' },
      bail: { type: 'boolean', help: 'end at the first seed that fails' },
      out: {
        type: 'string',
        short: 'o',
        value: 'DIR',
        help: 'keeps a journal there, and trace, failure, picture and page of what failed',
      },
      resume: { type: 'boolean', help: 'go on with the sweep of --out where it was ended' },
      corpus: {
        type: 'string',
        short: 'c',
        value: 'DIR',
        help: 'seeds worth keeping: run first, and added to by what was found',
      },
      queue: {
        type: 'string',
        short: 'q',
        value: 'URL',
        help: 'let amber worker run them: redis://host:port/db',
      },
      reporter,
    },
    details: [
      'The judge is on and nothing is recorded; a seed that fails is run again, alone, to see whether it is the same run.',
      'Seeds are grouped by what broke first. A `sometimes` that no seed saw fails the sweep.',
      '--queue needs the packages bullmq and ioredis, and a Redis that docs/campaigns.md tells about.',
    ],
    examples: [
      'amber sweep sims/flapping-uplink.ts --seeds 1000',
      'amber sweep sims/*.ts --profile swarm --seeds 20000 --out sweeps/today',
      'amber sweep story.ts --seeds 1..100000 --shard 2/8 --for 10min --reporter junit',
      'amber sweep story.ts --seeds 1000000 --queue redis://10.0.0.5:6379 --out sweeps/large',
    ],
    load: async () => (await import('./sweep.ts')).sweepCommand,
  },
  worker: {
    summary: 'run seeds of the sweeps that others submit to a queue',
    usage: 'amber worker --queue URL [options]',
    takes: [0, 0],
    options: {
      queue: { type: 'string', short: 'q', value: 'URL', help: 'of the sweeps: redis://host:port/db' },
      workers,
    },
    details: [
      'It is started in the directory in which amber sweep was started elsewhere, of the same checkout: stories are looked for from there,',
      'and one that is another is refused, as is another version of this package. It goes on until it is told to end.',
      'It needs the packages bullmq and ioredis (docs/campaigns.md).',
    ],
    examples: [
      'amber worker --queue redis://10.0.0.5:6379',
      'amber worker --queue redis://localhost:6379/3 --workers 2',
    ],
    load: async () => (await import('./worker.ts')).workerCommand,
  },
  merge: {
    summary: 'add up the sweeps of several machines',
    usage: 'amber merge DIR... [options]',
    takes: [1, Infinity],
    options: {
      reporter,
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
      workers,
      out: { type: 'string', short: 'o', value: 'DIR', help: 'where failures are saved (default .amber)' },
      reporter,
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
  compare: {
    summary: 'play a story with several brokers and clients, and say where a promise tells them apart',
    usage: 'amber compare FILE --brokers A,B --clients C,D [options]',
    takes: [1, 1],
    options: {
      brokers: {
        type: 'string',
        short: 'b',
        value: 'NAMES',
        help: 'who plays the brokers: native, aedes, a bug of the zoo, ./module.ts (default native)',
      },
      clients: {
        type: 'string',
        short: 'c',
        value: 'NAMES',
        help: 'who plays the clients: native, mqttjs, a bug of the zoo, ./module.ts (default native)',
      },
      seeds: {
        type: 'string',
        short: 's',
        value: 'SEEDS',
        help: 'how many, or from where to where as 17..40 (default 10)',
      },
      ...withoutMutant,
      protocol: {
        type: 'string',
        value: 'VERSION',
        help: 'what clients speak where none of them says it: 3.1, 3.1.1 or 5.0 (default: as the story says)',
      },
      workers,
      out: {
        type: 'string',
        short: 'o',
        value: 'DIR',
        help: 'keeps the traces of the first seed of each difference there',
      },
      json: { type: 'boolean', help: 'print one JSON object instead of the report' },
    },
    details: [
      'Every broker is paired with every client, and each pairing plays the same story with the same seeds and faults.',
      'Code that differs behaves differently: what is reported are promises that were broken with one pairing and not with another, of the',
      'standards, of the story, or that it comes to its end. What a player does not have, it says in a line, and is not compared.',
    ],
    examples: [
      'amber compare story.ts --brokers native,aedes --clients native,mqttjs',
      'amber compare sims/zoo/sessions.ts --brokers native,backlog-reversed --seeds 20 --json',
    ],
    load: async () => (await import('./compare.ts')).compareCommand,
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
};
