/** Names and addresses as a process sees them: every node has one address, and itself the loopback too. */
import { isIP } from 'node:net';
import type { Connection } from '../sim/connection.ts';
import type { Process } from '../sim/process-node.ts';
import { lookedUpInVain } from './vain-lookups.ts';

export const LOOPBACK = '127.0.0.1';

/** What `localhost` is called by those who do not say localhost. */
const OWN_ADDRESSES = new Set([LOOPBACK, '::1', '0.0.0.0', '::']);

/** Where ports that nobody chose begin, and how many there are. */
const FIRST_PORT = 49_152;
const PORTS = 16_384;

/** The address that a host name, or an address, stands for; undefined when there is none. */
export function addressOf(process: Process, host: string): string | undefined {
  if (isIP(host) !== 0) return host;
  return host.toLowerCase() === 'localhost' ? LOOPBACK : known(process, host, process.addressOf(host));
}

/** The node at an address; undefined when nobody is there. */
export function nodeAt(process: Process, address: string): string | undefined {
  return OWN_ADDRESSES.has(address) ? process.node.name : known(process, address, process.nameAt(address));
}

function known(process: Process, asked: string, found: string | undefined): string | undefined {
  if (found === undefined) lookedUpInVain(process, asked);
  return found;
}

/** Host and port of both ends of a connection, as the dialler sees them. */
export interface Addresses {
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
}

export function addressesOf(process: Process, { dialler, listener, name, port }: Connection): Addresses {
  const from = dialler.host.name;
  const to = listener.host.name;
  // `sensor>hub#3` is the third: no two connections between two nodes come from the same port, for a long time.
  const nth = Number(name.slice(name.lastIndexOf('#') + 1));
  const local = from === to ? LOOPBACK : process.addressOf(from)!;
  const remote = from === to ? LOOPBACK : process.addressOf(to)!;
  return {
    local: { address: local, port: FIRST_PORT + ((nth - 1) % PORTS) },
    remote: { address: remote, port },
  };
}

/** The first port that nobody chose and nobody listens on; undefined when there is none. */
export function freePort(process: Process): number | undefined {
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS; port++)
    if (process.listener(port) === undefined) return port;
  return undefined;
}
