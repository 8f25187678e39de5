/** What the short forms say where packages are missing, with the package as it is built, in a folder that has little else. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../programs.ts';

const OWN = ['@swc/wasm-typescript', 'seedrandom', 'ws'];

let folder: string;
const installed = (name: string): string => join(folder, 'node_modules', name);
const install = (name: string): void => {
  mkdirSync(dirname(installed(name)), { recursive: true });
  symlinkSync(join(repository, 'node_modules', name), installed(name));
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'amber-mounted-'));
  for (const part of ['package.json', 'bin', 'dist/src'])
    cpSync(join(repository, part), join(installed('mqtt-amber'), part), { recursive: true });
  OWN.forEach(install);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the command says of a story that mounts something. */
function said(mounts: string, ...command: string[]): string {
  writeFileSync(
    join(folder, 'story.mjs'),
    `import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { mqttjs } from 'mqtt-amber/mqttjs';
export default scenario('mounts', async (sim) => { await ${mounts}; });
`,
  );
  const amber = join(installed('mqtt-amber'), 'bin', 'amber.js');
  const args = command.length === 0 ? ['run', 'story.mjs'] : command;
  return spawnSync(process.execPath, [amber, ...args], { cwd: folder, encoding: 'utf8' }).stderr;
}

describe('a package that is not installed', () => {
  const durable = "aedes(sim, 'hub', { durable: true })";

  it('is told with what to do, and that it may be another', () => {
    expect(said("mqttjs(sim, 'sensor', 'mqtt://hub')")).toContain(
      "the package mqtt is not installed: npm install mqtt, or say which mqtt it is with { library: () => import('...') } (Cannot find package 'mqtt'",
    );
    expect(said("aedes(sim, 'hub', {}, { library: () => import('./none.mjs') })")).toMatch(
      /the library of aedes cannot be imported: Cannot find module '.*none\.mjs'/,
    );
  });

  it('is told together with all others that are missing', () => {
    expect(said(durable)).toContain(
      "the packages aedes and aedes-persistence-level and abstract-level are not installed: npm install aedes aedes-persistence-level abstract-level, or say which aedes it is with { library: () => import('...') } (",
    );
    const compares = ['compare', 'story.mjs', '--brokers', 'native,aedes', '--seeds', '1'];
    expect(said(durable, ...compares)).toContain(
      'who is to play the brokers cannot be loaded: the packages aedes and aedes-persistence-level and abstract-level are not installed: npm install aedes aedes-persistence-level abstract-level (Cannot find',
    );
    install('aedes');
    expect(said(durable)).toContain(
      'the packages aedes-persistence-level and abstract-level are not installed: npm install aedes-persistence-level abstract-level (Cannot find package',
    );
    install('aedes-persistence-level');
    expect(said(durable)).toContain(
      'the package abstract-level is not installed: npm install abstract-level (Cannot find package',
    );
    install('abstract-level');
    expect(said(durable)).toBe('');
  });
});
