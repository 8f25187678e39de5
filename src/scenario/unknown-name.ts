/** A name, or an address, that hosted code asked for and no node has. */
import { counted } from '../trace/counted.ts';

export interface UnknownName {
  readonly name: string;
  /** The node whose code looked it up. */
  readonly by: string;
  times: number;
}

const LISTED = 8;

/** `no node is called 'hubb', which sensor looked up 3 times: nodes are hub and sensor` */
export function describeUnknown({ name, by, times }: UnknownName, nodes: readonly string[]): string {
  const more = nodes.length > LISTED ? ` and ${nodes.length - LISTED} more` : '';
  return (
    `no node is called '${name}', which ${by} looked up ${counted(times, 'time')}: ` +
    `nodes are ${nodes.slice(0, LISTED).join(', ')}${more}`
  );
}
