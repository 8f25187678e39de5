import type { CommandIo } from './io.ts';

/** Resolves when somebody asks the process to end; `forget` stops listening. */
export function untilTold(io: CommandIo): { told: Promise<void>; forget: () => void } {
  let forget!: () => void;
  const told = new Promise<void>((resolve) => {
    forget = io.onInterrupt(resolve);
  });
  return { told, forget };
}
