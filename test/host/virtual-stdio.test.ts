/** What hosted code writes to its output is printed by the host, and answered in the task that wrote it. */
import { Console } from 'node:console';
import { stdout } from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';

afterEach(() => vi.restoreAllMocks());

/** Kept from before time was virtual. */
const { stdout: early } = process;

/** The real output, which keeps what it is given, says that it is full, and never says that it has written it. */
function silent(name: 'stdout' | 'stderr'): string[] {
  const printed: string[] = [];
  vi.spyOn(process[name], 'write').mockImplementation((chunk: unknown) => printed.push(`${chunk}`) < 0);
  return printed;
}

/** What an act of a node comes to, and the virtual time that it took; a timer ticks meanwhile. */
async function done<T>(act: () => T): Promise<{ result: T | undefined; micros: number; error?: unknown }> {
  let result: T | undefined;
  let micros = -1;
  const { error } = await runHosted(
    scenario('output', { limit: '1s' }, async (sim) => {
      const app = sim.host('app', { cpu: { perEvent: '0us' } });
      await app.boot(() => void setInterval(() => {}, 1));
      const began = sim.now;
      result = await app.do(act);
      micros = sim.now - began;
    }),
    { level: 'digest', seed: 1 },
  );
  return { result, micros, ...(error === undefined ? {} : { error }) };
}

const written = (stream: NodeJS.WriteStream, text: string) =>
  new Promise<string>((resolve) => stream.write(text, () => resolve('written')));

describe('the output of hosted code', () => {
  it.each(['stdout', 'stderr'] as const)('calls back who writes to %s, in no time', async (name) => {
    const printed = silent(name);
    expect(await done(() => written(process[name], 'a line\n'))).toEqual({ result: 'written', micros: 0 });
    expect(printed).toEqual(['a line\n']);
  });

  it('calls back who has imported it by its name, and leaves it open', async () => {
    const act = async () => {
      const lines = Readable.from(['']);
      lines.pipe(stdout);
      await new Promise((resolve) => lines.on('end', resolve));
      await new Promise<void>((resolve) => stdout.end('', resolve));
      return written(stdout, '');
    };
    for (let time = 0; time < 3; time++) expect(await done(act)).toEqual({ result: 'written', micros: 0 });
    expect(stdout.writableEnded).toBe(false);
  });

  it('is written to as it is asked by who has kept the real one, also with what ends it', async () => {
    const printed: string[] = [];
    vi.spyOn(early, 'write').mockImplementation((chunk, ...more) => {
      printed.push([Buffer.from(chunk as string).toString(), more[0]].join(' '));
      return true;
    });
    const act = async () => {
      early.end(new Uint8Array([104, 10]));
      early.end('aGV4Cg==', 'base64');
      await new Promise<void>((resolve) => early.end(resolve));
    };
    expect(await done(act)).toEqual({ result: undefined, micros: 0 });
    expect(printed).toEqual(['h\n ', 'aGV4Cg== base64']);
  });

  it('takes whatever there is, so that nobody waits for the host to have printed it', async () => {
    silent('stdout');
    const act = () => Array.from({ length: 3 }, () => process.stdout.write('x'.repeat(100_000)));
    expect(await done(act)).toEqual({ result: [true, true, true], micros: 0 });
  });

  it('takes a stream that is piped into it, or the end of a pipeline, and stays open', async () => {
    const printed = silent('stdout');
    const act = async () => {
      const lines = Readable.from(['one\n', 'two\n']);
      lines.pipe(process.stdout);
      await new Promise((resolve) => lines.on('end', resolve));
      await pipeline(Readable.from(['three\n']), process.stdout, { end: false });
      new Console(process.stdout).log('four');
      process.stdout.destroy();
      await written(process.stdout, 'five\n');
    };
    expect(await done(act)).toEqual({ result: undefined, micros: 0 });
    expect(printed).toEqual(['one\n', 'two\n', 'three\n', 'four\n', 'five\n']);
  });

  it('belongs to the life that has it: one that was ended there is open elsewhere', async () => {
    silent('stdout');
    expect(await done(() => process.stdout.end() && process.stdout.writableEnded)).toMatchObject({
      result: true,
    });
    expect(await done(() => process.stdout.writableEnded)).toMatchObject({ result: false });
    expect(process.stdout.writableEnded).toBe(false);
  });

  it('calls back a script too', async () => {
    const printed = silent('stdout');
    const { error, virtualMicros } = await runHosted(
      scenario('output', async () => void (await written(process.stdout, 'a script\n'))),
      { level: 'digest' },
    );
    expect([error, virtualMicros, printed]).toEqual([undefined, 0, ['a script\n']]);
  });
});

describe('the input of hosted code', () => {
  it('has ended: nobody types in a simulation', async () => {
    const act = async () => {
      const read: unknown[] = [];
      for await (const chunk of process.stdin) read.push(chunk);
      return read;
    };
    expect(await done(act)).toEqual({ result: [], micros: 0 });
  });
});
