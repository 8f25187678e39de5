/**
 * Faults that were laid and never struck. What a run was to show with them it did not show, and a run that passes looks as if it had: so
 * whoever ran it is told.
 */
import type { Micros } from '../mqtt/machine.ts';
import type { Fault } from '../sim/fault.ts';
import { nameOfFault } from '../sim/fault-words.ts';
import { describeOccasion } from '../sim/occasion.ts';
import { describeVerdict, type Rule } from '../sim/rule.ts';
import { formatTime } from '../sim/time.ts';
import { grouped } from '../trace/counted.ts';
import { type CallSite, formatSite, siteOf } from './call-site.ts';

/** Plain data: it can be sent to another thread and written as JSON. */
export interface IdleFault {
  /** `the rule on sensor~hub (reset-before, a PUBREC)`, `the crash of hub (at 10 s)` */
  what: string;
  /** `no PUBREC was sent` */
  why: string;
  /** `file:line:column` of the author's line, when it was laid there and the engine shows it. */
  site?: string;
}

/** A rule that a script has laid on a link. */
export class LaidRule {
  readonly link: string;
  readonly rule: Rule;
  /** Its stack is where it was laid; it is read only when somebody has to be told. */
  readonly #laid = new Error();

  constructor(link: string, rule: Rule) {
    this.link = link;
    this.rule = rule;
  }

  get site(): CallSite | undefined {
    return siteOf(this.#laid.stack);
  }
}

/** Of each line that has laid rules of which none has struck, the first. */
export function idleRules(rules: Iterable<LaidRule>): IdleFault[] {
  const lines = new Map<string, LaidRule[]>();
  for (const laid of rules) {
    // What is let pass is spared another rule, and it is no matter whether one was there.
    if (laid.rule.verdict.kind === 'pass') continue;
    const { site } = laid;
    const line = site === undefined ? whatIs(laid) : `${site.file}:${site.line}`;
    const others = lines.get(line);
    if (others === undefined) lines.set(line, [laid]);
    else others.push(laid);
  }
  return [...lines.values()].flatMap((ofLine) => {
    if (ofLine.some(({ rule }) => rule.hasStruck)) return [];
    const [first, ...more] = ofLine as [LaidRule, ...LaidRule[]];
    const { site } = first;
    const what = more.length === 0 ? whatIs(first) : `${whatIs(first)} and ${more.length} more`;
    const why = whyIdle(packetName(first), sentBefore(ofLine));
    return [site === undefined ? { what, why } : { what, why, site: formatSite(site) }];
  });
}

/** @param end when the run was over. */
export function idleAdditions(added: readonly Fault[], struck: readonly Fault[], end: Micros): IdleFault[] {
  const ids = new Set(struck.map(({ id }) => id));
  return added
    .filter(({ id }) => !ids.has(id))
    .map((fault) => {
      const { at, occasion } = fault;
      const why =
        occasion !== undefined
          ? `its occasion, ${describeOccasion(occasion)}, never came`
          : at > end
            ? `the run was over at ${formatTime(end)}`
            : 'there was nothing that it could have changed';
      return { what: nameOfFault(fault), why };
    });
}

function whatIs(laid: LaidRule): string {
  const packet = packetName(laid);
  const article = /^[AEIOU]/.test(packet) ? 'an' : 'a';
  return `the rule on ${laid.link} (${describeVerdict(laid.rule.verdict)}, ${article} ${packet})`;
}

/** How many packets of their type these rules have seen: those of one link have seen the same. */
function sentBefore(rules: readonly LaidRule[]): number {
  const most = new Map<string, number>();
  for (const { link, rule } of rules) most.set(link, Math.max(most.get(link) ?? 0, rule.sent));
  return [...most.values()].reduce((sum, sent) => sum + sent, 0);
}

function whyIdle(packet: string, sent: number): string {
  if (sent === 0) return `no ${packet} was sent`;
  if (sent === 1) return `the one ${packet} that was sent was not it`;
  const packets = packet === 'packet' ? 'packets' : `${packet} packets`;
  return `none of the ${grouped(sent)} ${packets} that were sent was it`;
}

function packetName({ rule }: LaidRule): string {
  const { type } = rule.matcher;
  return type === 'any' ? 'packet' : type.toUpperCase();
}
