/** Lists of messages, as a terminal shows them. */
import { fateOf, type Life, type Lives, type Publication, titleOf } from '../check/lives/index.ts';
import { formatTime } from '../sim/time.ts';
import { fate } from './ledger-page.ts';
import { type Style, visible } from './style.ts';
import { counted, number, quoted } from './wording.ts';

const SUBSCRIBERS_LISTED = 6;

/** A line for each message, the first of them. */
export function describeList(
  lives: Lives,
  publications: readonly Publication[],
  listed: number,
  path: string,
  style: Style,
  mine: (life: Life) => boolean,
): string {
  const lines = ['', counted(publications.length, 'message'), ''];
  for (const publication of publications.slice(0, listed)) {
    const { begun, publisher } = publication;
    const all = publication.lives.filter(mine);
    const shown = all
      .slice(0, SUBSCRIBERS_LISTED)
      .map((life) => `${visible(life.to)} ${fate(fateOf(lives, life), style)}`);
    if (all.length > shown.length) shown.push(`${number(all.length - shown.length)} more`);
    const to = shown.length === 0 ? style.dim('to nobody') : shown.join(', ');
    const where = style.dim(`event ${`${begun.i}`.padEnd(6)} ${formatTime(begun.t)}`);
    lines.push(`  ${where}  ${visible(titleOf(publication))}, of ${visible(publisher)}: ${to}`);
  }
  if (publications.length > listed) lines.push(`  and ${number(publications.length - listed)} more`);
  if (publications.length > 0) lines.push('', `amber explain ${quoted(path)} --event N has the page of one.`);
  return `${lines.join('\n')}\n`;
}
