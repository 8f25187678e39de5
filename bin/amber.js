#!/usr/bin/env node
import { existsSync } from 'node:fs';

const beginning = new URL('../dist/src/cli/begin.js', import.meta.url);
if (existsSync(beginning)) {
  const { begin } = await import(beginning.href);
  await begin();
} else {
  process.stderr.write("amber: this checkout is not built yet; run 'npm run build' in it once\n");
  process.exitCode = 5;
}
