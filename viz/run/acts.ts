/** What a reader can do to a link and to a node of a run, in the words of its buttons. */
import type { LinkDeed, NodeDeed } from '../engine/added-fault.ts';

export interface ActChoice<Deed> {
  readonly deed: Deed;
  readonly text: string;
  /** What comes of it. */
  readonly title: string;
}

export const LINK_ACTS: readonly ActChoice<LinkDeed>[] = [
  { deed: 'cut', text: 'Cut', title: 'Nothing gets through, and nobody is told' },
  { deed: 'hold', text: 'Hold', title: 'Everything is kept, and sent when it is over' },
  {
    deed: 'reset',
    text: 'Reset',
    title: 'Every connection is reset; what is under way is lost',
  },
];

export const NODE_ACTS: readonly ActChoice<NodeDeed>[] = [
  {
    deed: 'kill',
    text: 'Kill',
    title: 'The process dies, and is started again when the time is over',
  },
  { deed: 'power-cut', text: 'Pull the plug', title: 'The host loses its power: nobody hears a word' },
  { deed: 'pause', text: 'Pause', title: 'The process stands still; its host takes bytes' },
];

export type Act =
  | { readonly link: string; readonly deed: LinkDeed }
  | { readonly node: string; readonly deed: NodeDeed };

/** Fired when the reader does something to a link or a node that is shown, at the moment that is shown. */
export class ActEvent extends Event {
  readonly act: Act;

  constructor(act: Act) {
    super('act', { bubbles: true });
    this.act = act;
  }
}
