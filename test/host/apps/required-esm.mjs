// Imports a package in CommonJS that requires another, of which Node gives it an ES module that imports something.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/host';

const FILES = {
  'outer/package.json': '{"main":"index.js"}',
  'outer/index.js': "module.exports = require('inner');\n",
  'inner/package.json': '{"exports":{"module-sync":"./required.mjs","default":"./index.js"}}',
  'inner/required.mjs':
    "import of from './index.js';\nexport default of;\nexport { of as 'module.exports' };\n",
  'inner/index.js': "module.exports = 'inner';\n",
};
const folder = mkdtempSync(join(tmpdir(), 'amber-required-'));
for (const [name, text] of Object.entries(FILES)) {
  const path = join(folder, 'node_modules', name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}
const outer = `${pathToFileURL(join(folder, 'node_modules', 'outer', 'index.js'))}`;
const seen = [];
const story = scenario('required', async (sim) => {
  for (const name of ['one', 'two'])
    seen.push(await sim.host(name).do(async () => (await import(outer)).default));
});
const { verdict, error } = await runScenario(story, { seed: 1 });
console.log(JSON.stringify({ verdict, error: error?.message, seen }));
rmSync(folder, { recursive: true });
