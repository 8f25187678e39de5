/** HTTP in a process: Node's own, over virtual sockets, without the real clocks that Node has inside. */
import http from 'node:http';
import type https from 'node:https';

/**
 * `request` of `http` or, with its agent, of `https`.
 *
 * @param agent what connects for requests that bring no agent of their own.
 */
export function request(args: unknown[], agent: https.Agent | undefined): http.ClientRequest {
  if (agent === undefined) return new http.ClientRequest(...(args as [never]));
  const [first, second] = args;
  const isAddressed = typeof first === 'string' || first instanceof URL;
  const options = { _defaultAgent: agent, ...((isAddressed ? second : first) as object) };
  const callback = args.find((arg) => typeof arg === 'function');
  // Node's types do not know that it takes three.
  const all = isAddressed ? [first, options, callback] : [options, callback];
  return new http.ClientRequest(...(all as [never]));
}

const CHECKS = 'connectionsCheckingInterval';

/**
 * Takes what is real from a server that is about to listen: the timer that looks for slow requests, and the date in its answers, which is
 * that of the process instead.
 */
export function settleServer(server: http.Server): void {
  server.once('listening', () => {
    for (const symbol of Object.getOwnPropertySymbols(server)) {
      if (symbol.description?.endsWith(CHECKS)) clearInterval(Reflect.get(server, symbol) as NodeJS.Timeout);
    }
  });
  server.prependListener('request', date);
  server.prependListener('checkContinue', date);
}

function date(_request: http.IncomingMessage, response: http.ServerResponse): void {
  const { writeHead } = response;
  const dated = (...args: unknown[]): http.ServerResponse => {
    if (response.sendDate && !response.hasHeader('date'))
      response.setHeader('Date', new Date().toUTCString());
    return Reflect.apply(writeHead, response, args) as http.ServerResponse;
  };
  response.writeHead = dated;
}
