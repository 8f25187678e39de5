/**
 * Serves the viewer, and the traces that it is given, on the loopback interface, and nothing else.
 *
 * Every address that answers is in a table made at the start, so no request can name another file. Pages of other origins get
 * nothing either: their requests carry another Host (a name rebound to 127.0.0.1) or are refused the answer by the browser.
 */
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join, relative, sep } from 'node:path';
import { CommandError, exitCodes } from './exit-code.ts';
import type { LiveTrace } from './live-trace.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' blob:; worker-src blob:; style-src 'self'; img-src 'self' data: blob:; connect-src 'self' data: blob:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  // A trace may be recorded again under its name while the page is open.
  'cache-control': 'no-store',
};

/** The playground runs it in a frame that has no origin; it says nothing that is not in the package. */
const FRAME_SCRIPT = '/site/frame.js';

const HEADER_BYTES_MAX = 8 * 1024;
const URL_CHARS_MAX = 1024;
const CONNECTIONS_MAX = 64;
const HEADERS_MILLIS_MAX = 10_000;
const IDLE_MILLIS_MAX = 60_000;
/** Those who look on at a live trace have so long to take the end of it. */
const LEAVE_MILLIS_MAX = 1_000;
const LIVE_ADDRESS = '/trace/live.amber.jsonl';

/** A file that the built viewer consists of, in memory. */
interface Asset {
  type: string;
  body: Buffer;
}

/** The built viewer: addresses to files. @throws the error of the file system when there is no build. */
function readAssets(directory: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const address = `/${relative(directory, path).split(sep).join('/')}`;
    const type = TYPES[extname(entry.name)] ?? 'application/octet-stream';
    assets.set(address, { type, body: readFileSync(path) });
  }
  assets.set('/', assets.get('/index.html')!);
  return assets;
}

export interface ViewServer {
  /** Of the viewer with the trace. */
  url: string;
  port: number;
  /** Ends every connection; a live trace that is finished comes to its end before. */
  close(): Promise<void>;
}

/**
 * @param viewer the directory of the built viewer
 * @param trace path of the trace file, or what is being recorded; without one the page waits for a file that its reader chooses
 * @param port 0 takes a free one
 * @param other path of a trace file to compare it with
 * @throws the error of the file system or of the network, with its `code`
 */
export async function startViewServer(
  viewer: string,
  trace: string | LiveTrace | undefined,
  port: number,
  other?: string,
): Promise<ViewServer> {
  const assets = readAssets(viewer);
  const traceAddress = addressOf(trace);
  const traces = new Map<string, string | LiveTrace>();
  if (trace !== undefined) traces.set(traceAddress!, trace);
  const otherAddress = other === undefined ? undefined : `/other/${encodeURIComponent(basename(other))}`;
  if (other !== undefined) traces.set(otherAddress!, other);
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_MILLIS_MAX,
      requestTimeout: HEADERS_MILLIS_MAX,
      keepAliveTimeout: HEADERS_MILLIS_MAX,
    },
    (request, response) => answer(request, response, assets, traces),
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.setTimeout(IDLE_MILLIS_MAX);
  await listen(server, port);
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${taken}/${query(traceAddress)}${fragment(otherAddress)}`,
    port: taken,
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(
          () => server.closeAllConnections(),
          typeof trace === 'object' ? LEAVE_MILLIS_MAX : 0,
        );
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
      }),
  };
}

/** Words what went wrong with the port that `option` chose. */
export function cannotServe(error: unknown, port: number, option: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    const message = `port ${port} is in use: choose another, or leave ${option} out`;
    return new CommandError(exitCodes.environment, message);
  }
  if (code === 'EACCES')
    return new CommandError(exitCodes.environment, `port ${port} may not be used by you`);
  return error;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOf(trace: string | LiveTrace | undefined): string | undefined {
  if (typeof trace === 'string') return `/trace/${encodeURIComponent(basename(trace))}`;
  return trace === undefined ? undefined : LIVE_ADDRESS;
}

function query(traceAddress: string | undefined): string {
  return traceAddress === undefined ? '' : `?trace=${encodeURIComponent(traceAddress.slice(1))}`;
}

/** The page opens where the two are compared. */
function fragment(otherAddress: string | undefined): string {
  return otherAddress === undefined
    ? ''
    : `#view=compare&against=${encodeURIComponent(otherAddress.slice(1))}`;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  assets: ReadonlyMap<string, Asset>,
  traces: ReadonlyMap<string, string | LiveTrace>,
): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const refuse = (status: number, text: string): void => {
    response.setHeader('connection', 'close');
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(request.method === 'HEAD' ? undefined : `${text}\n`);
  };
  const port = request.socket.localPort;
  const host = request.headers.host;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    refuse(421, 'this server answers on 127.0.0.1 only');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    refuse(405, 'only GET and HEAD are answered here');
    return;
  }
  if (
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0
  ) {
    refuse(413, 'a request needs no body here');
    return;
  }
  const url = request.url ?? '';
  if (url.length > URL_CHARS_MAX) {
    refuse(414, 'the address is too long');
    return;
  }
  const path = url.split('?', 1)[0]!;
  const asset = assets.get(path);
  const trace = traces.get(path);
  if (asset !== undefined) {
    if (path === FRAME_SCRIPT) response.setHeader('cross-origin-resource-policy', 'cross-origin');
    response.writeHead(200, { 'content-type': asset.type, 'content-length': asset.body.length });
    response.end(request.method === 'HEAD' ? undefined : asset.body);
  } else if (trace !== undefined) {
    if (typeof trace === 'string') sendTrace(request, response, trace, refuse);
    else sendLive(request, response, trace);
  } else refuse(404, 'there is nothing at this address');
}

/** The file is read anew for every request: it may have grown, or be gone. */
function sendTrace(
  request: IncomingMessage,
  response: ServerResponse,
  trace: string,
  refuse: (status: number, text: string) => void,
): void {
  let size: number;
  try {
    size = statSync(trace).size;
  } catch {
    refuse(404, 'the trace is gone');
    return;
  }
  const headers = { 'content-type': 'application/octet-stream', 'content-length': size };
  if (request.method === 'HEAD' || size === 0) {
    response.writeHead(200, headers);
    response.end();
    return;
  }
  // No more than was promised, should the file grow meanwhile.
  const file = createReadStream(trace, { end: size - 1 });
  file.once('error', () => {
    if (response.headersSent) response.destroy();
    else refuse(500, 'the trace cannot be read');
  });
  response.once('close', () => file.destroy());
  file.once('open', () => {
    response.writeHead(200, headers);
    file.pipe(response);
  });
}

/** From its beginning, and on until it ends. Nobody knows how long it will be. */
function sendLive(request: IncomingMessage, response: ServerResponse, trace: LiveTrace): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // For hours there may be nothing to say; only who does not take what was said is let go.
  response.setTimeout(IDLE_MILLIS_MAX, () => {
    if (response.writableNeedDrain) response.destroy();
  });
  // When the trace is over, the server mostly is, too.
  response.once('finish', () => request.socket.end());
  trace.sendTo(response);
}
