import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesOfLone } from '../../src/host/lone-story.ts';

describe('a story that imports nothing but this package', () => {
  it.each([
    ["import { scenario } from 'mqtt-amber';\nexport default scenario('x', async () => {});", ['scenario']],
    ['/** Why. */\n// import { no } from "mqtt-amber";\nimport { a as b, c } from "mqtt-amber"', ['a', 'c']],
    [
      "import { scenario,          } from 'mqtt-amber';\nimport {\n  other,\n} from 'mqtt-amber';",
      ['scenario', 'other'],
    ],
    ['export default 1;', []],
  ])('is known by what it begins with: %j', (source, names) => {
    expect(namesOfLone(source)).toEqual(names);
  });

  it.each([
    ["import { scenario } from 'mqtt-amber';\nimport './other.ts';"],
    ["import { scenario } from 'mqtt-amber';\nimport fs from 'node:fs';"],
    ["import { sweep } from 'mqtt-amber/net';"],
    ["import * as amber from 'mqtt-amber';"],
    ["export { other } from './other.ts';"],
    ["export * from'./other.ts';"],
    ["export default () => import('./other.ts');"],
    ['export default import.meta.url;'],
    ["export default process.getBuiltinModule('module');"],
    ['export default (() => {}).constructor;'],
    ['export default eval;'],
    ["const text = `\nimport { scenario } from 'mqtt-amber';\n`;"],
  ])('is none where it is not certain: %j', (source) => {
    expect(namesOfLone(source)).toBeUndefined();
  });
});

const root = fileURLToPath(new URL('../..', import.meta.url));
const STORY = `export default scenario('alone', async (sim) => {
  const hub = sim.broker('hub');
  const lamp: unknown = await sim.client('lamp').connect(hub);
  sim.note(String(typeof lamp));
});
`;

describe('the command that runs it', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'amber-lone-'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/mqtt-amber'));
    // Says of each thread when it begins a thread of hooks.
    writeFileSync(
      join(folder, 'watch.cjs'),
      `const hooks = require('node:module');
const { register } = hooks;
hooks.register = (...asked) => { process._rawDebug('hooks'); return register(...asked); };
hooks.syncBuiltinESMExports();
`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const ran = (source: string, { name = 'story.ts', more = [] as string[] } = {}) => {
    const path = join(folder, name);
    writeFileSync(path, source);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--require',
        join(folder, 'watch.cjs'),
        join(root, 'bin/amber.js'),
        'run',
        path,
        '--json',
        '--trace',
        '-',
        ...more,
      ],
      { encoding: 'utf8' },
    );
    const said = stderr.split('\n').filter((line) => line !== '');
    const hooks = said.filter((line) => line === 'hooks').length;
    return { status, out: stdout, err: said.filter((line) => line !== 'hooks').join('\n'), hooks };
  };
  const digest = ({ out }: { out: string }): string => JSON.parse(out).digest;
  const hasHooksOfThread = 'registerHooks' in nodeModule;

  it.skipIf(hasHooksOfThread)(
    'begins no thread for hooks, and comes to what it would come to with one',
    () => {
      const alone = ran(`import { scenario } from 'mqtt-amber';\n${STORY}`);
      const inCompany = ran(`import { scenario } from 'mqtt-amber'; import 'node:fs';\n${STORY}`);
      expect([alone.status, alone.hooks]).toEqual([0, 0]);
      expect([inCompany.status, inCompany.hooks]).toEqual([0, 1]);
      expect(digest(alone)).toBe(digest(inCompany));
    },
  );

  it('is loaded anew when it runs once more', () => {
    const { status, out, hooks } = ran(
      `import { scenario } from 'mqtt-amber';\nlet runs = 0;\n${STORY.replace('String(typeof lamp)', 'String(++runs)')}`,
      {
        more: ['--check-determinism'],
      },
    );
    expect([status, hooks]).toEqual([0, hasHooksOfThread ? 0 : 1]);
    expect(out).toContain('"verdict"');
  });

  it.each([
    ['what is no JavaScript', 'let a = ;', /story\.ts:2:9: Expression expected$/],
    [
      'a name that this package has not',
      "import { scenari } from 'mqtt-amber';",
      /story\.ts:1: .* does not provide an export named 'scenari'$/,
    ],
    [
      'what its lines throw',
      'null.x;',
      /story\.ts:2:6: Cannot read properties of null \(reading 'x'\) \(while it was loaded\)$/,
    ],
    [
      'a regular expression that is none',
      "new RegExp('(');",
      /Invalid regular expression: \/\(\/: Unterminated group$/,
    ],
  ])('says of %s what it says of any story', (_, line, message) => {
    const first = line.startsWith('import') ? line : `import { scenario } from 'mqtt-amber';\n${line}`;
    const { status, err } = ran(`${first}\n${STORY}`);
    expect(err).toMatch(message);
    expect(status).not.toBe(0);
  });

  it('waits at its top, where it does', () => {
    const { status, err } = ran(`import { scenario } from 'mqtt-amber';\nawait 1;\n${STORY}`);
    expect([status, err]).toEqual([0, '']);
  });

  it('is told by the name of its file, and not of a link to it', () => {
    writeFileSync(join(folder, 'file.ts'), "import { scenario } from 'mqtt-amber';\nnull.x;\n");
    symlinkSync(join(folder, 'file.ts'), join(folder, 'link.ts'));
    const { stderr } = spawnSync(
      process.execPath,
      [join(root, 'bin/amber.js'), 'run', join(folder, 'link.ts')],
      {
        encoding: 'utf8',
      },
    );
    expect(stderr).toContain('file.ts:2:6: Cannot read');
  });
});
