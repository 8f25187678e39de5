/**
 * What a reader does to a run, as faults that are added to it: the run is then another from that moment on, and what was before it
 * stays as it was.
 */
import type { Micros } from '../../src/mqtt/machine.ts';
import type { Fault, FaultPlan } from '../../src/sim/fault.ts';

/** A packet by its place among all that its sender sends on its connection. */
export interface StruckPacket {
  readonly type: string | undefined;
  readonly connection: string;
  readonly from: string;
  /** From 1. */
  readonly nth: number;
  /** When it was written. */
  readonly at: Micros;
}

export type LinkDeed = 'cut' | 'hold' | 'reset';
export type NodeDeed = 'kill' | 'power-cut' | 'pause';
export type PacketDeed = 'lose' | 'delay' | 'reset-before' | 'reset-after';

/** @param span until it is healed when it is undefined. */
export function linkFault(deed: LinkDeed, link: string, at: Micros, span: Micros | undefined): Fault {
  if (deed === 'reset') return fault({ family: 'reset', target: link, detail: {} }, at);
  const family = deed === 'cut' ? 'partition' : 'hold';
  return fault({ family, target: link, detail: { direction: 'both' }, ...during(span) }, at);
}

/** @param span until somebody starts it again when it is undefined. */
export function nodeFault(deed: NodeDeed, node: string, at: Micros, span: Micros | undefined): Fault {
  const family = deed === 'kill' ? 'crash' : deed;
  return fault({ family, target: node, detail: {}, ...during(span) }, at);
}

/** Over TCP a packet is not lost alone: its segment is lost once and sent again, or the connection ends. */
export function packetFault(deed: PacketDeed, link: string, packet: StruckPacket, span: string): Fault {
  const { type, connection, from, nth, at } = packet;
  const side = deed === 'reset-after' ? 'after' : 'before';
  const occasion = { of: 'packet', side, connection, from, nth } as const;
  if (deed === 'reset-before' || deed === 'reset-after') {
    return { ...fault({ family: 'reset', target: link, detail: {} }, at), occasion };
  }
  const verdict = deed === 'lose' ? 'drop' : `delay ${span}`;
  const detail = { verdict, packet: type ?? 'packet', connection, from };
  return { ...fault({ family: 'rule', target: link, detail }, at), occasion };
}

/** With a fault more, under a name that none of the others has; in the order of their times. */
export function withFault(faults: readonly Fault[], added: Fault): { faults: readonly Fault[]; id: string } {
  let { id } = added;
  while (faults.some((other) => other.id === id)) id += '-again';
  return { id, faults: [...faults, { ...added, id }].sort((a, b) => a.at - b.at) };
}

/** The names of scripts and lists count what they do; what is added goes by its time. */
function fault(plan: FaultPlan, at: Micros): Fault {
  return { id: `${plan.target}/${plan.family}@${at}`, at, ...plan };
}

function during(span: Micros | undefined): { duration?: Micros } {
  return span === undefined ? {} : { duration: span };
}
