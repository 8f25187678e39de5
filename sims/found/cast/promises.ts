import type { MountSettings } from 'mqtt-amber/aedes';

/** What aedes amounts to, as `amber compare` takes it: queues have no end, nothing expires, and each filter that matches may bring a message. */
const PROMISES = {
  queueLimit: Number.MAX_SAFE_INTEGER,
  queueQoS0: false,
  overlap: 'each',
  keepAliveFactor: 1.5,
  maximumQoS: 2,
  sessionExpiry: null,
  retainedExpiry: null,
} as const;

/** With its store in memory, nothing outlives the process. */
export const IN_MEMORY: MountSettings = { promises: { ...PROMISES, durability: 'none' } };

/** With its store on a disk, a crash takes nothing that was acknowledged. In these stories the power stays. */
export const ON_DISK: MountSettings = { promises: { ...PROMISES, durability: 'sync' } };
