/** What is left of a failure in words: its faults, its calls, and its story, a sentence a line. */
import { RULES, type RuleId } from '../check/rules/rules.ts';
import type { CallDeed } from '../scenario/deed.ts';
import type { Fault } from '../sim/fault.ts';
import { clauseOf } from '../sim/fault-words.ts';
import { formatDuration } from '../sim/time.ts';
import { fails } from '../trace/assertion.ts';
import {
  describeEvent,
  describeOften,
  describePacket,
  describePayload,
  describeTime,
} from '../trace/describe.ts';
import type { TraceEvent } from '../trace/event.ts';
import { ancestorsOf, firstVerdict } from './ancestry.ts';
import { type Attempt, type Candidate, callsOf, type Size } from './reduction.ts';

/** `412 events, 31 faults`. */
export function describeSize({ events, faults }: Size): string {
  return `${events} ${events === 1 ? 'event' : 'events'}, ${faults} ${faults === 1 ? 'fault' : 'faults'}`;
}

/** `the publish of "21.5" by sensor`. */
export function nameOfCall({ client, op, args }: CallDeed): string {
  if (op !== 'publish') return `the ${op} of ${client}`;
  return `the publish of ${payloadOf(args)} by ${client}`;
}

/**
 * What the violation follows from, in order, with times, nodes and packets; with an assertion of the script, what applications did and what
 * befell them.
 *
 * @param limit of lines: a story that is longer is cut in the middle.
 */
export function storyOf({ trace, result }: Attempt, limit: number): string[] {
  const verdict = firstVerdict(trace);
  const ancestors = verdict === undefined ? undefined : ancestorsOf(trace, verdict);
  const told = trace.filter((event) => {
    if (verdict !== undefined && event.i > verdict.i) return false;
    if (event.k === 'fault.began' || event.k === 'app.call') return true;
    if (event.k === 'assert') return fails(event);
    return ancestors?.has(event.i) === true && !goesWithoutSaying(event);
  });
  const struck = new Map(result.struck.map((fault) => [fault.id, fault]));
  const lines = told.map((event) => sentenceOf(event, trace, struck));
  if (lines.length <= limit) return lines;
  const half = Math.floor(limit / 2);
  return [...lines.slice(0, half), `... ${lines.length - 2 * half} more ...`, ...lines.slice(-half)];
}

/** That somebody is there, and that who is struck is down, goes without saying. */
function goesWithoutSaying(event: TraceEvent): boolean {
  switch (event.k) {
    case 'node.started':
      return event.life === 1;
    case 'node.added':
    case 'link.added':
    case 'node.crashed':
    case 'node.power-cut':
    case 'node.paused':
      return true;
    default:
      return false;
  }
}

/** A packet is told by what it is, also where it arrives. */
function sentenceOf(
  event: TraceEvent,
  trace: readonly TraceEvent[],
  struck: ReadonlyMap<string, Fault>,
): string {
  const time = describeTime(event.t);
  if (event.k === 'fault.began') {
    const fault = struck.get(event.fault);
    if (fault !== undefined) return `${time}  ${clauseOf(fault)}${spanOf(fault)}`;
  }
  if (event.k === 'fault.ended') {
    const fault = struck.get(event.fault);
    if (fault !== undefined) return `${time}  the ${fault.family} of ${fault.target} ends`;
  }
  if (event.k === 'packet.received' || event.k === 'packet.lost') {
    const sent = trace[event.of - 1];
    if (sent?.k === 'packet.sent') {
      const packet = `${describePacket(sent)} on ${event.conn}`;
      return event.k === 'packet.received'
        ? `${time}  ${event.n} receives ${packet}`
        : `${time}  ${event.n} will never get ${packet}, lost at the ${event.at}: ${event.reason}`;
    }
  }
  if (event.k === 'verdict') {
    const text = event.text.replaceAll(/ event (\d+)(?: \([^)]*\))?/g, (_, ordinal) => {
      return ` ${describeTime(trace[Number(ordinal) - 1]?.t ?? event.t)}`;
    });
    return `${time}  ${event.n} breaks ${event.rule}: ${text}`;
  }
  return describeEvent(event).replace(/ call \d+: /, ' is told to ');
}

function spanOf({ duration, family }: Fault): string {
  return duration === undefined || family === 'rule' ? '' : ` for ${formatDuration(duration)}`;
}

/** One sentence: what the applications do, what befalls them, and the promise. */
export function summaryOf(attempt: Attempt, { omit, plan = [] }: Candidate, broke: string): string {
  const left = callsOf(attempt).filter(({ name, client }) => !omit.includes(name) && !omit.includes(client));
  const clients = [...new Set(left.map(({ client }) => client))];
  const deeds = clients.map((client) => {
    const ops = left.filter((call) => call.client === client);
    const verbs = [...new Set(ops.map(({ op }) => op))];
    return `${client} ${listed(verbs.map((op) => deedOf(ops.filter((call) => call.op === op))))}`;
  });
  const promise = Object.hasOwn(RULES, broke)
    ? RULES[broke as RuleId].meaning
    : broke.replace(/^always: /, '');
  const befell = listed([...deeds, ...new Set(plan.map(clauseOf))]);
  // Where only foreign code does something, and nothing befalls it, the story has a name all the same.
  return `${befell || attempt.result.scenario}: ${promise}`;
}

function deedOf(calls: readonly CallDeed[]): string {
  const [{ op, args }] = calls as [CallDeed];
  switch (op) {
    case 'publish': {
      const topics = new Set(calls.map((call) => String(call.args[0])));
      const where = topics.size === 1 ? ` to ${[...topics][0]}` : '';
      return calls.length === 1
        ? `publishes ${payloadOf(args)}${where}`
        : `publishes ${calls.length} messages${where}`;
    }
    case 'subscribe':
    case 'unsubscribe':
      return `${op}s ${op === 'subscribe' ? 'to' : 'from'} ${listed([...new Set(calls.flatMap((call) => call.args[0] as string))])}`;
    default:
      return calls.length === 1 ? `${op}s` : `${op}s ${describeOften(calls.length)}`;
  }
}

function payloadOf(args: readonly unknown[]): string {
  const payload = args[1] ?? '';
  return describePayload(
    typeof payload === 'string' ? new TextEncoder().encode(payload) : (payload as Uint8Array),
  );
}

/** `a`, `a and b`, `a, b and c`. */
function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
