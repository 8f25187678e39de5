/** A module that cannot be loaded is told with its place in the file, the node, and the line that asked for it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import type { RunError } from '../../src/scenario/ending.ts';
import { scenario } from '../../src/scenario/scenario.ts';

const FILES = {
  'wrong.js': '\nexport const = 3;\n',
  'leads.js': "import './wrong.js';\n",
  'lacks.js': "import { none } from './app.js';\n",
  'data.js': "import data from './data.json';\n",
  'data.json': '{}\n',
  'text.js': "import './data.txt';\n",
  'data.txt': 'text\n',
  'app.js': [
    'export async function start() { return { load, later, closes }; }',
    'const load = async (file) => {',
    '  await import(file);',
    '};',
    'const later = (file) => void setTimeout(() => load(file), 1);',
    'async function closes() {',
    "  await import('./part.js');",
    "  const { PassThrough } = await import('node:stream');",
    "  const { finished } = await import('node:stream/promises');",
    '  const stream = new PassThrough();',
    '  finished(stream);',
    '  stream.destroy();',
    '}',
  ].join('\n'),
  'part.js': 'export {};\n',
};

interface App {
  load(file: string): Promise<void>;
  later(file: string): void;
  closes(): Promise<void>;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'amber-'));
  for (const [name, text] of Object.entries({ 'package.json': '{"type":"module"}', ...FILES }))
    writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function booting(file: string): Promise<RunError> {
  const story = scenario('boots', (sim) => sim.host('app').boot(pathToFileURL(join(folder, file))));
  return (await runHosted(story, { seed: 1 })).error!;
}

async function doing(act: (app: App) => unknown): Promise<RunError> {
  const story = scenario('does', async (sim) => {
    const app = sim.host('app');
    await app.boot(pathToFileURL(join(folder, 'app.js')), 'start');
    await app.do(act);
    await sim.sleep('1s');
  });
  return (await runHosted(story, { seed: 1 })).error!;
}

describe('a file that cannot be loaded', () => {
  it.each([
    ['wrong.js', '/wrong.js:2:14: Unexpected token '],
    ['leads.js', '/wrong.js:2:14: Unexpected token '],
    ['lacks.js', "/lacks.js:1: The requested module './app.js' does not provide an export named 'none'"],
    ['data.js', '/data.json" needs an import attribute'],
    ['text.js', 'Unknown file extension ".txt"'],
  ])(
    'is a mistake of who boots %s: the node, the file and the line of the boot are told',
    async (file, why) => {
      expect(await booting(file)).toMatchObject({
        blame: 'script',
        message: expect.stringMatching(`^'app' cannot boot ${folder}/${file}: `) as string,
        site: expect.stringMatching(/load-failures\.test\.ts:\d+:\d+$/) as string,
      });
      expect((await booting(file)).message).toContain(why);
    },
  );

  it('is told with the line of the import that asked for it, once the application runs', async () => {
    expect(await doing((app) => app.later('./leads.js'))).toMatchObject({
      blame: 'hosted',
      message: expect.stringMatching(
        `^app: SyntaxError: ${folder}/wrong.js:2:14: Unexpected token '='`,
      ) as string,
      site: `${folder}/app.js:3:3`,
    });
    expect(await doing((app) => app.load('./wrong.js'))).toMatchObject({
      message: `app: ${folder}/wrong.js:2:14: Unexpected token '='`,
      site: `${folder}/app.js:3:3`,
    });
  });

  it('is not what another error without a line is taken for, after an import that went well', async () => {
    const error = await doing((app) => app.closes());
    expect(error.message).toContain('Premature close');
    expect(error.site).toBeUndefined();
  });
});
