/** The corpus on one broker for each way to tell it something: every offence has connections of its own, many at a time. */
import { type Ground, play } from '../../../src/dialogue/play.ts';
import { socketGround } from '../../../src/net/dialogue-ground.ts';
import { serve } from '../../../src/net/serve.ts';
import { canTellMosquitto, inParallel, type Outcome, withMosquitto } from '../grounds.ts';
import { corpus, type Entry } from './corpus.ts';

const AT_ONCE = 24;
/** Whoever has not answered a malformed packet by now takes it for a good one. */
const PATIENCE_MICROS = 3_000_000;

type Options = Entry['dialogue']['broker'];

async function inGroups(
  entries: readonly Entry[],
  withBroker: (options: Options, work: (ground: Ground) => Promise<void>) => Promise<void>,
): Promise<Map<Entry, Outcome>> {
  const outcomes = new Map<Entry, Outcome>();
  const groups = [...new Set(entries.map(({ broker }) => broker))].map((told) =>
    entries.filter(({ broker }) => broker === told),
  );
  await inParallel(groups, groups.length, (group) =>
    withBroker(group[0]!.dialogue.broker, async (ground) => {
      await inParallel(group, AT_ONCE, async (entry) => {
        outcomes.set(entry, await play(entry.dialogue, entry.protocolVersion, ground));
      });
    }),
  );
  return outcomes;
}

/** Our broker on sockets. */
export function onOurs(): Promise<Map<Entry, Outcome>> {
  return inGroups(corpus, async (options, work) => {
    const server = await serve({ port: 0, options });
    try {
      await work(socketGround(server.address));
    } finally {
      await server.close();
    }
  });
}

/** Mosquitto, for whatever it can be told. */
export function onTheirs(binary: string): Promise<Map<Entry, Outcome>> {
  const entries = corpus.filter(({ dialogue }) => canTellMosquitto(dialogue.broker));
  return inGroups(entries, (options, work) =>
    withMosquitto(binary, options, (ground) => work(impatient(ground))),
  );
}

function impatient(ground: Ground): Ground {
  return {
    ...ground,
    async open(client) {
      const wire = await ground.open(client);
      return { ...wire, next: (within) => wire.next(Math.min(within, PATIENCE_MICROS)) };
    },
  };
}
