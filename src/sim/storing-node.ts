/** A node with a disk, and what can befall that. */
import { Disk, type DiskOptions } from './disk.ts';
import type { FaultSpan } from './duplex-link.ts';
import type { Fault, Undo } from './fault.ts';
import { SimNode } from './node.ts';
import { type Duration, parseDuration } from './time.ts';

export abstract class StoringNode extends SimNode {
  abstract get disk(): Disk;

  /** Syncs of the disk take so much longer. */
  slowDisk(options: FaultSpan & { by: Duration }): Fault | undefined {
    const by = parseDuration(options.by, `slow disk of ${this.name}`);
    return this.strike('disk-slow', options.for, { by });
  }

  /** Nothing more is written to the disk until the fault ends. */
  fillDisk(options: FaultSpan = {}): Fault | undefined {
    return this.strike('disk-full', options.for, {});
  }

  override befall(fault: Fault): Undo | undefined {
    const { disk } = this;
    if (fault.family === 'disk-slow') {
      const by = Number(fault.detail.by);
      disk.slow(by);
      return () => disk.quicken(by);
    }
    if (fault.family === 'disk-full') {
      disk.fill();
      return () => disk.makeRoom();
    }
    return super.befall(fault);
  }

  /** A disk on which faults that wait for what it does are struck when it does that. */
  protected newDisk(options: DiskOptions): Disk {
    const disk = new Disk(this.simulator, this.name, options, this.draw('disk'));
    let waiting = this.faults.waitingAt(this.name);
    if (waiting.length > 0) {
      const watch: Disk['watch'] = (of, side, nth) => {
        const due = waiting.find(
          ({ occasion }) => occasion!.of === of && occasion!.side === side && occasion!.nth === nth,
        );
        if (due === undefined) return;
        // What a fault has prevented comes again under the same number: one of them strikes each time.
        waiting = waiting.filter((fault) => fault !== due);
        this.faults.strikeWaiting(due);
      };
      disk.watch = watch;
    }
    return disk;
  }
}
