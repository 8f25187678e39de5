import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CommandError } from '../../src/cli/exit-code.ts';
import type { CommandIo } from '../../src/cli/io.ts';
import { view } from '../../src/cli/view.ts';
import { startViewServer, type ViewServer } from '../../src/cli/view-server.ts';
import { plantFixture } from '../viz/fixture.ts';

const SECRET = 'nobody may read this';
const plant = plantFixture();
let directory: string;
let viewer: string;
let trace: string;
let server: ViewServer;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'amber-view-'));
  viewer = join(directory, 'viz');
  mkdirSync(join(viewer, 'assets'), { recursive: true });
  writeFileSync(join(viewer, 'index.html'), '<!doctype html><title>viewer</title>');
  writeFileSync(join(viewer, 'assets', 'main.js'), 'export {};');
  mkdirSync(join(viewer, 'site'));
  writeFileSync(join(viewer, 'site', 'frame.js'), '');
  writeFileSync(join(directory, 'secret.txt'), SECRET);
  trace = join(directory, 'a run #1.amber.jsonl.gz');
  writeFileSync(trace, gzipSync(plant.text));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Sends bytes as they are, and returns all that comes back until the server closes. */
function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      answer += text;
    });
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer));
  });
}

function get(
  port: number,
  path: string,
  headers = '',
  method = 'GET',
  host = `127.0.0.1:${port}`,
): Promise<string> {
  return raw(port, `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}Connection: close\r\n\r\n`);
}

function statusOf(answer: string): number {
  return Number(answer.split(' ', 2)[1]);
}

