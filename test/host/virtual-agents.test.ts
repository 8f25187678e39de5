/** Requests over HTTP that bring no agent: the connections that Node keeps for them are those of one life of one node. */
import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';

/** A server that says from which connection of its own a request comes. */
function serves(): void {
  const sockets: net.Socket[] = [];
  http
    .createServer((request, response) => {
      if (!sockets.includes(request.socket)) sockets.push(request.socket);
      response.end(`${sockets.indexOf(request.socket) + 1}`);
    })
    .listen(8080);
}

function asks(): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get('http://hub:8080/', (response) => {
        response.setEncoding('utf8');
        response.on('data', (text: string) => response.on('end', () => resolve(text)));
      })
      .on('error', reject);
  });
}

async function told(script: (sim: Simulation) => Promise<void>) {
  const story = scenario('agents', async (sim) => {
    await sim.host('hub').boot(serves);
    await script(sim);
  });
  const { verdict, error, digest } = await runHosted(story, { seed: 1 });
  return { verdict, why: error?.message, digest };
}

describe('the agent that everybody has', () => {
  const { globalAgent } = http;
  afterEach(() => {
    http.globalAgent = globalAgent;
  });

  it('keeps a connection for the next request of a node, and none for another node or another life', async () => {
    const seen: string[] = [];
    const { why } = await told(async (sim) => {
      const [one, two] = [sim.host('one'), sim.host('two')];
      for (const node of [one, one, two]) seen.push(await node.do(asks));
      one.crash({ for: '1s' });
      await sim.sleep('2s');
      for (const node of [one, two]) seen.push(await node.do(asks));
    });
    expect([why, seen]).toEqual([undefined, ['1', '1', '2', '3', '2']]);
  });

  it('keeps nothing for the next run', async () => {
    const run = () => told(async (sim) => void (await sim.host('one').do(asks)));
    const first = await run();
    expect(first.verdict).toBe('passed');
    expect(await run()).toEqual(first);
  });

  it('may be another in one life, which is nothing to others or to who runs the story', async () => {
    const seen: unknown[] = [];
    const outside = new http.Agent();
    http.globalAgent = outside;
    const { why } = await told(async (sim) => {
      const takesAnother = () => {
        http.globalAgent = new http.Agent({ maxSockets: 7 });
      };
      await sim.host('one').do(takesAnother);
      const asked = () => [http.globalAgent instanceof http.Agent, http.globalAgent.maxSockets];
      for (const name of ['one', 'two']) seen.push(await sim.host(name).do(asked));
    });
    expect([why, seen]).toEqual([
      undefined,
      [
        [true, 7],
        [true, Number.POSITIVE_INFINITY],
      ],
    ]);
    expect(http.globalAgent.sockets).toBe(outside.sockets);
  });
});

describe('a connection that several share', () => {
  it('ends the run when another node writes to it, with what to do', async () => {
    let kept: net.Socket | undefined;
    const { why } = await told(async (sim) => {
      await sim.host('one').do(() => new Promise<void>((done) => (kept = net.connect(8080, 'hub', done))));
      await sim.host('two').do(() => kept!.write('GET / HTTP/1.1\r\n\r\n'));
    });
    expect(why).toMatch(
      /^two: socket\.write\(\) is not available to hosted code: the connection was opened by another life of a node, 'one', and kept/,
    );
  });
});
