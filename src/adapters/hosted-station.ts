/** A node on which a library plays a part of a story: a process of foreign code that is told what the script does in tasks of its own. */

import type { Micros } from '../mqtt/machine.ts';
import type { Part } from '../scenario/cast.ts';
import type { Hosting } from '../scenario/hosting.ts';
import { type Process, ProcessNode } from '../sim/process-node.ts';
import type { BrokerPromises } from '../trace/event.ts';

/** How long a process is busy with one task, as with `sim.host`. */
const TASK_MICROS: Micros = 50;

/** What is there to be told of the lives of the node. */
interface Lives {
  readonly promises?: BrokerPromises;
  /** A life begins; nothing of it has run yet. */
  started(process: Process): void;
  ended(): void;
}

export class HostedStation extends ProcessNode {
  constructor({ name, surroundings, hosting, failed, beyond }: Part<unknown>, library: string, lives: Lives) {
    const host = hosting ?? beyond(`${library} needs Node to run '${name}' in`);
    super(name, surroundings, {
      taskTime: [TASK_MICROS, TASK_MICROS],
      ...(lives.promises === undefined ? {} : { promises: lives.promises }),
      execute: (task, process) => host.execute(task, process),
      started: (process) => {
        (host as Hosting).begin(process, failed);
        lives.started(process);
      },
      ended: () => lives.ended(),
    });
  }

  /** Tells the application something in an event of its own: what the script makes of it is no code of this process. */
  protected tell(happens: () => void): void {
    const { process, simulator } = this;
    simulator.at(simulator.now, () => {
      if (this.process === process) happens();
    });
  }
}
