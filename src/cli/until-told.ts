import type { CommandIo } from './io.ts';

/** Resolves at SIGINT or SIGTERM; `forget` stops listening. */
export function untilTold(io: CommandIo): { told: Promise<void>; forget: () => void } {
  let tell!: () => void;
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const forgetInterrupt = io.onInterrupt(tell);
  process.on('SIGTERM', tell);
  return {
    told,
    forget() {
      forgetInterrupt();
      process.off('SIGTERM', tell);
    },
  };
}
