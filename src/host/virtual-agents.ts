/**
 * `http.globalAgent`, and that of `https`: one for each life of a process, as each process has one. An agent keeps connections for the requests that
 * come after, and what one life has dialled is nothing that another could speak over.
 */
import http from 'node:http';
import https from 'node:https';
import type { Process } from '../sim/process-node.ts';
import { presentObject } from './present-object.ts';

/** As Node makes its own. */
const OPTIONS: http.AgentOptions = { keepAlive: true, scheduling: 'lifo', timeout: 5_000 };

/** @param currentProcess undefined where what is outside of processes is meant. */
export function installAgents(currentProcess: () => Process | undefined): void {
  install(http, () => new http.Agent(OPTIONS), currentProcess);
  install(https, () => new https.Agent(OPTIONS), currentProcess);
}

function install<A extends http.Agent>(
  owner: { globalAgent: A },
  make: () => A,
  currentProcess: () => Process | undefined,
): void {
  const agents = new WeakMap<Process, A>();
  let outside = owner.globalAgent;
  const agent = presentObject<A>(() => {
    const process = currentProcess();
    if (process === undefined) return outside;
    const own = agents.get(process) ?? make();
    agents.set(process, own);
    return own;
  });
  // Requests that bring no agent look for it where Node keeps it.
  owner.globalAgent = agent;
  Object.defineProperty(owner, 'globalAgent', {
    configurable: true,
    enumerable: true,
    get: () => agent,
    set(given: A) {
      if (given === agent) return;
      const process = currentProcess();
      if (process === undefined) outside = given;
      else agents.set(process, given);
    },
  });
}
