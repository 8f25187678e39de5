/**
 * `process.stdout`, `stderr` and `stdin` of who runs in a world: what is written is printed at once, and who wrote is told in its own task.
 * The host's own streams answer when a terminal, a pipe or another thread is ready, which is real time.
 */
import { Readable, Writable } from 'node:stream';
import type { ScriptWorld } from '../runner/run.ts';
import { isReadByNode } from './called-by-node.ts';
import { currentWorld } from './script-world.ts';

type Name = 'stdin' | 'stdout' | 'stderr';

const OUTPUTS = { stdout: 1, stderr: 2 } as const;

/** Of each world its own: one may be ended, or have listeners. */
const streams = new WeakMap<ScriptWorld, Partial<Record<Name, Readable | Writable>>>();

export function installStdio(): void {
  for (const [name, fd] of Object.entries(OUTPUTS))
    install(name as Name, (real) => new Output(fd, real as () => Writable));
  install('stdin', () => {
    const nothing = new Readable({ read: () => void nothing.push(null) });
    return Object.assign(nothing, { fd: 0 });
  });
}

/** The console of Node keeps for ever which stream it was given first, and a thread tells its own what the host has printed: they are the host's. */
function install(name: Name, make: (real: () => Readable | Writable) => Readable | Writable): void {
  const own = Object.getOwnPropertyDescriptor(process, name)!;
  const real = (): Readable | Writable =>
    own.get === undefined ? (own.value as Writable) : (Reflect.apply(own.get, process, []) as Writable);
  Object.defineProperty(process, name, {
    ...{ configurable: true, enumerable: own.enumerable ?? true },
    get(): Readable | Writable {
      const world = currentWorld();
      if (world === undefined || isReadByNode()) return real();
      const mine = streams.get(world) ?? {};
      streams.set(world, mine);
      mine[name] ??= make(real);
      return mine[name];
    },
    ...(own.set === undefined ? {} : { set: own.set }),
  });
}

interface Revived {
  _undestroy(): void;
}

/** As the output of Node where it is a pipe on Linux: synchronous, and never closed. */
class Output extends Writable {
  readonly fd: number;
  readonly _isStdio = true;
  readonly #real: () => Writable;

  constructor(fd: number, real: () => Writable) {
    super({ decodeStrings: false });
    this.fd = fd;
    this.#real = real;
  }

  override _write(chunk: string | Uint8Array, encoding: BufferEncoding, done: () => void): void {
    if (typeof chunk === 'string') this.#real().write(chunk, encoding);
    else this.#real().write(chunk);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(error);
    (this as unknown as Revived)._undestroy();
  }
}
