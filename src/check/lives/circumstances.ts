/** What happened around messages: nodes that died and rose, connections that ended, faults, and which of them was to blame. */
import { describeTime } from '../../trace/describe.ts';
import type { FaultBegan, NodeLife, PacketLost, TraceEvent } from '../../trace/event.ts';
import type { Place, Step } from './publication.ts';

interface Fault extends Place {
  /** Ordinal of its cause. */
  readonly c: number;
  readonly fault: string;
  readonly family: string;
  readonly target: string;
  readonly conn: string | undefined;
}

/** Families that keep bytes from where they are going while they last. */
const OBSTRUCTIONS: ReadonlySet<string> = new Set([
  'partition',
  'hold',
  'black-hole',
  'nat-expiry',
  'pause',
  'rule',
]);
/** Those that are over at once, unless they say how long they last. */
const INSTANT: ReadonlySet<string> = new Set(['reset', 'nat-expiry', 'rule', 'crash', 'power-cut']);
const OF_NODES: ReadonlySet<string> = new Set(['crash', 'power-cut', 'pause']);
/** Causes are followed so far back. */
const CHAIN_MAX = 64;

export class Circumstances {
  /** By ordinal: the cause of every event. Numbers, so that a long trace costs little. */
  readonly #causes: number[] = [0];
  /** By ordinal: the packet, call or timer that an event is the answer to. */
  readonly #stimuli: number[] = [0];
  /** Those that last, until they end. */
  readonly #lasting = new Map<string, Fault>();
  /** By ordinal: when a packet was sent; Infinity for all else. */
  readonly #sentAt: number[] = [Number.POSITIVE_INFINITY];
  readonly #faultAt = new Map<number, Fault>();
  /** By ordinal of its cause, the last rule that struck: because of the packet that it cuts, as do the ends of its connection. */
  readonly #faultBy = new Map<number, Fault>();
  /** Where a connection begins: what came before has not ended it. */
  readonly #dialled = new Map<string, number>();
  readonly #deathAt = new Map<number, NodeLife>();
  /** The two ends of a connection, and what ended it where that could be seen. */
  readonly #ends = new Map<string, readonly [string, string]>();
  readonly #ended = new Map<string, string>();
  /** The two ends of a link. */
  readonly #links = new Map<string, readonly [string, string]>();
  /** Of a node, and of two nodes that a link joins. */
  readonly #history = new Map<string, Step[]>();

  observe(event: TraceEvent): void {
    this.#causes[event.i] = event.c;
    this.#stimuli[event.i] = isStimulus(event) ? event.i : (this.#stimuli[event.c] ?? 0);
    this.#sentAt[event.i] = event.k === 'packet.sent' ? event.t : Number.POSITIVE_INFINITY;
    switch (event.k) {
      case 'link.added':
        this.#links.set(event.link, [event.a, event.b]);
        return;
      case 'conn.dialled':
        this.#dialled.set(event.conn, event.i);
        this.#ends.set(event.conn, [event.from, event.to]);
        return;
      case 'conn.ended': {
        const [from = '', to = ''] = this.#ends.get(event.conn) ?? [];
        const blame = this.blame(event, event.conn, from, to);
        if (blame !== '' && !this.#ended.has(event.conn)) this.#ended.set(event.conn, blame);
        return;
      }
      case 'fault.began':
        this.#began(event);
        return;
      case 'fault.ended': {
        const fault = this.#lasting.get(event.fault);
        if (fault === undefined) return;
        this.#lasting.delete(event.fault);
        // The node says itself when it is back.
        if (!OF_NODES.has(fault.family))
          this.#note(this.#whereOf(fault.target), event, `fault ${event.fault} ends`);
        return;
      }
      case 'node.crashed':
      case 'node.power-cut':
        this.#deathAt.set(event.i, event);
        this.#note(
          event.n,
          event,
          event.k === 'node.crashed' ? `${event.n} crashes` : `${event.n} loses power`,
        );
        return;
      case 'node.started':
        if (event.life > 1) this.#note(event.n, event, `${event.n} starts again`);
        return;
      case 'node.paused':
        this.#note(event.n, event, `${event.n} stands still`);
        return;
      case 'node.resumed':
        this.#note(event.n, event, `${event.n} goes on`);
        return;
    }
  }

  /** What an event is the answer to, as an ordinal: a packet that was read, a call, a timer, a start; 0 for nothing. */
  stimulusOf(i: number): number {
    return this.#stimuli[i] ?? 0;
  }

