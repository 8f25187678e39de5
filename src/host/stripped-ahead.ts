/**
 * A story in TypeScript whose types are left out by the thread that ordered its run, while the thread of the run still loads the engine:
 * what leaves types out takes as long to load as the engine does, and most machines have two cores.
 */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isTypeScript, stripTypes } from './typescript.ts';

/** Cells of the memory that both threads see, before the bytes of the source and those of what is left of it. */
const STATE = 0;
const SOURCE_BYTES = 1;
const STRIPPED_BYTES = 2;
const CELLS = 3;
const HEADER_BYTES = CELLS * Int32Array.BYTES_PER_ELEMENT;

const PENDING = 0;
const READY = 1;
/** The thread of the run has to find out itself what is wrong with it. */
const FAILED = 2;
/** A thread that has nothing else to do leaves out the types of any story in a fraction of this. */
const PATIENCE_MILLIS = 10_000;

/** Taken before anybody makes it virtual. */
const { wait } = Atomics;

/** Memory for a story, with its source; undefined when it is not there, or no TypeScript. */
export function memoryFor(path: string): SharedArrayBuffer | undefined {
  if (!isTypeScript(pathToFileURL(resolve(path)).href)) return undefined;
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const source = readFileSync(path);
  const memory = new SharedArrayBuffer(HEADER_BYTES + 2 * source.length);
  new Int32Array(memory, 0, CELLS)[SOURCE_BYTES] = source.length;
  new Uint8Array(memory, HEADER_BYTES).set(source);
  return memory;
}

/** Leaves out the types of what {@link memoryFor} has read. */
export function stripAhead(memory: SharedArrayBuffer, path: string): void {
  const cells = new Int32Array(memory, 0, CELLS);
  const source = sourceIn(memory, cells);
  try {
    const stripped = Buffer.from(stripTypes(source.toString(), pathToFileURL(resolve(path)).href));
    new Uint8Array(memory, HEADER_BYTES + source.length).set(stripped);
    cells[STRIPPED_BYTES] = stripped.length;
    Atomics.store(cells, STATE, READY);
  } catch {
    Atomics.store(cells, STATE, FAILED);
  }
  Atomics.notify(cells, STATE);
}

/** As `stripTypes`; waits for the other thread where it is at work on this very source. */
export function stripped(source: string, url: string, memory: SharedArrayBuffer | undefined): string {
  return (memory && strippedBy(memory, source)) ?? stripTypes(source, url);
}

function strippedBy(memory: SharedArrayBuffer, source: string): string | undefined {
  const cells = new Int32Array(memory, 0, CELLS);
  const known = sourceIn(memory, cells);
  if (!known.equals(Buffer.from(source))) return undefined;
  wait(cells, STATE, PENDING, PATIENCE_MILLIS);
  if (Atomics.load(cells, STATE) !== READY) return undefined;
  return Buffer.from(memory, HEADER_BYTES + known.length, cells[STRIPPED_BYTES]).toString();
}

function sourceIn(memory: SharedArrayBuffer, cells: Int32Array): Buffer {
  return Buffer.from(memory, HEADER_BYTES, cells[SOURCE_BYTES]);
}
