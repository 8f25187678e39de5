import dns from 'node:dns';
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws';
import { formatDuration } from '../../src/sim/time.ts';
import { EchoMachine, LoggingMachine, PINGREQ, PINGRESP, publish } from '../sim/fakes.ts';
import { ProcessGround, packetOf, watched } from './process-ground.ts';

const SECOND = 1_000_000;

describe('virtual sockets', () => {
  test('read in tasks, never inside a call of their own, and what came meanwhile as one', async () => {
    const ground = new ProcessGround();
    const reads: string[] = [];
    let isInside = false;
    ground.host('hub', (process) => {
      net
        .createServer({ pauseOnConnect: true }, (socket) => {
          socket.on('data', (data) => reads.push(`${data.toString('hex')} ${isInside}`));
          process.loop.after(SECOND, () => {
            isInside = true;
            socket.resume();
            socket.read();
            isInside = false;
          });
        })
        .listen(1883);
    });
    ground.host('sensor', (process) => {
      const socket = net.connect(1883, 'hub');
      for (let i = 1; i <= 3; i++) process.loop.after(i * 100_000, () => socket.write(PINGREQ));
    });
    await ground.run(3 * SECOND);
    expect(reads).toEqual(['c000c000c000 false']);
  });

  test.each([
    // As much as the buffer of a host holds.
    ['tcp', 65_535],
    ['ideal', 65_536],
  ] as const)(
    'read at most 64 KiB at once, and close the window while they do not read (%s)',
    async (transport, most) => {
      const ground = new ProcessGround({ transport });
      const sizes: number[] = [];
      const whole = packetOf(500_000);
      let taken = 0;
      ground.host('hub', (process) => {
        net
          .createServer({ pauseOnConnect: true }, (socket) => {
            socket.on('data', (data) => sizes.push(data.length));
            process.loop.after(5 * SECOND, () => socket.resume());
          })
          .listen(1883);
      });
      ground.host('sensor', (process) => {
        const socket = net.connect(1883, 'hub');
        socket.end(whole);
        process.loop.after(4 * SECOND, () => {
          taken = socket.bytesWritten;
          expect(socket.writableNeedDrain || socket.writableLength > 0).toBe(true);
        });
      });
      await ground.run(60 * SECOND);
      expect(taken).toBeLessThan(whole.length);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(whole.length);
      expect(Math.max(...sizes)).toBe(most);
    },
  );

  test('bring every stream whole and in order across loss, cuts and any way to write and read it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 1_000_000 }),
          // Now and then more than the host of the sender takes at once.
          pieces: fc.array(
            fc.oneof(
              { weight: 39, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
              { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 70_000 }) },
            ),
            { minLength: 1, maxLength: 12 },
          ),
          loss: fc.constantFrom(0, 0.02, 0.2),
          cuts: fc.array(fc.tuple(fc.nat(4_000_000), fc.integer({ min: 1, max: 900_000 })), { maxLength: 3 }),
          pauseEvery: fc.integer({ min: 0, max: 3 }),
          transport: fc.constantFrom('tcp' as const, 'ideal' as const),
        }),
        async ({ seed, pieces, loss, cuts, pauseEvery, transport }) => {
          const ground = new ProcessGround({ seed, transport });
          const { simulator } = ground.world;
          const sent = pieces.map((length, i) => Buffer.from(publish(length, i)));
          const received: Buffer[] = [];
          let ends = 0;
          ground.host('hub', (process) => {
            net
              .createServer((socket) => {
                socket.on('end', () => ends++);
                socket.on('data', (data) => {
                  received.push(data);
                  if (pauseEvery === 0 || received.length % pauseEvery !== 0) return;
                  socket.pause();
                  process.loop.after(50_000, () => socket.resume());
                });
              })
              .listen(1883);
          });
          ground.host('sensor', (process) => {
            const socket = net.connect(1883, 'hub');
            sent.forEach((piece, i) => {
              process.loop.after(i * 200_000, () => {
                // In two parts, which share a segment or do not.
                socket.write(piece.subarray(0, piece.length >> 1));
                socket.write(piece.subarray(piece.length >> 1));
                if (i === sent.length - 1) socket.end();
              });
            });
          });
          const link = ground.world.link('sensor', 'hub', { latency: ['1ms', '40ms'], loss, reorder: true });
          for (const [at, micros] of cuts)
            simulator.at(at, () => void link.partition({ for: formatDuration(micros) as '1s' }));
          await ground.run(3_600 * SECOND);
          expect(Buffer.concat(received).equals(Buffer.concat(sent))).toBe(true);
          expect(ends).toBe(1);
        },
      ),
      { numRuns: 600, seed: 7 },
    );
  });

  test('bring what a crashed process had sent before its reset, and nothing that waited in it', async () => {
    const ground = new ProcessGround();
    const log: string[] = [];
    const hub = ground.host('hub', () => {
      net
        .createServer({ pauseOnConnect: true }, (socket) => {
          // The peer has written something that this side never reads: its host will reset.
          socket.write(PINGRESP);
          socket.write(packetOf(1_000_000));
        })
        .listen(1883);
    });
    let bytes = 0;
    ground.host('sensor', () => {
      const socket = net.connect(1883, 'hub');
      watched(socket, log, 'sensor');
      socket.write(PINGREQ);
      socket.on('data', (data) => {
        bytes += data.length;
      });
    });
    ground.world.link('sensor', 'hub', { latency: '50ms' });
    // Two round trips: some of it has arrived, some is under way, most waits.
    ground.world.simulator.at(230_000, () => void hub.crash());
    await ground.run(5 * SECOND);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(1_000_000);
    expect(log.slice(-2)).toEqual(['sensor error read ECONNRESET', 'sensor close true']);
  });

  test('that are closed with something unread drop what waits to be sent, and else send it first', async () => {
    const outcome = async (reads: boolean) => {
      const ground = new ProcessGround();
      const log: string[] = [];
      ground.host('hub', (process) => {
        net
          .createServer({ pauseOnConnect: !reads }, (socket) => {
            socket.on('error', (error) => log.push(`hub ${error.message}`));
            process.loop.after(500_000, () => {
              // Some of it leaves at once; the rest waits in the host until the way is free.
              socket.write(packetOf(40_000));
            });
            process.loop.after(530_000, () => socket.destroy());
          })
          .listen(1883);
      });
      let bytes = 0;
      ground.host('sensor', () => {
        const socket = net.connect(1883, 'hub');
        watched(socket, log, 'sensor');
        socket.write(PINGREQ);
        socket.on('data', (data) => {
          bytes += data.length;
        });
      });
      ground.world.link('sensor', 'hub', { latency: '50ms' });
      await ground.run(10 * SECOND);
      return { bytes, log };
    };
    const read = await outcome(true);
    expect(read.bytes).toBe(40_000);
    expect(read.log).toEqual([
      ...['sensor connect', 'sensor ready'],
      ...['sensor end', 'sensor finish', 'sensor close false'],
    ]);
    const unread = await outcome(false);
    expect(unread.bytes).toBeGreaterThan(10_000);
    expect(unread.bytes).toBeLessThan(40_000);
    expect(unread.log).toEqual([
      ...['sensor connect', 'sensor ready'],
      ...['sensor error read ECONNRESET', 'sensor close true'],
    ]);
  });

  test('of a dead process say nothing more, and its port is free for the next life', async () => {
    const ground = new ProcessGround();
    const log: string[] = [];
    const hub = ground.host('hub', (process) => {
      const server = net
        .createServer((socket) => watched(socket, log, `life ${process.node.life}`))
        .listen(1883);
      server.on('error', (error) => log.push(error.message));
    });
    ground.host('sensor', (process) => {
      const dial = (): void => {
        const socket = net.connect(1883, 'hub');
        socket.resume();
        watched(socket, log, 'sensor');
        socket.once('close', () => process.loop.after(SECOND, dial));
      };
      dial();
    });
    ground.world.simulator.at(SECOND, () => void hub.crash({ for: '1.5s' }));
    await ground.run(4 * SECOND);
    expect(log).toEqual([
      ...['sensor connect', 'sensor ready', 'sensor end', 'sensor finish', 'sensor close false'],
      ...[expect.stringMatching(/^sensor error connect ECONNREFUSED 10\./), 'sensor close true'],
      ...['sensor connect', 'sensor ready'],
    ]);
  });

  test('give up on a peer that is silent, with ETIMEDOUT', async () => {
    const ground = new ProcessGround();
    const log: string[] = [];
    ground.host('hub', () => net.createServer((socket) => socket.resume()).listen(1883));
    ground.host('sensor', (process) => {
      const socket = net.connect(1883, 'hub');
      socket.resume();
      watched(socket, log, 'sensor');
      process.loop.after(2 * SECOND, () => socket.write(PINGREQ));
      process.loop.after(3 * SECOND, () => watched(net.connect(1883, 'hub'), log, 'second'));
    });
    const link = ground.world.link('sensor', 'hub');
    ground.world.simulator.at(SECOND, () => void link.partition());
    await ground.run(3_600 * SECOND);
    expect(log).toEqual([
      ...['sensor connect', 'sensor ready'],
      ...[expect.stringMatching(/^second error connect ETIMEDOUT 10\./), 'second close true'],
      ...['sensor error read ETIMEDOUT', 'sensor close true'],
    ]);
  });

  test('know where they are, in the same words on both sides and in every run', async () => {
    const places: unknown[] = [];
    for (let run = 0; run < 2; run++) {
      const ground = new ProcessGround();
      ground.host('hub', () => {
        const server = net.createServer((socket) => {
          const { remoteAddress, remotePort, localPort, remoteFamily } = socket;
          places.push({ remoteAddress, remotePort, localPort, remoteFamily });
        });
        server.listen(0, () => {
          const { port } = server.address() as net.AddressInfo;
          // The node itself, by its other name.
          const socket = net.connect(port, 'localhost', () => {
            const { address, port: own } = socket.address() as net.AddressInfo;
            places.push({ remoteAddress: address, remotePort: own, localPort: port, remoteFamily: 'IPv4' });
          });
        });
      });
      await ground.run(SECOND);
    }
    expect(places).toHaveLength(4);
    for (const place of places) expect(place).toEqual(places[0]);
    expect(places[0]).toMatchObject({ remoteAddress: '127.0.0.1', remoteFamily: 'IPv4' });
  });

  test('of two servers on one port the second is told EADDRINUSE', async () => {
    const ground = new ProcessGround();
    const log: string[] = [];
    ground.host('hub', () => {
      const first = net.createServer().listen(1883);
      const second = net.createServer().listen(1883);
      watched(second, log, 'second');
      second.on('error', (error) => {
        const { code, syscall, port } = error as NodeJS.ErrnoException & { port: number };
        log.push(`${code} ${syscall} ${port}`);
        first.close(() => second.listen(1883));
      });
    });
    await ground.run(SECOND);
    expect(log).toEqual([
      'second error listen EADDRINUSE: address already in use :::1883',
      'EADDRINUSE listen 1883',
      'second listening',
    ]);
  });

  test('dial nodes by name, and names that nobody has end with ENOTFOUND', async () => {
    const ground = new ProcessGround();
    const log: string[] = [];
    ground.host('sensor', () => {
      watched(net.connect(1883, 'nowhere'), log, 'sensor');
      dns.lookup('sensor', (_, address) => log.push(address));
      dns.lookup('nowhere', (error) => log.push(`${error?.code} ${error?.syscall}`));
      dns.promises.lookup('sensor', { all: true }).then((all) => log.push(JSON.stringify(all)));
    });
    await ground.run(SECOND);
    const address = expect.stringMatching(/^10\.\d+\.\d+\.\d+$/);
    expect(log).toEqual([
      'sensor error getaddrinfo ENOTFOUND nowhere',
      address,
      'ENOTFOUND getaddrinfo',
      `[{"address":"${log[1]}","family":4}]`,
      'sensor close true',
    ]);
  });
});

