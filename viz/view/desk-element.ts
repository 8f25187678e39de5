/**
 * An element that shows something of a trace that it asks the desk about. It renders into the shadow of its viewer, where the style
 * sheets are, and has none of its own.
 */
import { LitElement, type PropertyDeclarations } from 'lit';
import type { Desk } from '../worker/desk.ts';

export abstract class DeskElement extends LitElement {
  static override properties: PropertyDeclarations = {
    desk: { attribute: false },
    trace: { type: Number },
    edition: { type: Number },
  };

  declare desk: Desk | undefined;
  /** The number of the trace at the desk; 0 is none. */
  declare trace: number;
  /** Grows when there is more of the trace than before. */
  declare edition: number;

  constructor() {
    super();
    this.desk = undefined;
    this.trace = 0;
    this.edition = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
