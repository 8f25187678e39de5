/** A client as one broker knows it, by its client identifier. */
import type { QoS } from '../../mqtt/codec/packet.ts';
import type { MessageKey } from '../evidence/message-key.ts';
import type { Life, Place, Publication, Step } from './publication.ts';

/** One filter of a subscriber. */
export interface Subscribed {
  readonly subscriber: Subscriber;
  readonly filter: string;
  qos: QoS;
  noLocal: boolean;
  retainAsPublished: boolean;
  /** The first SUBSCRIBE for it and the last, at the broker. */
  readonly since: Place;
  asked: Place;
}

export class Subscriber {
  readonly clientId: string;
  readonly broker: string;
  /** Its node; another one may go on with its session. */
  node: string;
  readonly subscriptions = new Map<string, Subscribed>();
  /** Exchanges under way by packet identifier: what it publishes, and what it is sent. */
  readonly up = new Map<number, Publication>();
  readonly down = new Map<number, Life>();
  /** What the broker has of it at QoS 2 and was not yet released, by identifier: that again is the same message. */
  readonly received = new Map<number, Publication>();
  /** Lives that are not over, in the order in which they began. */
  readonly open = new Set<Life>();
  /** Those of them that are still to be sent, by what is known of the message; oldest first. */
  readonly unsent = new Map<MessageKey, Life[]>();
  /** The name of the connection that the broker has to it. */
  conn: string | undefined = undefined;
  /** Nothing of its session outlives its connection. */
  ephemeral = true;
  /** The latest of what it was sent, by publisher, topic and QoS: what has to keep its order. */
  readonly latest = new Map<string, Life>();
  /** What happened to its session, in order. */
  readonly history: Step[] = [];

  constructor(clientId: string, broker: string, node: string) {
    this.clientId = clientId;
    this.broker = broker;
    this.node = node;
  }

  /** A message may be sent to it. `kept`: it waits until it is. */
  expect(life: Life, kept: boolean): void {
    if (kept) this.open.add(life);
    const { bare } = life.publication;
    const queue = this.unsent.get(bare);
    if (queue === undefined) this.unsent.set(bare, [life]);
    else queue.push(life);
  }

  /** The life that an equal message which is sent now belongs to: the oldest, and at QoS 0, which nobody keeps, the newest. */
  awaited(bare: MessageKey, key: MessageKey, qos: QoS): Life | undefined {
    const queue = this.unsent.get(bare);
    if (queue === undefined) return undefined;
    while (queue.length > 0 && !isAwaited(queue[0]!)) queue.shift();
    if (queue.length === 0) this.unsent.delete(bare);
    const wanted = (life: Life) => isAwaited(life) && life.publication.key === key;
    if (qos === 0) return queue.findLast(wanted) ?? queue.findLast(isAwaited);
    return queue.find(wanted) ?? queue[0];
  }

  /** Its session is gone, and all that waited in it. */
  end(step: Step): void {
    this.history.push(step);
    // What no member of a group was chosen for goes to another.
    for (const life of this.open) if (life.to === this.clientId) life.sessionEnded = step;
    this.open.clear();
    this.unsent.clear();
    this.down.clear();
    this.received.clear();
  }
}

function isAwaited(life: Life): boolean {
  return !life.over && life.sendings.length < life.expected;
}
