/** The site around the viewer, as a part of the build: pages of documents, the start page and its live picture, the common sheet. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin, type ResolvedConfig } from 'vite';
import { START_ID } from '../../export/single-file.ts';
import { paletteCss } from '../../theme/palette.ts';
import type { PlaceName } from '../places.ts';
import { readApi } from './api.ts';
import { docPages } from './docs.ts';
import { barOf, headOf } from './frame.ts';

/** The story whose run stands on the start page. */
const START_STORY = 'viz/playground/starters/exactly-once.ts';

/** What the editor imports to know it. */
const API_NAME = 'virtual:mqtt-amber-api';

/** @param root of the repository, as an address that ends with a slash */
export function site(root: URL): Plugin {
  const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
  let config: ResolvedConfig;
  return {
    name: 'amber-site',
    configResolved(resolved) {
      config = resolved;
    },
    /** What a story can say, for the editor. */
    resolveId: (name) => (name === API_NAME ? `\0${API_NAME}` : undefined),
    load: (id) =>
      id === `\0${API_NAME}`
        ? `export default ${JSON.stringify(readApi(new URL('src/index.ts', root)))}`
        : undefined,
    /** Pages say where they stand; their frame is that of all. */
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html
          .replace(/<!--head (.*?)-->/, (_, title: string) =>
            headOf(title, './').replaceAll(/ (src|href)=/g, ' vite-ignore $1='),
          )
          .replace(/<!--bar (.*?)-->/, (_, name: PlaceName) => barOf(name, './')),
    },
    async generateBundle() {
      const emit = (fileName: string, source: string | Uint8Array): void => {
        this.emitFile({ type: 'asset', fileName, source });
      };
      const pictures = readdirSync(new URL('docs/', root))
        .filter((name) => name.endsWith('.svg'))
        .map((name) => `docs/${name}`);
      for (const [path, text] of docPages(documents(root), pictures)) emit(path, text);
      for (const path of pictures) emit(path, read(path));
      emit(
        'site/site.css',
        paletteCss(':root') +
          read('viz/theme/bars.css') +
          read('viz/theme/code.css') +
          read('viz/site/site.css'),
      );
      emit('site/start.css', read('viz/site/start.css'));
      emit('site/exactly-once.amber.jsonl.gz', await traceOf(START_STORY, root));
    },
    async closeBundle() {
      const directory = config.build.outDir;
      for (const [name, source] of SCRIPTS) await buildScript(name, source, root, directory);
      // The page of the viewer was built before; here it becomes the start page as well.
      const page = join(directory, 'index.html');
      writeFileSync(page, withStart(readFileSync(page, 'utf8'), read('viz/site/start.html')));
    },
  };
}

/** What can be read in the repository. */
function documents(root: URL): Map<string, string> {
  const docs = readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md'));
  const paths = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs.map((name) => `docs/${name}`)];
  return new Map(paths.map((path) => [path, readFileSync(new URL(path, root), 'utf8')]));
}

/** The viewer's page with the start page in it, once. */
function withStart(page: string, start: string): string {
  if (page.includes(`id="${START_ID}"`)) return page;
  return page.replace('</body>', `<template id="${START_ID}">\n${start}</template>\n</body>`);
}

/** Runs a story as anybody would, and gives the bytes of its trace. */
async function traceOf(story: string, root: URL): Promise<Uint8Array> {
  const path = join(tmpdir(), `amber-site-${process.pid}.amber.jsonl.gz`);
  const command = fileURLToPath(new URL('bin/amber.js', root));
  await promisify(execFile)(process.execPath, [
    command,
    'run',
    fileURLToPath(new URL(story, root)),
    '--trace',
    path,
  ]);
  try {
    return readFileSync(path);
  } finally {
    rmSync(path);
  }
}

/** Scripts that stand alone, and are no modules: one runs before anything is drawn, one in a frame that loads nothing else. */
const SCRIPTS = [
  ['theme.js', 'viz/site/theme-script.ts'],
  ['frame.js', 'viz/playground/frame-script.ts'],
] as const;

async function buildScript(name: string, source: string, root: URL, directory: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('viz/', root)),
    logLevel: 'warn',
    build: {
      outDir: directory,
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: fileURLToPath(new URL(source, root)),
        output: { format: 'iife', entryFileNames: `site/${name}` },
      },
    },
  });
}
