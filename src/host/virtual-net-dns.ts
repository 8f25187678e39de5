/** `dns.lookup` in a process: the names are those of the nodes, and `localhost`. */
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { Process } from '../sim/process-node.ts';
import { nameNotFound } from './virtual-net-errors.ts';
import { addressOf } from './virtual-net-names.ts';

interface LookupSettings {
  family?: number | string;
  all?: boolean;
}

type Found = (error: Error | null, address?: string | LookupAddress[], family?: number) => void;

/** All nodes have addresses of version 4. */
function find(process: Process, host: string, { family = 0 }: LookupSettings): LookupAddress {
  const address = addressOf(process, host);
  const version = address === undefined ? 0 : isIP(address);
  const isWanted = family === 0 || family === version || family === `IPv${version}`;
  if (address === undefined || !isWanted) throw nameNotFound(host);
  return { address, family: version };
}

function settingsOf(given: unknown): LookupSettings {
  return typeof given === 'number' ? { family: given } : ((given ?? {}) as LookupSettings);
}

/** `lookup(hostname[, options], callback)` */
export function lookup(process: Process, args: unknown[]): object {
  const host = String(args[0]);
  const found = args.at(-1) as Found;
  const settings = settingsOf(args.length > 2 ? args[1] : {});
  process.loop.post(() => {
    try {
      const answer = find(process, host, settings);
      if (settings.all === true) found(null, [answer]);
      else found(null, answer.address, answer.family);
    } catch (error) {
      found(error as Error);
    }
  });
  return {};
}

/** The same of `dns/promises`. */
export function lookupPromise(process: Process, args: unknown[]): Promise<LookupAddress | LookupAddress[]> {
  const host = String(args[0]);
  const settings = settingsOf(args[1]);
  return new Promise((resolve, reject) => {
    process.loop.post(() => {
      try {
        const answer = find(process, host, settings);
        resolve(settings.all === true ? [answer] : answer);
      } catch (error) {
        reject(error);
      }
    });
  });
}
