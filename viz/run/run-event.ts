/** What the pane that runs stories tells the page. */
import type { RunRequest } from '../engine/messages.ts';

/** Fired when a story is to be run. */
export class RunEvent extends Event {
  readonly request: RunRequest;
  /** The id of a fault that was added: the reader wants to see what comes of it. */
  readonly fault: string | undefined;

  constructor(request: RunRequest, fault?: string) {
    super('run', { bubbles: true });
    this.request = request;
    this.fault = fault;
  }
}
