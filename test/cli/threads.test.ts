/** A thread on which a run left nothing behind serves the next one, and nobody can tell. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../programs.ts';
import { Commands } from './command.ts';

/** A story that says how often it ran, as far as it can remember. */
const story = (before: string, count: string): string => `import { scenario } from 'mqtt-amber';
${before}
export default scenario('It counts', async (sim) => {
  const hub = sim.broker('hub');
  const lamp = sim.client('lamp');
  await lamp.connect(hub);
  await lamp.publish('runs', String(${count}));
});
`;

describe('the threads of a process', () => {
  let directory: string;
  let commands: Commands;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'amber-threads-'));
    commands = new Commands(directory);
  });
  afterAll(() => {
    commands.end();
    rmSync(directory, { recursive: true, force: true });
  });
  const digest = async (file: string, ...more: string[]): Promise<string> => {
    const { out } = await commands.run(['run', file, '--json', '--trace', '-', ...more]);
    return (JSON.parse(out) as { digest: string }).digest;
  };

  it.for([
    ['this node', process.execPath],
    ['node24', program('node24')],
  ])('are used again, with the modules of the story loaded anew, on %s', async ([, node], { skip }) => {
    if (node === undefined) skip();
    writeFileSync(join(directory, 'state.ts'), 'export const state: { runs: number } = { runs: 0 };\n');
    writeFileSync(
      join(directory, 'modules.ts'),
      story("import { state } from './state.js'; let runs = 0;", '++runs + ++state.runs'),
    );
    const fresh = new Commands(directory, [], node);
    const order = ['run', 'modules.ts', '--json', '--trace', '-'];
    const runs = [await fresh.run(order), await fresh.run(order), await fresh.run(order)];
    fresh.end();
    expect(new Set(runs.map(({ out }) => JSON.parse(out).digest)).size).toBe(1);
    expect(runs.map(({ threads }) => threads)).toEqual([1, 0, 0]);
  });

  it.each([
    ['a global', '', '(globalThis.runs = (globalThis.runs ?? 0) + 1)'],
    ['a prototype', '', '(Array.prototype.runs = (Array.prototype.runs ?? 0) + 1)'],
    ['the environment', '', '(process.env.RUNS = String(Number(process.env.RUNS ?? 0) + 1))'],
    ['a listener', '', "(process.on('beforeExit', () => {}), process.listenerCount('beforeExit'))"],
    ['a package', "import { state } from 'kept';", '++state.runs'],
    ['a package that is required', "import state from 'kept/required';", '++state.runs'],
  ])('are left by a run that keeps something in %s', async (what, before, kept) => {
    const kit = join(directory, 'node_modules', 'kept');
    mkdirSync(kit, { recursive: true });
    writeFileSync(
      join(kit, 'package.json'),
      JSON.stringify({ name: 'kept', exports: { '.': './index.mjs', './required': './required.cjs' } }),
    );
    writeFileSync(join(kit, 'index.mjs'), 'export const state = { runs: 0 };\n');
    writeFileSync(join(kit, 'required.cjs'), 'module.exports = { runs: 0 };\n');
    const file = `${what.replaceAll(' ', '-')}.mjs`;
    writeFileSync(join(directory, file), story(before, kept));
    const first = await digest(file);
    const second = await commands.run(['run', file, '--json', '--trace', '-']);
    expect([JSON.parse(second.out).digest, second.threads]).toEqual([first, 1]);
  });

  it('give what a script prints to its own run, and say what is wrong with a file, each time', async () => {
    writeFileSync(join(directory, 'speaks.mjs'), story('', "(console.log('a'.repeat(100_000)), 1)"));
    writeFileSync(join(directory, 'never.mjs'), 'await new Promise(() => {});\n');
    for (let round = 0; round < 2; round++) {
      const { err } = await commands.run(['run', 'speaks.mjs', '--json', '--trace', '-']);
      expect(err).toBe(`${'a'.repeat(100_000)}\n`);
      await digest('modules.ts');
      const { code, err: said } = await commands.run(['run', 'never.mjs']);
      expect([code, said]).toEqual([
        3,
        'amber: never.mjs awaits at the top of its module what never comes\n',
      ]);
      await digest('modules.ts');
    }
  });
});
