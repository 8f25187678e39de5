#!/usr/bin/env node
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';

const main = new URL('../dist/src/cli/main.js', import.meta.url);
if (existsSync(main)) {
  // What V8 made of the modules is kept for the next process where Node can (from 22.1).
  nodeModule.enableCompileCache?.();
  const { runProcess } = await import(main.href);
  await runProcess();
} else {
  process.stderr.write("amber: this checkout is not built yet; run 'npm run build' in it once\n");
  process.exitCode = 5;
}
