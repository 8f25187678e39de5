/**
 * What the events of a trace mean beside its packets: which nodes there are and when they were away, faults while they last, and
 * what is said aloud. These are few, and kept as they are.
 */
import { fails } from '../../src/trace/assertion.ts';
import type { LinkAdded, NodeRole, ObituaryWritten, TraceEvent, Verdict } from '../../src/trace/event.ts';
import type { Dictionary } from './dictionary.ts';
import type { Absence, FaultPeriod, Remark, StoryNode, StoryTally } from './story.ts';

export class Chronicle {
  readonly nodes: StoryNode[] = [];
  readonly links = new Map<string, LinkAdded>();
  readonly absences: Absence[] = [];
  readonly faults: FaultPeriod[] = [];
  readonly verdicts: Verdict[] = [];
  readonly remarks: Remark[] = [];
  readonly obituaries: ObituaryWritten[] = [];
  readonly accused = new Set<number>();
  readonly #names: Dictionary<string>;
  readonly #tally: StoryTally;
  /** By the number of its name. */
  readonly #nodeOf: (StoryNode | undefined)[] = [];
  readonly #absent = new Map<string, Absence>();
  readonly #faultOf = new Map<string, FaultPeriod>();

  constructor(names: Dictionary<string>, tally: StoryTally) {
    this.#names = names;
    this.#tally = tally;
  }

  /** @param code the number of the name of its node */
  observe(event: TraceEvent, code: number): void {
    switch (event.k) {
      case 'node.added': {
        const node = this.nodeNamed(event.n, event.role);
        node.role = event.role;
        node.plays = event.role;
        node.promises = event.promises;
        break;
      }
      case 'node.crashed':
      case 'node.power-cut':
      case 'node.paused': {
        this.nodeNamed(event.n, 'peer');
        const earlier = this.#absent.get(event.n);
        if (earlier !== undefined) earlier.ended = event;
        const absence: Absence = { node: event.n, began: event, ended: undefined };
        this.absences.push(absence);
        this.#absent.set(event.n, absence);
        break;
      }
      case 'node.started':
      case 'node.resumed': {
        this.nodeNamed(event.n, 'peer');
        const absence = this.#absent.get(event.n);
        if (absence !== undefined) absence.ended = event;
        this.#absent.delete(event.n);
        break;
      }
      case 'link.added':
        this.links.set(event.link, event);
        break;
      case 'fault.began': {
        const period: FaultPeriod = { began: event, ended: undefined };
        this.faults.push(period);
        this.#faultOf.set(event.fault, period);
        break;
      }
      case 'fault.ended': {
        const period = this.#faultOf.get(event.fault);
        if (period !== undefined) period.ended = event;
        break;
      }
      case 'app.call':
        if (event.op === 'publish') this.published(code, event.n);
        else if (event.op === 'subscribe') this.nodeAt(code, event.n, 'client').subscribes++;
        break;
      case 'app.delivered':
        this.delivered(code, event.n);
        break;
      case 'verdict':
        this.verdicts.push(event);
        this.remarks.push(event);
        if (event.outcome === 'broken') {
          this.#tally.violations++;
          for (const ordinal of event.about) this.accused.add(ordinal);
        }
        break;
      case 'note':
        this.remarks.push(event);
        break;
      case 'assert':
        if (!fails(event)) break;
        this.#tally.violations++;
        this.remarks.push(event);
        break;
      case 'obituary':
        this.obituaries.push(event);
        break;
    }
  }

  /** An application has published; its node has this number. */
  published(code: number, name: string): void {
    this.nodeAt(code, name, 'client').publishes++;
  }

  /** An application was handed a message. */
  delivered(code: number, name: string): void {
    this.nodeAt(code, name, 'client').deliveries++;
    this.#tally.delivered++;
  }

  /** A CONNECT was written on a connection. */
  introduced(from: string, to: string): void {
    const client = this.nodeNamed(from, 'client');
    const broker = this.nodeNamed(to, 'broker');
    if (client.plays === 'host') client.plays = 'client';
    if (broker.role === 'host') broker.plays = 'broker';
  }

  /** A node by its name; one that nothing was known of gets this role. */
  nodeNamed(name: string, role: NodeRole): StoryNode {
    return this.nodeAt(this.#names.codeOf(name), name, role);
  }

  /** The same by the number of its name. */
  nodeAt(code: number, name: string, role: NodeRole): StoryNode {
    let node = this.#nodeOf[code];
    if (node === undefined) {
      node = { name, role, plays: role, promises: undefined, publishes: 0, subscribes: 0, deliveries: 0 };
      while (this.#nodeOf.length <= code) this.#nodeOf.push(undefined);
      this.#nodeOf[code] = node;
      this.nodes.push(node);
    }
    return node;
  }
}
