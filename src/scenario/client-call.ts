/** A call of a client's application in words: for errors, for the trace, and for who reads them. */
import type { ClientError, Outcome } from '../mqtt/client/application.ts';
import { refusalBy } from '../mqtt/client/packets.ts';
import type { Will, WillProperties } from '../mqtt/codec/packet.ts';
import type { Message } from '../mqtt/session/message.ts';
import type { TraceMessage } from '../trace/event.ts';
import type { Asked } from '../trace/recorder.ts';

/** Why a call failed; undefined when it did not. A SUBSCRIBE of which nothing was granted has failed. */
export function failureOf(outcome: Outcome): ClientError | undefined {
  if ('error' in outcome) return outcome.error;
  if (outcome.op !== 'subscribe' || outcome.reasonCodes.some((code) => code < 0x80)) return undefined;
  return refusalBy('the broker refuses the subscription', outcome.reasonCodes[0]!, outcome.reason);
}

/** Completes the sentence "... failed". */
export function describeCall(event: Asked, client: string): string {
  switch (event.op) {
    case 'connect':
      return `connect of client '${client}' to ${event.to}`;
    case 'publish':
      return `publish of client '${client}' to '${short(event.message.topic)}'`;
    case 'subscribe':
      return `subscribe of client '${client}' to ${listed(event.filters.map(({ filter }) => filter))}`;
    case 'unsubscribe':
      return `unsubscribe of client '${client}' from ${listed(event.filters)}`;
    case 'disconnect':
      return `disconnect of client '${client}'`;
    case 'authenticate':
      return `authenticate of client '${client}'`;
  }
}

/** A topic may have 65,535 characters, and a call very many filters; an error stays one line. */
const SHOWN_CHARACTERS = 80;
const SHOWN_FILTERS = 5;

function short(topic: string): string {
  if (topic.length <= SHOWN_CHARACTERS) return topic;
  return `${topic.slice(0, SHOWN_CHARACTERS)}... of ${topic.length} characters`;
}

function listed(filters: readonly string[]): string {
  const shown = filters.slice(0, SHOWN_FILTERS).map((filter) => `'${short(filter)}'`);
  if (filters.length > SHOWN_FILTERS) shown.push(`and ${filters.length - SHOWN_FILTERS} more`);
  return shown.join(', ');
}

/** What a person needs to know of the end of a call. */
export function describeOutcome(outcome: Outcome): string {
  if ('error' in outcome) return `${outcome.error.kind}: ${outcome.error.message}`;
  switch (outcome.op) {
    case 'connect':
      return outcome.sessionPresent ? 'session present' : 'new session';
    case 'subscribe':
      return outcome.reasonCodes
        .map((code) => (code < 0x80 ? `granted QoS ${code}` : `refused 0x${code.toString(16)}`))
        .join(', ');
    default:
      return 'done';
  }
}

/** As a trace has it: the same message without what is absent, and a will without its delay. */
export function traced(message: Message | Will): TraceMessage {
  const { topic, payload, qos, retain } = message;
  if (message.properties === undefined) return { topic, payload, qos, retain };
  const { willDelayInterval: _, ...properties } = message.properties as WillProperties;
  return { topic, payload, qos, retain, ...properties };
}