describe('what stands on virtual sockets', () => {
  test('HTTP: a server answers with the date of its process, on a connection that is kept', async () => {
    const ground = new ProcessGround();
    const log: string[] = [];
    ground.host('hub', () => {
      http
        .createServer((request, response) => {
          let body = '';
          request.on('data', (data) => {
            body += data;
          });
          request.on('end', () => response.end(`${request.method} ${request.url} ${body}`));
        })
        .listen(8080);
    });
    ground.host('sensor', () => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const ask = (path: string, then: () => void): void => {
        http
          .request({ host: 'hub', port: 8080, path, method: 'POST', agent }, (response) => {
            expect(response.headers.date).toMatch(/GMT$/);
            response.on('data', (data) => log.push(`${response.statusCode} ${data}`));
            response.on('end', then);
          })
          .end('21.5');
      };
      ask('/one', () => ask('/two', () => agent.destroy()));
    });
    await ground.run(60 * SECOND);
    expect(log).toEqual(['200 POST /one 21.5', '200 POST /two 21.5']);
  });

  test('TLS: there is none, and who asks for it is told that the peer is trusted', async () => {
    const ground = new ProcessGround();
    const log: string[] = [];
    ground.host('hub', () => {
      tls.createServer({}, (socket) => void socket.pipe(socket)).listen(8883);
    });
    ground.host('sensor', () => {
      const socket = tls.connect(8883, 'hub', {}, () => {
        log.push(`secure ${socket.authorized} ${socket.encrypted}`);
        socket.write(PINGREQ);
      });
      socket.on('data', (data) => log.push(data.toString('hex')));
    });
    await ground.run(SECOND);
    expect(log).toEqual(['secure true true', 'c000']);
  });

  test('WebSocket: a server and a client of the package ws, as a stream too', async () => {
    const ground = new ProcessGround();
    const log: string[] = [];
    ground.host('hub', () => {
      new WebSocketServer({ port: 9001, handleProtocols: () => 'mqtt' }).on('connection', (socket) => {
        const stream = createWebSocketStream(socket);
        stream.pipe(stream);
      });
    });
    ground.host('page', () => {
      const socket = new WebSocket('ws://hub:9001/mqtt', 'mqtt');
      socket.on('open', () => {
        log.push(`open ${socket.protocol}`);
        socket.send(packetOf(100_000));
      });
      socket.on('message', (data: Buffer) => {
        log.push(`message ${data.length}`);
        socket.close(1000, 'enough');
      });
      socket.on('close', (code) => log.push(`close ${code}`));
    });
    ground.world.link('page', 'hub', { websocket: true });
    await ground.run(60 * SECOND);
    expect(log).toEqual(['open mqtt', 'message 100000', 'close 1000']);
  });

  test('WebSocket: our client and a hosted server', async () => {
    const ground = new ProcessGround();
    ground.host('hub', () => {
      new WebSocketServer({ port: 1883, handleProtocols: () => 'mqtt' }).on('connection', (socket) => {
        socket.on('message', () => socket.send(PINGRESP));
      });
    });
    const device = ground.world.machine('device', 'client', { create: (s) => new LoggingMachine(s) });
    device.server = { name: 'hub', port: 1883 };
    ground.world.link('device', 'hub', { websocket: true });
    device.command((machine) => machine.sink.dial(1));
    await ground.run(SECOND);
    const [connection] = device.machine!.open;
    device.command((machine) => machine.sink.send(connection!, PINGREQ));
    await ground.run(2 * SECOND);
    expect(device.machine!.log.map((line) => line.replace(/^\d+ /, ''))).toContain(
      `received ${connection} d000`,
    );
  });

  test('WebSocket: a hosted client and our server', async () => {
    const ground = new ProcessGround();
    const log: string[] = [];
    ground.world.machine('hub', 'broker', { create: (s) => new EchoMachine(s), listens: [1883] });
    ground.host('page', () => {
      const socket = new WebSocket('ws://hub:1883/mqtt', 'mqtt');
      socket.on('open', () => socket.send(PINGREQ));
      socket.on('message', (data: Buffer) => log.push(data.toString('hex')));
      socket.on('error', (error) => log.push(error.message));
    });
    ground.world.link('page', 'hub', { websocket: true });
    await ground.run(SECOND);
    expect(log).toEqual(['d000']);
  });
});
