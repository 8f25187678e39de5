/** A plan in words, for whoever has to understand a seed that failed. */
import type { Plan, Step } from './plan.ts';

const DEEDS: ReadonlySet<string> = new Set(['connect', 'disconnect', 'publish', 'subscribe', 'unsubscribe']);

/** What befalls the world of a plan: its links and its faults, a line each. */
export function faultsInWords(plan: Plan): string {
  const links = plan.clients.map(({ name, link }) => `the link of ${name} is ${fields(link) || 'plain'}`);
  const faults = plan.steps.filter((step) => !DEEDS.has(step.do)).map(faultInWords);
  return [`over ${plan.transport}, the hub is ${fields(plan.hub)}`, ...links, ...faults].join('\n');
}

function faultInWords(step: Step): string {
  const at = `at ${step.at / 1_000} s`;
  if (step.do === 'rule') {
    const { packet, client, nth, count, from, verdict } = step;
    const times = count === 1 ? '' : ` and ${count - 1} more`;
    return `${at}: ${verdict} for ${packet} ${nth}${times} on the link of ${client}${from === undefined ? '' : `, from ${from}`}`;
  }
  if ('link' in step)
    return `${at}: ${step.do} on the link of ${step.link} ${fields(step.options)}`.trimEnd();
  if ('node' in step) return `${at}: ${step.do} of ${step.node} ${fields(step.options)}`.trimEnd();
  return `${at}: ${step.do}`;
}

function fields(of: object): string {
  return Object.entries(of)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ');
}
