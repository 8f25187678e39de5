/** What a violation follows from: the events behind those that show it, cause by cause. */
import type { TraceEvent } from '../trace/event.ts';

/** The first verdict that a promise was broken; undefined when none was. */
export function firstVerdict(trace: readonly TraceEvent[]): TraceEvent | undefined {
  return trace.find((event) => event.k === 'verdict' && event.outcome === 'broken');
}

/**
 * Ordinals of the events that `of` follows from, itself included: their causes, what they are about, and for a packet that was received or
 * lost, its sending.
 */
export function ancestorsOf(trace: readonly TraceEvent[], of: TraceEvent): ReadonlySet<number> {
  const ancestors = new Set<number>();
  const open = [of.i];
  while (open.length > 0) {
    const ordinal = open.pop()!;
    if (ordinal === 0 || ancestors.has(ordinal)) continue;
    ancestors.add(ordinal);
    const event = trace[ordinal - 1];
    if (event === undefined) continue;
    open.push(event.c);
    if (event.k === 'verdict') open.push(...event.about);
    if (event.k === 'packet.received' || event.k === 'packet.lost') open.push(event.of);
  }
  return ancestors;
}
