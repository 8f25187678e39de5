/** `amber explain`: what became of messages, on a page each, from a trace that was saved. */
import { createChecker } from '../check/index.ts';
import {
  Life,
  Lives,
  type MessagePage,
  type Obituary,
  obituariesOf,
  type Publication,
  pageOf,
} from '../check/lives/index.ts';
import { matches } from '../mqtt/topic/matches.ts';
import { filterError } from '../mqtt/topic/validity.ts';
import type { Verdict } from '../trace/event.ts';
import type { Trace } from '../trace/reader.ts';
import { readSaved } from './check.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { describeList } from './ledger-list.ts';
import { describeObituaries, describePages } from './ledger-page.ts';
import { usage } from './option-values.ts';
import { styleFor, visible } from './style.ts';
import type { Arguments } from './verb.ts';
import { number } from './wording.ts';

/** More messages than these are a line each. */
const PAGES_MAX = 3;
const LISTED_MAX = 40;

/** @throws CommandError for a file that is no trace, and for a choice that fits no message. */
export function explain({ positionals, options }: Arguments, io: CommandIo): ExitCode {
  const [path, filter] = positionals as [string, string | undefined];
  const { event, from, to } = options as Readonly<Record<string, string | undefined>>;
  const wrong = filter === undefined ? undefined : filterError(filter);
  if (wrong !== undefined) throw usage(`'${filter}' is no topic filter: ${wrong}`);
  const trace = readSaved(path);
  const lives = livesOf(trace);
  const choice: Choice = {
    filter,
    from,
    to,
    event: event === undefined ? undefined : ordinalOf(event, trace),
  };
  const chosen = chosenBy(lives, choice);
  const isChoice = [filter, from, to, event].some((each) => each !== undefined);
  if (isChoice && chosen.length === 0) {
    const what = event === undefined ? 'has no such message' : `has no message that event ${event} is about`;
    throw usage(`${path} ${what}; amber explain ${path} lists those it has`);
  }
  const mine = (life: Life) => to === undefined || life.to === to;
  const style = styleFor(io);
  const obituaries = isChoice ? [] : obituariesOf(lives);
  if (options.json === true) {
    const messages = chosen.map((publication) => pageOf(lives, publication, mine));
    io.out(`${JSON.stringify({ file: path, obituaries, messages } satisfies Explained)}\n`);
  } else if (obituaries.length > 0) {
    io.out(describeObituaries(obituaries, PAGES_MAX, path, style));
  } else if (isChoice && chosen.length <= PAGES_MAX) {
    const pages = chosen.map((publication) => pageOf(lives, publication, mine));
    io.out(describePages(pages, style));
  } else {
    io.out(describeList(lives, chosen, LISTED_MAX, path, style, mine));
  }
  return exitCodes.passed;
}

/** What `--json` prints: obituaries when nothing was chosen, and a page for every message that was. */
interface Explained {
  readonly file: string;
  readonly obituaries: readonly Obituary[];
  readonly messages: readonly MessagePage[];
}

interface Choice {
  readonly filter: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly event: number | undefined;
}

/** The messages of a trace; a trace that was never judged is judged now. */
function livesOf({ header, list }: Trace): Lives {
  const lives = new Lives(header.vantage);
  for (const event of list) lives.observe(event);
  if (list.some(({ k }) => k === 'verdict')) return lives;
  const checker = createChecker({
    vantage: header.vantage,
    known: header.known,
    emit: (verdict) => {
      if (verdict.outcome === 'broken') lives.verdicts.push({ ...verdict, ...lives.end, c: 0 } as Verdict);
    },
  });
  for (const event of list) checker.observe(event);
  checker.finish({ quiet: false });
  return lives;
}

function ordinalOf(text: string, { list }: Trace): number {
  const ordinal = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : 0;
  if (ordinal === 0 || ordinal > list.length) {
    throw usage(`--event is '${visible(text)}'; the trace has the events 1 to ${number(list.length)}`);
  }
  return ordinal;
}

function chosenBy(lives: Lives, { filter, from, to, event }: Choice): Publication[] {
  const ordinals = event === undefined ? [] : [event, ...(aboutOf(lives, event) ?? [])];
  const owners = new Set(
    ordinals.flatMap((ordinal) => {
      const owner = lives.ownerOf(ordinal);
      return owner === undefined ? [] : [owner instanceof Life ? owner.publication : owner];
    }),
  );
  return lives.publications.filter(
    (publication) =>
      (event === undefined || owners.has(publication)) &&
      (filter === undefined || matches(filter, publication.topic)) &&
      (from === undefined || publication.publisher === from || publication.clientId === from) &&
      (to === undefined || publication.lives.some((life) => life.to === to)),
  );
}

function aboutOf({ verdicts }: Lives, event: number): readonly number[] | undefined {
  return verdicts.find(({ i }) => i === event)?.about;
}
