/** What is built for Node: each module of `src` once, and nothing beside the bundles that could be loaded as a second copy of one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';
import config, { addressesIn } from '../vite.node.config.ts';
import { repository } from './programs.ts';

const filesBelow = (folder: string, pattern: RegExp): string[] =>
  readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .map((file) => `${folder}/${file}`);

describe('dist/src', () => {
  it('has the files that are loaded by a name, the parts that they share, and no module of its own beside them', () => {
    const { input } = config.build!.rolldownOptions!;
    const loaded = filesBelow('dist/src', /\.js$/).filter((file) => !file.startsWith('dist/src/parts/'));
    expect(loaded.sort()).toEqual(
      Object.keys(input as Record<string, string>)
        .map((name) => `dist/src/${name}.js`)
        .sort(),
    );
  });

  it('has all that scripts, benches and tests load by its place', () => {
    const named = ['scripts', 'bench', 'bin', 'test']
      .flatMap((folder) => filesBelow(folder, /\.[cm]?[jt]s$/))
      .filter((file) => file !== 'test/bundles.test.ts')
      .flatMap(
        (file) => readFileSync(join(repository, file), 'utf8').match(/\bdist\/src\/[\w/-]+\.js\b/g) ?? [],
      );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((file) => !existsSync(join(repository, file)))).toEqual([]);
  });

  it('puts places where modules ask for their address, and not where they ask for another word of theirs', () => {
    const code = 'f(import.meta.dirname, import.meta.url, function () { return new.target.url; });';
    const found = addressesIn(parseAst(code)).map(({ start, end }) => code.slice(start, end));
    expect(found).toEqual(['import.meta.url']);
  });

  it('says in words what the sources say: places are put where modules look for them, not into texts', () => {
    const advice = readFileSync(join(repository, 'src/scenario/hosted-node.ts'), 'utf8')
      .split('\n')
      // Comments are left out.
      .filter((line) => /^\s*`.*import\.meta\.url/.test(line));
    const built = filesBelow('dist/src', /\.js$/).map((file) => readFileSync(join(repository, file), 'utf8'));
    expect(advice.length).toBeGreaterThan(0);
    for (const line of advice) {
      const words = line.trim().replace(/,$/, '');
      expect(built.some((text) => text.includes(words))).toBe(true);
    }
  });

  it('is loaded without a module that is not there', () => {
    const missing = filesBelow('dist/src', /\.js$/).flatMap((file) => {
      const text = readFileSync(join(repository, file), 'utf8');
      return [...text.matchAll(/(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+\.js)["']/g)]
        .map(([, specifier]) => join(repository, file, '..', specifier!))
        .filter((path) => !existsSync(path))
        .map((path) => `${file} imports ${path}`);
    });
    expect(missing).toEqual([]);
  });
});
