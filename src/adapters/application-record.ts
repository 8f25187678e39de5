/** Records what the application of a foreign client asks of it and is given, as that of our own does: so the judge knows of both. */
import { currentProcess } from '../host/process-world.ts';
import type { ProcessNode } from '../sim/process-node.ts';
import type { TraceMessage } from '../trace/event.ts';
import type { Asked } from '../trace/recorder.ts';

/** Of one node, through all its lives: the trace numbers its calls. Only code of the node may tell it something. */
export class ApplicationRecord {
  #calls = 0;

  /** @param command what follows from the call, which it is given the number of. */
  called(call: Asked, command: (call: number) => void): void {
    const node = present();
    const { recorder } = node;
    const number = ++this.#calls;
    const { cause } = recorder;
    const event = recorder.called(node, number, call);
    if (event > 0) recorder.cause = event;
    try {
      command(number);
    } finally {
      recorder.cause = cause;
    }
  }

  settled(call: number, outcome: 'ok' | 'failed', text: string): void {
    const node = present();
    node.recorder.settled(node, call, outcome, () => text);
  }

  delivered(message: TraceMessage, dup: boolean): void {
    const node = present();
    node.recorder.delivered(node, message, dup);
  }
}

/** The node whose code runs. */
function present(): ProcessNode {
  const process = currentProcess();
  if (process === undefined)
    throw new Error('a client of a hosted node was called from outside: let the node do it, with do()');
  return process.node;
}
