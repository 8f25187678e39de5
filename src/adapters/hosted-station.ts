/** A node on which a library plays a part of a story: a process of foreign code that is told what the script does in tasks of its own. */
import type { Part } from '../scenario/cast.ts';
import { hostOptions } from '../scenario/host-options.ts';
import type { HostedDisk, Hosting } from '../scenario/hosting.ts';
import { type Process, ProcessNode } from '../sim/process-node.ts';
import type { BrokerPromises } from '../trace/event.ts';

/** What is there to be told of the lives of the node. */
interface Lives {
  readonly promises?: BrokerPromises;
  /** A life begins; nothing of it has run yet. */
  started(process: Process, disk: HostedDisk): void;
  ended(): void;
}

export class HostedStation extends ProcessNode {
  constructor({ name, surroundings, hosting, failed, beyond }: Part<unknown>, library: string, lives: Lives) {
    const host: Hosting = hosting ?? beyond(`${library} needs Node to run '${name}' in`);
    const { taskTime, disk, env } = hostOptions(name, {});
    super(name, surroundings, {
      taskTime,
      disk,
      ...(lives.promises === undefined ? {} : { promises: lives.promises }),
      execute: (task, process) => host.execute(task, process),
      started: (process) => {
        host.begin(process, env, failed);
        lives.started(process, host.disk(process));
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
