import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changesSince, describeGround, runIdentity } from '../../src/host/run-identity.ts';

const NATIVE =
  "import { scenario } from 'mqtt-amber'; export default scenario('x', (sim) => sim.broker('hub'));";
const HOSTED = "import { aedes } from 'mqtt-amber/aedes'; export const hub = (sim) => aedes(sim, 'hub');";
const { node } = process.versions;

describe('what a seed is valid for', () => {
  let folder: string;
  const put = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'amber-identity-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is the version and the files of a story whose machines are all ours, whatever Node and packages are', () => {
    put('package-lock.json', '{}');
    const path = put('story.ts', NATIVE);
    expect(runIdentity(path)).toEqual({ amber: '0.1.0', modules: expect.stringMatching(/^[0-9a-f]{16}$/) });
  });

  it.each([
    ['imports what mounts a library', HOSTED],
    ['makes a node for code that is not ours', `${NATIVE} // and\nconst app = sim.host ('app');`],
    ['imports a file that does', "import { hub } from './cast.ts';"],
    ['boots an application that does', "new URL(\n  './cast.ts',\n  import.meta.url,\n)"],
  ])('is Node and the lockfile as well where a story %s', (_what, text) => {
    put('yarn.lock', 'a');
    put('cast.ts', HOSTED);
    expect(runIdentity(put('story.ts', text)).hosted).toEqual({
      node,
      lockfile: 'yarn.lock',
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it('is so too where others play its parts, or its packages made nodes that its files do not tell of', () => {
    expect(runIdentity(put('story.ts', NATIVE), true).hosted).toEqual({ node });
  });

  it('changes with the files of an application that is booted', () => {
    const path = put('story.ts', "sim.host('app').boot(new URL('./app/device.js', import.meta.url));");
    put('app/device.js', "import './parts.js';");
    put('app/parts.js', 'one');
    const before = runIdentity(path).modules;
    put('app/parts.js', 'two');
    expect(runIdentity(path).modules).not.toBe(before);
  });

  it.each([
    'package-lock.json',
    'npm-shrinkwrap.json',
    'pnpm-lock.yaml',
    'yarn.lock',
    'bun.lock',
    'bun.lockb',
  ])('takes the nearest lockfile upwards, as %s', (name) => {
    put(name, 'far');
    put(`app/${name}`, 'near');
    const far = runIdentity(put('story.ts', HOSTED)).hosted;
    const near = runIdentity(put('app/sims/deep/story.ts', HOSTED)).hosted;
    expect([far?.lockfile, near?.lockfile]).toEqual([name, name]);
    expect(near?.hash).not.toBe(far?.hash);
  });

  it('takes the lockfile of the place where a linked story really is, as Node does with its packages', () => {
    put('real/package-lock.json', 'real');
    put('linked/yarn.lock', 'linked');
    symlinkSync(put('real/story.ts', HOSTED), join(folder, 'linked', 'story.ts'));
    expect(runIdentity(join(folder, 'linked', 'story.ts')).hosted?.lockfile).toBe('package-lock.json');
  });

  it('has changed where the version, the story, Node or a package has, with what to do', () => {
    const kept = {
      amber: '0.0.9',
      modules: 'f00d',
      hosted: { node: '18.0.0', lockfile: 'package-lock.json', hash: 'beef' },
    };
    put('package-lock.json', '{}');
    const here = runIdentity(put('story.ts', HOSTED));
    expect(changesSince(kept, here, 'story.ts')).toEqual([
      'it was saved by amber 0.0.9, and this is 0.1.0: a seed is valid for one version',
      'story.ts is not what it was, or what it imports',
      `its foreign code ran on Node 18.0.0 and package-lock.json beef, and here it is ${describeGround(here.hosted!)}: its seed is valid for ` +
        'the former; to have the very same run, run it on Node 18.0.0 and take package-lock.json from when it was saved, and install by it',
    ]);
    expect(changesSince(here, here, 'story.ts')).toEqual([]);
    expect(changesSince({ ...here, hosted: { node } }, here, 'story.ts')).toEqual([
      expect.stringMatching(/ without a lockfile, and here it is .*; .*, install its packages as they were$/),
    ]);
  });

  it('says nothing of Node and packages where a failure was saved before that was written down', () => {
    const here = runIdentity(put('story.ts', HOSTED));
    expect(changesSince({ amber: here.amber, modules: here.modules }, here, 'story.ts')).toEqual([]);
  });
});