describe('the server of the viewer', () => {
  beforeAll(async () => {
    server = await startViewServer(viewer, trace, 0);
  });
  afterAll(() => server.close());

  it('serves the page, its parts and the trace, whatever the name of the trace', async () => {
    expect(await (await fetch(server.url)).text()).toContain('<title>viewer</title>');
    const script = await fetch(new URL('/assets/main.js', server.url));
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const address = new URL(server.url).searchParams.get('trace')!;
    const response = await fetch(new URL(address, server.url));
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.equals(gzipSync(plant.text))).toBe(true);
    expect(response.headers.get('content-length')).toBe(`${bytes.length}`);
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  it('answers HEAD with the same headers and no body', async () => {
    const answer = await get(server.port, '/', '', 'HEAD');
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toMatch(/content-length: 36\r\n/i);
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/trace/../secret.txt',
    '/trace/..%2f..%2fsecret.txt',
    '/trace/secret.txt',
    '/trace/',
    '/trace',
    '//secret.txt',
    '/assets',
    '/__proto__',
    '/constructor',
    '/%',
    '/%00',
    'http://evil.example/secret.txt',
    '*',
  ])('finds nothing at %s', async (path) => {
    const answer = await get(server.port, path);
    expect([400, 404]).toContain(statusOf(answer));
    expect(answer).not.toContain(SECRET);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])('refuses %s', async (method) => {
    const answer = await get(server.port, '/', '', method);
    expect(statusOf(answer)).toBe(405);
    expect(answer).toMatch(/allow: GET, HEAD\r\n/i);
  });

  it('answers to its own names only, so that no rebound name reaches it', async () => {
    expect(statusOf(await get(server.port, '/', '', 'GET', `localhost:${server.port}`))).toBe(200);
    for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1', '', '127.0.0.1:1']) {
      expect([400, 421]).toContain(statusOf(await get(server.port, '/', '', 'GET', host)));
    }
  });

  it('refuses bodies, long addresses, long headers and what is no HTTP', async () => {
    expect(statusOf(await get(server.port, '/', 'Content-Length: 5\r\n'))).toBe(413);
    expect(statusOf(await get(server.port, '/', 'Transfer-Encoding: chunked\r\n'))).toBe(413);
    expect(statusOf(await get(server.port, `/${'a'.repeat(2_000)}`))).toBe(414);
    expect(statusOf(await get(server.port, '/', `X-Long: ${'a'.repeat(20_000)}\r\n`))).toBe(431);
    expect(statusOf(await raw(server.port, '\u0016\u0003\u0001 hello\r\n\r\n'))).toBe(400);
  });

  it('tells browsers to run nothing but its own parts, and to share nothing', async () => {
    const { headers } = await fetch(server.url);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('gives a frame without an origin the one script that it runs', async () => {
    const policyOf = async (path: string): Promise<string | null> =>
      (await fetch(new URL(path, server.url))).headers.get('cross-origin-resource-policy');
    expect(await policyOf('/site/frame.js')).toBe('cross-origin');
    expect(await policyOf('/assets/main.js')).toBe('same-origin');
    expect(await policyOf(new URL(server.url).searchParams.get('trace')!)).toBe('same-origin');
  });

  it('says so when the trace is gone, and goes on', async () => {
    const passing = join(directory, 'passing.amber.jsonl');
    writeFileSync(passing, plant.text);
    const other = await startViewServer(viewer, passing, 0);
    rmSync(passing);
    expect((await fetch(new URL('/trace/passing.amber.jsonl', other.url))).status).toBe(404);
    expect((await fetch(other.url)).status).toBe(200);
    await other.close();
  });
});

describe('amber view', () => {
  let said = '';
  let interrupt: (() => void) | undefined;
  const io: CommandIo = {
    out: (text) => {
      said += text;
    },
    err: () => undefined,
    input: () => {
      throw new Error('nothing is piped in');
    },
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 100,
    environment: {},
    abandoned: new Promise(() => {}),
    onInterrupt(listener) {
      interrupt = listener;
      return () => undefined;
    },
  };
  let blocker: Server | undefined;

  afterEach(() => {
    blocker?.close();
    blocker = undefined;
    said = '';
  });

  async function failureOf(
    argv: readonly string[],
    directoryOfViewer: string | undefined = viewer,
  ): Promise<CommandError> {
    const failure = await view(argv, io, directoryOfViewer).then(
      () => undefined,
      (error: CommandError) => error,
    );
    expect(failure?.name).toBe('CommandError');
    expect(failure!.message).not.toContain('\n');
    return failure!;
  }

  it('prints an address that works until it is interrupted', async () => {
    const ended = view([trace], io, viewer);
    await expect.poll(() => said).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?trace=trace%2F\S+\n$/);
    const address = said.trim();
    expect((await fetch(address)).status).toBe(200);
    interrupt!();
    expect(await ended).toBe(130);
    await expect(fetch(address)).rejects.toThrow();
  });

  it('serves the viewer alone when it is given no trace', async () => {
    const ended = view([], io, viewer);
    await expect.poll(() => said).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect((await fetch(said.trim())).status).toBe(200);
    expect((await fetch(`${said.trim()}trace/undefined`)).status).toBe(404);
    interrupt!();
    expect(await ended).toBe(130);
  });

  it('serves a second trace beside the first, also one of its name, and opens where they are compared', async () => {
    mkdirSync(join(directory, 'other'));
    const other = join(directory, 'other', 'a run #1.amber.jsonl.gz');
    writeFileSync(other, gzipSync(plant.text.replace('"seed":"71"', '"seed":"72"')));
    const ended = view([trace, other], io, viewer);
    await expect.poll(() => said).toMatch(/\?trace=\S+#view=compare&against=\S+\n$/);
    const { origin, search, hash } = new URL(said.trim());
    const first = await fetch(`${origin}/${new URLSearchParams(search).get('trace')}`);
    const second = await fetch(`${origin}/${new URLSearchParams(hash.slice(1)).get('against')}`);
    expect(readFileSync(trace).equals(Buffer.from(await first.arrayBuffer()))).toBe(true);
    expect(readFileSync(other).equals(Buffer.from(await second.arrayBuffer()))).toBe(true);
    interrupt!();
    expect(await ended).toBe(130);
  });

  it.each([
    [['a', 'b', 'c'], 2, /'c' is one argument too many/],
    [['--colour', 'a'], 2, /--colour/],
    [['a', '--port'], 2, /--port/],
    [['a', '--port', '65536'], 2, /0 to 65535, not '65536'/],
    [['a', '--port', 'http'], 2, /0 to 65535, not 'http'/],
  ] as const)('refuses the arguments %j', async (argv, code, message) => {
    const failure = await failureOf(argv);
    expect(failure.exitCode).toBe(code);
    expect(failure.message).toMatch(message);
  });

  it('refuses what is no trace, before it opens a port', async () => {
    const write = (name: string, bytes: string | Uint8Array): string => {
      writeFileSync(join(directory, name), bytes);
      return join(directory, name);
    };
    const cases = [
      [join(directory, 'missing'), 2, /there is no file/],
      [directory, 2, /is a directory/],
      [write('empty', ''), 5, /empty/],
      [write('text', 'hello'), 5, /68 65 6c 6c 6f/],
      [write('json', '{"a":1}\n'), 5, /not the header of a trace/],
      [write('newer', `${JSON.stringify({ ...plant.header, version: 99 })}\n`), 5, /version 99/],
      [write('broken.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])), 5, /cannot be unpacked/],
    ] as const;
    for (const [path, code, message] of cases) {
      const failure = await failureOf([path]);
      expect(failure.message).toMatch(message);
      expect(failure.exitCode).toBe(code);
    }
    expect(said).toBe('');
  });

  it('opens a trace that was cut off, packed or not, for the page to show what there is', async () => {
    for (const bytes of [plant.text.slice(0, 5_000), gzipSync(plant.text).subarray(0, 2_000)]) {
      const cut = join(directory, 'cut');
      writeFileSync(cut, bytes);
      const ended = view([cut], io, viewer);
      await expect.poll(() => said).toMatch(/^http/);
      interrupt!();
      expect(await ended).toBe(130);
      said = '';
    }
  });

  it('says which port is in use', async () => {
    blocker = createServer();
    const port = await new Promise<number>((resolve) => {
      blocker!.listen(0, '127.0.0.1', () => resolve((blocker!.address() as { port: number }).port));
    });
    const failure = await failureOf([trace, '--port', `${port}`]);
    expect(failure.message).toBe(`port ${port} is in use: choose another, or leave --port out`);
    expect(failure.exitCode).toBe(5);
  });
});
