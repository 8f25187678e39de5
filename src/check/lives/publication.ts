/**
 * A message that was published, and its lives: one for every subscriber.
 *
 * These are the rows of the ledger as they are gathered from a trace; `page.ts` puts them in words. Unlike the judge's ledger, which
 * forgets what is settled, this one keeps everything: it is made from a trace that is over.
 */
import type { QoS } from '../../mqtt/codec/packet.ts';
import type { MessageKey } from '../evidence/message-key.ts';

/** Where something stands in the trace. */
export interface Place {
  readonly i: number;
  /** Microseconds. */
  readonly t: number;
}

/** One step of a life. *Seen* steps anybody could see; *told* ones are what a machine or its disk says of itself. */
export interface Step extends Place {
  readonly how: 'seen' | 'told';
  readonly text: string;
}

/** A packet that carries a message or an acknowledgement of it, over one connection. */
export interface Passage extends Place {
  readonly conn: string;
  readonly from: string;
  readonly to: string;
  /** `PUBLISH q1 #7 dup` */
  readonly packet: string;
  readonly type: 'publish' | 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';
  readonly packetId: number;
  /** A PUBLISH whose message went over this hop before. */
  readonly again: boolean;
  /** Where its last byte was read, or known to be lost. */
  end: PassageEnd | undefined;
}

export interface PassageEnd extends Place {
  /** Where it was and what became of its connection, when nobody read it. */
  readonly lost?: string;
}

/** A message as it was published: by a call, by the first PUBLISH when no call was seen, or as a will. */
export class Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  /** With and without its properties: clients before 5.0 are sent it without. */
  readonly key: MessageKey;
  readonly bare: MessageKey;
  /** `unknown` is one that a broker sent and nobody was seen to publish. */
  readonly kind: 'message' | 'will' | 'unknown';
  /** The name of its node. */
  readonly publisher: string;
  /** The client identifier under which its broker had it first. */
  clientId: string | undefined = undefined;
  /** Seconds; Infinity when it does not expire. */
  readonly expiry: number;
  /** Where it begins in the trace. */
  readonly begun: Place;
  call: number | undefined = undefined;
  /** How that call ended. */
  settled: (Place & { readonly ok: boolean; readonly text: string }) | undefined = undefined;
  broker: string | undefined = undefined;
  /** Every time that the broker read it. */
  readonly arrivals: Place[] = [];
  /** Where its publisher read that the broker has it. */
  accepted: Place | undefined = undefined;
  /** The answer with which the broker refused it, `PUBACK #3 code 135`. */
  refused: string | undefined = undefined;
  /** Where the return of its client made a delayed will void. */
  cancelled: Step | undefined = undefined;
  readonly passages: Passage[] = [];
  /** What is neither a call nor a passage. */
  readonly steps: Step[] = [];
  readonly lives: Life[] = [];
  #next = 0;

  constructor(
    message: Pick<Publication, 'topic' | 'payload' | 'qos' | 'retain' | 'key' | 'bare' | 'expiry'>,
    kind: Publication['kind'],
    publisher: string,
    begun: Place,
  ) {
    this.topic = message.topic;
    this.payload = message.payload;
    this.qos = message.qos;
    this.retain = message.retain;
    this.key = message.key;
    this.bare = message.bare;
    this.expiry = message.expiry;
    this.kind = kind;
    this.publisher = publisher;
    this.begun = begun;
  }

  /** The life for a subscriber. Brokers send to many in the order in which they are subscribed: the one after the last is looked at first. */
  lifeOf(to: string): Life | undefined {
    const { lives } = this;
    for (let looked = 0; looked < lives.length; looked++) {
      const at = (this.#next + looked) % lives.length;
      if (lives[at]!.to !== to) continue;
      this.#next = at + 1;
      return lives[at];
    }
    return undefined;
  }
}

/** Why somebody gets a message: it was subscribed when that came, alone or in a group, or subscribed when that was retained; or no reason. */
export type Claim = 'subscribed' | 'shared' | 'retained' | 'none';

/** What became of a message for one subscriber. */
export class Life {
  readonly publication: Publication;
  /** Client identifier; `$share/group/filter` until the broker has chosen a member. */
  to: string;
  /** The node of the subscriber, once it is known. */
  node: string | undefined = undefined;
  readonly claim: Claim;
  /** The lower of published and granted. */
  readonly qos: number;
  readonly begun: Place;
  /** The broker had no connection to the subscriber when it came. */
  readonly away: boolean;
  /** Others that waited for the same subscriber when it came. */
  readonly waiting: number;
  /** How many times it may be sent as a message of its own: once for each time it came to the broker. */
  expected = 1;
  readonly passages: Passage[] = [];
  /** PUBLISHes that began an exchange of their own. */
  readonly sendings: Passage[] = [];
  readonly delivered: (Place & { readonly dup: boolean })[] = [];
  readonly steps: Step[] = [];
  /** Where the broker read its last acknowledgement, or at QoS 0 the client the message. */
  settled: Place | undefined = undefined;
  /** Where a machine told that it gave it up, and which way. */
  dropped:
    | (Place & { readonly step: 'dropped' | 'expired'; readonly by: string; readonly why: string })
    | undefined = undefined;
  /** Where the session that it waited in was gone. */
  sessionEnded: Step | undefined = undefined;
  /** Where the disk lost it that had been written and not yet synced. */
  diskLost: Step | undefined = undefined;
  /** Where it was sent with other properties than it was published with. */
  changed: Place | undefined = undefined;
  /** A later message of its publisher on the same topic at the same QoS, that was sent before it. */
  overtakenBy: Life | undefined = undefined;

  constructor(
    publication: Publication,
    to: string,
    claim: Claim,
    qos: number,
    begun: Place,
    away: boolean,
    waiting: number,
  ) {
    this.publication = publication;
    this.to = to;
    this.claim = claim;
    this.qos = qos;
    this.begun = begun;
    this.away = away;
    this.waiting = waiting;
  }

  /** Nothing more can come of it. */
  get over(): boolean {
    const { settled, dropped, sessionEnded, publication } = this;
    return (settled ?? dropped ?? sessionEnded ?? publication.cancelled) !== undefined;
  }

  /** Where its client first read a PUBLISH of it. */
  get read(): Place | undefined {
    for (const { type, end } of this.passages) {
      if (type === 'publish' && end !== undefined && end.lost === undefined) return end;
    }
    return undefined;
  }
}
