/** A few processes in a world of their own, for tests of what the network of hosted code does: no scenario, and no judge. */
import type net from 'node:net';
import { drive } from '../../src/host/drive.ts';
import { installNetwork } from '../../src/host/virtual-net.ts';
import { type Process, ProcessNode } from '../../src/sim/process-node.ts';
import { World, type WorldOptions } from '../../src/sim/world.ts';
import { Recorder } from '../../src/trace/recorder.ts';

let current: Process | undefined;
let installed = false;

export class ProcessGround {
  readonly world: World;

  constructor(options: Partial<WorldOptions> = {}) {
    if (!installed) installNetwork(() => current);
    installed = true;
    const header = {
      amber: 'test',
      scenario: 'test',
      seed: '1',
      parameters: {},
      vantage: 'both-ends',
    } as const;
    this.world = new World({ seed: 1, recorder: new Recorder({ level: 'digest', header }), ...options });
  }

  /** A node whose lives begin with `main`. */
  host(name: string, main: (process: Process) => void = () => {}): ProcessNode {
    return this.world.node(
      name,
      (surroundings) =>
        new ProcessNode(name, surroundings, {
          taskTime: [50, 50],
          execute: (task, process) => {
            current = process;
            task();
          },
          started: (process) => process.loop.post(() => main(process)),
        }),
    );
  }

  /** Lets time pass until it is reached, or nothing is left to happen. */
  async run(until = Number.POSITIVE_INFINITY): Promise<void> {
    const { simulator } = this.world;
    await drive(
      () => {
        current = undefined;
        return simulator.run(until) === 'process';
      },
      () => undefined,
    );
  }

  /** Does something as code of a process, in a task of it. */
  async in<T>(node: ProcessNode, deed: () => T): Promise<T> {
    let result: T | undefined;
    node.process!.loop.post(() => {
      result = deed();
    });
    await this.run(this.world.now);
    return result!;
  }
}

/** Names of the events of a stream, as they come. */
export function watched(socket: net.Socket | net.Server, log: string[], name: string): void {
  for (const event of [
    'connect',
    'ready',
    'connection',
    'listening',
    'end',
    'finish',
    'drain',
    'timeout',
    'close',
    'error',
  ]) {
    socket.on(event, (value) => {
      const told = event === 'close' && typeof value === 'boolean' ? ` ${value}` : '';
      log.push(`${name} ${event}${event === 'error' ? ` ${(value as Error).message}` : told}`);
    });
  }
}

/** So many bytes, many, that are one packet: anything else would be recorded as a broken packet every few bytes. */
export function packetOf(bytes: number): Buffer {
  const packet = Buffer.alloc(bytes);
  const rest = bytes - 5;
  packet.set([
    0x30,
    0x80 | (rest & 127),
    0x80 | ((rest >> 7) & 127),
    0x80 | ((rest >> 14) & 127),
    rest >> 21,
  ]);
  return packet;
}
