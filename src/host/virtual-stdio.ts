/**
 * `process.stdout`, `stderr` and `stdin` of who runs in a world: what is written is printed at once, and who wrote is told in its own task.
 * The host's own streams answer when a terminal, a pipe or another thread is ready, which is real time.
 */
import { Readable, Writable } from 'node:stream';
import type { ScriptWorld } from '../runner/run.ts';
import { isReadByNode } from './called-by-node.ts';
import { namesBuiltins } from './named-builtins.ts';
import { presentObject } from './present-object.ts';
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
  let known: unknown;
  const real = (): Readable | Writable => {
    const stream =
      own.get === undefined ? (own.value as Writable) : (Reflect.apply(own.get, process, []) as Writable);
    if (stream !== known && name !== 'stdin') passOn(name, stream as Writable);
    known = stream;
    return stream;
  };
  if (name !== 'stdin') real();
  const present = (): Readable | Writable => {
    const world = currentWorld();
    if (world === undefined) return real();
    const mine = streams.get(world) ?? {};
    streams.set(world, mine);
    mine[name] ??= make(real);
    return mine[name];
  };
  // Packages keep it, and so does `import { stdout } from 'node:process'`: one object for whoever looks.
  const everybodys = presentObject(present);
  Object.defineProperty(process, name, {
    ...{ configurable: true, enumerable: own.enumerable ?? true },
    get: (): Readable | Writable => (!namesBuiltins() && isReadByNode() ? real() : everybodys),
    ...(own.set === undefined ? {} : { set: own.set }),
  });
}

/** The host itself prints. */
let prints = false;

/** Who has kept the real one since before, writes to that of the world all the same. */
function passOn(name: keyof typeof OUTPUTS, stream: Writable): void {
  const { write, end } = stream;
  const isOfHost = (): boolean => prints || currentWorld() === undefined;
  const passWrite = function (this: Writable, ...args: unknown[]): boolean {
    const written = isOfHost() ? [write, this] : [process[name].write, process[name]];
    return Reflect.apply(written[0] as typeof write, written[1], args) as boolean;
  };
  // What is piped into it ends, and it stays open, as that of the world does.
  const passEnd = function (this: Writable, ...args: unknown[]): Writable {
    if (isOfHost()) return Reflect.apply(end, this, args) as Writable;
    const done = typeof args.at(-1) === 'function' ? (args.pop() as () => void) : undefined;
    const [chunk] = args;
    if (chunk !== undefined && chunk !== null) Reflect.apply(process[name].write, process[name], args);
    if (done !== undefined) process.nextTick(done);
    return this;
  };
  stream.write = passWrite;
  stream.end = passEnd;
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
    const stream = this.#real();
    prints = true;
    try {
      if (typeof chunk === 'string') stream.write(chunk, encoding);
      else stream.write(chunk);
    } finally {
      prints = false;
    }
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(error);
    (this as unknown as Revived)._undestroy();
  }
}
