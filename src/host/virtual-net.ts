/**
 * The network of hosted code: what `net`, `tls`, `http`, `https` and `dns` do while a process runs. Its sockets and servers are on the
 * network of the simulation; a script is still refused all of them, and outside of runs they are real.
 */
import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import type { Process } from '../sim/process-node.ts';
import { replace } from './replace.ts';
import { installAgents } from './virtual-agents.ts';
import { lookup, lookupPromise } from './virtual-net-dns.ts';
import { request, settleServer } from './virtual-net-http.ts';
import { listen } from './virtual-net-server.ts';
import { becomeVirtual, dial, isVirtual, normalized } from './virtual-net-socket.ts';
import { connectSecurely, createSecureServer } from './virtual-net-tls.ts';

// biome-ignore lint/suspicious/noExplicitAny: dispatchers pass on whatever overload they were called with
type Loose = (...args: any[]) => any;

/** @param currentProcess the process whose code runs; undefined while the script does, or nothing of a run. */
export function installNetwork(currentProcess: () => Process | undefined): void {
  /** In a process `virtual` takes the place of what is there. */
  function install(
    owner: object,
    name: string,
    virtual: (process: Process, args: unknown[], self: never) => unknown,
  ): void {
    replace<Loose>(
      owner,
      name,
      (real) =>
        function (this: never, ...args: unknown[]) {
          const process = currentProcess();
          return process === undefined ? Reflect.apply(real, this, args) : virtual(process, args, this);
        },
    );
  }

  for (const name of ['connect', 'createConnection']) install(net, name, connect);
  install(net, 'createServer', (_, args) => new net.Server(...(args as [])));
  install(net.Socket.prototype, 'connect', (process, args, self: net.Socket) =>
    dial(isVirtual(self) ? self : becomeVirtual(self, process), normalized(args)),
  );
  install(net.Server.prototype, 'listen', (process, args, self: net.Server) => {
    if (self instanceof http.Server) settleServer(self);
    return listen(process, self, args);
  });

  install(tls, 'connect', connectSecurely);
  install(tls, 'createServer', (_, args) => createSecureServer(args));

  installAgents(currentProcess);
  install(http, 'createServer', (_, args) => new http.Server(...(args as [])));
  install(https, 'createServer', (_, args) => new http.Server(...(args as [])));
  for (const [owner, agent] of [
    [http, undefined],
    [https, https.globalAgent],
  ] as const) {
    install(owner, 'request', (_, args) => request(args, agent));
    install(owner, 'get', (_, args) => request(args, agent).end());
  }
  install(http.Agent.prototype, 'createConnection', connect);
  install(https.Agent.prototype, 'createConnection', connectSecurely);

  install(dns, 'lookup', lookup);
  install(dns.promises, 'lookup', lookupPromise);
}

function connect(process: Process, args: unknown[]): net.Socket {
  const asked = normalized(args);
  const [options] = asked;
  const socket = becomeVirtual(new net.Socket(options), process);
  if (options.timeout) socket.setTimeout(options.timeout);
  return dial(socket, asked);
}
