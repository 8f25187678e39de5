/**
 * Whether a sweep that broke nothing tried hard enough for that to mean something.
 *
 * Machines survive any number of seeds in which nothing happens. So a sweep that is to show that they hold has to show as well that
 * everything struck that can, that clients lost their connections, that every rule had something to judge while something was wrong, and that
 * nothing was let off but what had been given up by those it was promised to.
 */
import { HOSTILE } from '../sim/profile.ts';
import { describeOften } from '../trace/describe.ts';
import type { SweepTally } from './sweep-tally.ts';

/** In half of the seeds clients come back at least so often. */
const RECONNECTS_AT_LEAST = 3;

/**
 * Excuses that are no weakness of a machine: what a client or a publisher had asked for itself, and what no observer can decide, since
 * CONNECT may go unanswered, and DISCONNECT always does.
 */
const GIVEN_UP: readonly RegExp[] = [
  /^its session ended with its connection$/,
  /^its session had ended$/,
  /^its session ended when the client asked for a clean one$/,
  /^it expired after \d+ s$/,
  /^nobody can see whether its session went on$/,
  /^\S+ crashed before it had to have stored (a|the) DISCONNECT$/,
];

/** What a sweep was too mild in, a sentence each; none when it was not. */
export function mildnessOf(tally: SweepTally): string[] {
  const shortcomings: string[] = [];
  const spared = HOSTILE.filter((family) => !tally.faults.has(family));
  if (spared.length > 0) shortcomings.push(`no seed met these faults: ${spared.join(', ')}`);
  if (tally.medianReconnects < RECONNECTS_AT_LEAST)
    shortcomings.push(
      `half of the seeds had ${tally.medianReconnects} reconnects or fewer, not ${RECONNECTS_AT_LEAST}`,
    );
  const calm = tally.rules.filter(({ underFault }) => underFault === 0).map(({ rule }) => rule);
  if (calm.length > 0)
    shortcomings.push(`no fault was there when these rules were asked: ${calm.join(', ')}`);
  for (const [reason, times] of tally.excuses) {
    if (!GIVEN_UP.some((pattern) => pattern.test(reason)))
      shortcomings.push(`${describeOften(times)} a promise was excused because ${reason}`);
  }
  for (const { file, text } of tally.unseen) shortcomings.push(`${file} never saw that ${text}`);
  if (tally.cutShort > 0) {
    const stories = tally.cutShort === 1 ? 'a story was' : `${tally.cutShort} stories were`;
    shortcomings.push(`${stories} cut short by the crash of a client that was waited for`);
  }
  return shortcomings;
}
