import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryFor, stripAhead, stripped } from '../../src/host/stripped-ahead.ts';
import { stripTypes, TypeScriptError } from '../../src/host/typescript.ts';

const folder = mkdtempSync(join(tmpdir(), 'amber-ahead-'));
const SOURCE = "/* Zürich 🜁 */ const place: string = 'Zürich';\nexport default place as unknown;\n";

function written(name: string, source: string): { path: string; url: string } {
  const path = join(folder, name);
  writeFileSync(path, source);
  return { path, url: pathToFileURL(path).href };
}

describe('a story whose types another thread leaves out', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is what it would be without, to the last column', () => {
    const { path, url } = written('story.ts', SOURCE);
    const memory = memoryFor(path)!;
    stripAhead(memory, path);
    expect(stripped(SOURCE, url, memory)).toBe(stripTypes(SOURCE, url));
  });

  it('is taken from there: nobody leaves out the types a second time', () => {
    const { path, url } = written('story.ts', SOURCE);
    const memory = memoryFor(path)!;
    stripAhead(memory, path);
    // What was made of it stands behind the source.
    const bytes = Buffer.from(memory);
    bytes.write('EXPORT', bytes.lastIndexOf('export'));
    expect(stripped(SOURCE, url, memory)).toContain('EXPORT default');
  });

  it('is left alone where it is another: a module that it imports, or one that has changed meanwhile', () => {
    const { path, url } = written('story.ts', SOURCE);
    const memory = memoryFor(path)!;
    stripAhead(memory, path);
    expect(stripped('const other: number = 1;', url, memory)).toBe('const other         = 1;');
    expect(stripped('const other: number = 1;', url, undefined)).toBe('const other         = 1;');
  });

  it('is refused by the thread that runs it, with the line that is wrong', () => {
    const source = 'const one: number = 1;\nenum Two { three }\n';
    const { path, url } = written('wrong.ts', source);
    const memory = memoryFor(path)!;
    stripAhead(memory, path);
    expect(() => stripped(source, url, memory)).toThrow(TypeScriptError);
    expect(() => stripped(source, url, memory)).toThrow(`${path}:2:1`);
  });

  it('is not there for JavaScript, for a folder, or for nothing', () => {
    expect(memoryFor(written('story.js', 'export default 1;').path)).toBeUndefined();
    expect(memoryFor(folder)).toBeUndefined();
    expect(memoryFor(join(folder, 'none.ts'))).toBeUndefined();
  });
});
