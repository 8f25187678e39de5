/** Where a run can be seen in a page that runs it again: of stories that come with the viewer. */
import { existsSync, realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunResult } from '../runner/run.ts';
import { runLink } from '../runner/run-link.ts';
import type { FaultFilter } from '../sim/fault.ts';
import type { TraceLevel } from '../trace/event.ts';
import type { CommandIo } from './io.ts';
import { quoted } from './wording.ts';

/** Where a viewer with its stories is, for links that others can follow; without it they are for this machine. */
const SITE_VARIABLE = 'AMBER_SITE';

interface LinkedResult {
  /** Of the scenario. */
  readonly path: string;
  readonly result: RunResult;
  readonly level: TraceLevel;
  /** Which faults took effect, where that was not left to script and chance. */
  readonly filter?: FaultFilter | undefined;
}

/** The place of a run in a page, from its `#` on: the first that broke. Undefined where no page could run it. */
export function pageLink({ path, result, level, filter = {} }: LinkedResult): string | undefined {
  const story = bundledStory(path);
  const { also, ...less } = filter;
  // What a page cannot leave out, or put in, would make it another run.
  if (story === undefined || Object.keys(less).length > 0) return undefined;
  const { scenario, seed, parameters, transport, nemesis, digest, report } = result;
  const words = runLink({
    story,
    seed,
    parameters,
    transport,
    level: level === 'digest' ? 'full' : level,
    ...(nemesis === undefined ? {} : { profile: nemesis.profile }),
    ...(result.substitute === undefined ? {} : { mutant: result.substitute }),
    ...(also === undefined ? {} : { faults: also }),
  });
  const place = new URLSearchParams({ scenario, digest });
  const event = level === 'digest' ? undefined : report?.violations[0]?.about.at(-1);
  const broken =
    report?.violations[0]?.t ??
    result.asserts.find(({ assertion, held, evaluated }) => assertion === 'always' && held < evaluated)
      ?.brokenAtMicros;
  if (event !== undefined) place.set('event', `${event}`);
  else if (broken !== undefined) place.set('time', `${broken}`);
  return `#${words}&${place}`;
}

/** What to open, or to type, to see it there. */
export function pageOf(link: string | undefined, environment: CommandIo['environment']): string | undefined {
  if (link === undefined) return undefined;
  return addressOf(link, environment) ?? `npx amber view ${quoted(link)}`;
}

/** What to open; undefined where nobody has said at which address a viewer is. */
export function addressOf(
  link: string | undefined,
  environment: CommandIo['environment'],
): string | undefined {
  const site = environment[SITE_VARIABLE] ?? '';
  return site === '' || link === undefined ? undefined : `${site}${link}`;
}

/** `sims/lessons/qos-1.ts` of this package is `lessons/qos-1`. */
function bundledStory(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  for (const root of ['../../', '../../../']) {
    if (!existsSync(new URL(`${root}package.json`, import.meta.url))) continue;
    const sims = new URL(`${root}sims/`, import.meta.url);
    if (!existsSync(sims)) return undefined;
    const place = relative(realpathSync(fileURLToPath(sims)), realpathSync(path))
      .split(sep)
      .join('/');
    return /^(?:lessons\/)?[^/.]+\.ts$/.test(place) ? place.slice(0, -'.ts'.length) : undefined;
  }
  return undefined;
}
