/** `amber view`: opens a trace in the browser. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { constants, gunzipSync } from 'node:zlib';
import { TraceError, TraceReader } from '../trace/index.ts';
import { builtViewer } from './built-viewer.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { cannotServe, startViewServer, type ViewServer } from './view-server.ts';

const USAGE = "amber view [TRACE | '#LINK'] [OTHER] [--port PORT] [--open]";
/** Enough for the header line of a trace, packed or not. */
const HEAD_BYTES = 64 * 1024;

/**
 * Serves the viewer, and the trace if there is one (and another to compare it with), until it is interrupted, and prints the address.
 *
 * @param viewer directory of the built viewer; that of this package unless a test has its own
 * @throws {CommandError} one line: usage, a file that is no trace, no built viewer, a port in use
 */
export async function view(argv: readonly string[], io: CommandIo, viewer?: string): Promise<ExitCode> {
  const { trace: named, other, port, open } = readArguments(argv);
  // A place in the page: a story that is run there.
  const link = named?.startsWith('#') === true ? named : '';
  const trace = link === '' ? named : undefined;
  for (const path of [trace, other]) if (path !== undefined) checkTrace(path);
  const directory = viewer ?? builtViewer();
  let server: ViewServer;
  try {
    server = await startViewServer(directory, trace, port, other);
  } catch (error) {
    throw cannotServe(error, port, '--port');
  }
  // Ctrl-C may come while a browser is being started.
  const interrupted = new Promise<void>((resolve) => {
    const forget = io.onInterrupt(() => {
      forget();
      resolve();
    });
  });
  const address = `${server.url}${link}`;
  io.out(`${address}\n`);
  if (io.errIsTerminal) io.err('Ctrl-C ends it.\n');
  if (open) openBrowser(address, io);
  await interrupted;
  await server.close();
  return exitCodes.interrupted;
}

interface Arguments {
  trace: string | undefined;
  /** To compare it with. */
  other: string | undefined;
  port: number;
  open: boolean;
}

function readArguments(argv: readonly string[]): Arguments {
  let parsed: { values: { port?: string; open?: boolean }; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { port: { type: 'string' }, open: { type: 'boolean' } },
    });
  } catch (error) {
    const sentence = (error as Error).message.split('. ', 1)[0]!;
    throw new CommandError(
      exitCodes.usage,
      `${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1)}: ${USAGE}`,
    );
  }
  const { values, positionals } = parsed;
  const [trace, other, extra] = positionals;
  if (extra !== undefined) {
    throw new CommandError(exitCodes.usage, `'${extra}' is one argument too many: ${USAGE}`);
  }
  const port = values.port ?? '0';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new CommandError(exitCodes.usage, `a port is a number from 0 to 65535, not '${port}': ${USAGE}`);
  }
  return { trace, other, port: Number(port), open: values.open === true };
}

/** Reads the header, so that a wrong file is refused here and not in the browser. What is cut off later can still be seen. */
function checkTrace(path: string): void {
  const head = readHead(path);
  let text: Uint8Array = head;
  if (head[0] === 0x1f && head[1] === 0x8b) {
    try {
      text = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1024 * HEAD_BYTES });
    } catch (error) {
      throw new CommandError(
        exitCodes.environment,
        `${path} cannot be unpacked: ${(error as Error).message}`,
      );
    }
  }
  const lineEnd = text.indexOf(10);
  const reader = new TraceReader();
  try {
    reader.push(lineEnd < 0 ? text : text.subarray(0, lineEnd + 1));
    reader.end();
  } catch (error) {
    if (error instanceof TraceError)
      throw new CommandError(exitCodes.environment, `${path}: ${error.message}`);
    throw error;
  }
}

function readHead(path: string): Uint8Array {
  let file: number | undefined;
  try {
    if (statSync(path).isDirectory()) {
      throw new CommandError(exitCodes.usage, `${path} is a directory, not a trace`);
    }
    file = openSync(path, 'r');
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new CommandError(exitCodes.usage, `there is no file ${path}`);
    }
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const OPENERS: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', '""'],
};

/** A browser that cannot be started is no failure: the address was printed. */
function openBrowser(url: string, io: CommandIo): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore' });
  child.once('error', (error) =>
    io.err(`amber: no browser could be started (${error.message}); open the address yourself\n`),
  );
  child.unref();
}
