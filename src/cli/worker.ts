/** `amber worker`: runs seeds for whoever submits sweeps to a queue. */
import { availableParallelism, hostname } from 'node:os';
import { parseRedisUrl } from '../campaign/redis-url.ts';
import { work } from '../campaign/work.ts';
import { inOneLine } from './campaign.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { usage, WORKERS_LIMIT, wholeNumber } from './option-values.ts';
import { visible } from './style.ts';
import type { Arguments } from './verb.ts';
import { counted, number } from './wording.ts';

/**
 * Works until it is told to end, by SIGINT or SIGTERM; what it was at then is given back.
 *
 * @throws CommandError in one line: usage, a Redis that is out of reach, packages that are missing
 */
export async function workerCommand({ options }: Arguments, io: CommandIo): Promise<ExitCode> {
  if (options.queue === undefined) throw usage('--queue is missing; write --queue redis://host:port');
  const { queue, workers } = options as Record<string, string>;
  const threads =
    workers === undefined ? availableParallelism() : wholeNumber(workers, '--workers', 1, WORKERS_LIMIT);
  const told = new AbortController();
  const forget = io.onInterrupt(() => told.abort());
  try {
    const address = parseRedisUrl(queue!);
    const name = `${hostname()}#${process.pid}`;
    const say = (line: string): void => io.out(`${visible(line)}\n`);
    const { seeds, jobs } = await work({ address, name, threads, signal: told.signal, say });
    say(`${number(seeds)} seeds in ${counted(jobs, 'job')}`);
  } catch (error) {
    throw inOneLine(error);
  } finally {
    forget();
  }
  return exitCodes.passed;
}
