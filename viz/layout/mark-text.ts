/** The words beside the marks on a lane. */
import { describePayload } from '../../src/trace/describe.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { printable } from './packet-label.ts';

/** The same where there is less room: of what is published the payload, of a subscription the word; undefined when nothing can be left out. */
export function briefMarkText(event: TraceEvent): string | undefined {
  if (event.k !== 'app.call') return undefined;
  if (event.op === 'publish') return describePayload(event.message.payload);
  return event.op === 'subscribe' || event.op === 'unsubscribe' ? event.op : undefined;
}

/** A few words beside a mark on a lane. */
export function markText(event: TraceEvent): string {
  switch (event.k) {
    case 'app.call':
      switch (event.op) {
        case 'connect':
          return 'connect';
        case 'publish':
          return `publish ${describePayload(event.message.payload)}`;
        case 'subscribe':
          return `subscribe ${printable(event.filters[0]?.filter ?? '')}`;
        case 'unsubscribe':
          return `unsubscribe ${printable(event.filters[0] ?? '')}`;
        default:
          return event.op;
      }
    case 'app.settled':
      return `failed: ${printable(event.text)}`;
    case 'app.delivered':
      return `${describePayload(event.message.payload)}${event.dup ? ', a duplicate' : ''}`;
    case 'conn.ended':
      return event.end;
    case 'node.crashed':
      return 'crashed';
    case 'node.power-cut':
      return 'power cut';
    case 'node.started':
      return 'restarted';
    case 'node.paused':
      return 'paused';
    case 'node.resumed':
      return 'resumed';
    case 'fault.began':
      return event.family;
    default:
      return '';
  }
}
