/** Where the process of a command begins: what `bin/amber.js` calls. */
import { beginThread, keepWaiting } from '../host/waiting-threads.ts';

/** Runs the command line of this process, and sets its exit code. */
export async function begin(): Promise<void> {
  // The thread of a run takes longer to begin than the command does to find out what it is to run.
  if (isRun(process.argv.slice(2))) keepWaiting(beginThread());
  const { runProcess } = await import('./main.ts');
  await runProcess();
}

/** Not where only help is wanted. */
function isRun([verb, ...args]: readonly string[]): boolean {
  return verb === 'run' && args.length > 0 && !args.some((arg) => arg === '--help' || arg === '-h');
}