  /** What happened to a node, or to the link between two, after one event and before another. */
  between(nodes: readonly string[], after: number, before: number): Step[] {
    const steps: Step[] = [];
    for (const [at, node] of nodes.entries()) {
      steps.push(...within(this.#history.get(node), after, before));
      for (const other of nodes.slice(at + 1)) {
        steps.push(...within(this.#history.get(pair(node, other)), after, before));
      }
    }
    return steps;
  }

  /** Where a lost packet was and who is to blame: `in the network: connection reset (fault sensor~hub/reset#1)`. */
  loss(event: PacketLost, from: string): string {
    const where = {
      sender: `before it left ${from}`,
      network: 'in the network',
      receiver: `unread at ${event.n}`,
    };
    return `${where[event.at]}: ${event.reason}${this.blame(event, event.conn, from, event.n)}`;
  }

  /** The fault or the death behind an event of a connection, in brackets; '' when there is none to be seen. */
  blame(event: TraceEvent, conn: string, a: string, b: string): string {
    const concerned = (fault: Fault) =>
      fault.conn === undefined ? this.#concerns(fault, a, b) : fault.conn === conn;
    const oldest = this.#dialled.get(conn) ?? 0;
    let far = 0;
    for (let o = event.c; o > oldest && far < CHAIN_MAX; o = this.#causes[o] ?? 0, far++) {
      const fault = this.#faultAt.get(o) ?? this.#faultBy.get(o);
      if (fault !== undefined && (fault.i === o || concerned(fault))) return ` (fault ${fault.fault})`;
      const death = this.#deathAt.get(o);
      if (death !== undefined) return this.#blameDeath(death);
      // A packet that came may have cut its own connection; what that was sent for has not.
      if (this.#sentAt[o]! < event.t) break;
    }
    const ended = this.#ended.get(conn);
    if (ended !== undefined) return ended;
    const lasting = [...this.#lasting.values()].findLast(
      (fault) => OBSTRUCTIONS.has(fault.family) && concerned(fault),
    );
    return lasting === undefined ? '' : ` (fault ${lasting.fault} lasts since ${describeTime(lasting.t)})`;
  }

  #blameDeath(death: NodeLife): string {
    const fault = this.#faultAt.get(death.c);
    const died = death.k === 'node.crashed' ? 'crashed' : 'lost power';
    return ` (${fault === undefined ? `${death.n} ${died}` : `fault ${fault.fault}`})`;
  }

  #began(event: FaultBegan): void {
    const { i, t, c, fault, family, target, detail } = event;
    const conn = typeof detail.connection === 'string' ? detail.connection : undefined;
    const began: Fault = { i, t, c, fault, family, target, conn };
    if (family === 'rule') this.#faultBy.set(c, began);
    if (!INSTANT.has(family) || detail.duration !== undefined) this.#lasting.set(fault, began);
    this.#faultAt.set(i, began);
    // The name of a fault says its family; a rule also what it did to which packet.
    const what = typeof detail.verdict === 'string' ? `: ${detail.verdict} of a ${detail.packet}` : '';
    this.#note(this.#whereOf(target), event, `fault ${fault} strikes${what}`);
  }

  #whereOf(target: string): string {
    const ends = this.#links.get(target);
    return ends === undefined ? target : pair(...ends);
  }

  #concerns({ target }: Fault, a: string, b: string): boolean {
    return target === a || target === b || this.#whereOf(target) === pair(a, b);
  }

  #note(where: string, { i, t }: Place, text: string): void {
    const step: Step = { i, t, how: 'seen', text };
    const history = this.#history.get(where);
    if (history === undefined) this.#history.set(where, [step]);
    else history.push(step);
  }
}

/** The steps of an ordered list after one event and before another. */
export function within(steps: readonly Step[] | undefined, after: number, before: number): Step[] {
  if (steps === undefined) return [];
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]!.i <= after) low = middle + 1;
    else high = middle;
  }
  const found: Step[] = [];
  for (let at = low; at < steps.length && steps[at]!.i < before; at++) found.push(steps[at]!);
  return found;
}

function isStimulus({ k }: TraceEvent): boolean {
  return k === 'packet.received' || k === 'app.call' || k === 'timer.fired' || k === 'node.started';
}

function pair(a: string, b: string): string {
  return a < b ? `${a}\n${b}` : `${b}\n${a}`;
}
