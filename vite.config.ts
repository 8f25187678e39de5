import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';
import { storyTexts } from './viz/engine/build/story-texts.ts';
import { unreadWords } from './viz/engine/build/unread-words.ts';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * The viewer: one page with relative addresses, so that it works under any path. It has a directory of its own: `dist/viz` has
 * the modules of the picture that the command line uses, and what is there is emptied first.
 */
export default defineConfig({
  root: fileURLToPath(new URL('./viz/', import.meta.url)),
  base: './',
  define: { 'import.meta.env.AMBER_VERSION': JSON.stringify(version) },
  // Stories import the package by its public name, and get the sources that the engine is built of.
  resolve: { conditions: ['amber-source', ...defaultClientConditions] },
  // The worker is a part of the page, so that the page also works from a file.
  worker: {
    format: 'iife',
    plugins: () => [storyTexts(), unreadWords()],
    // Notes to a bundler about what is pure are of no use in what is bundled.
    rolldownOptions: { output: { entryFileNames: '[name].js', comments: { annotation: false } } },
  },
  build: {
    outDir: fileURLToPath(new URL('./dist/viewer/', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Everything is one small page; a preloading shim would only be weight.
    modulePreload: { polyfill: false },
    // Other pages refer to the element by this name.
    rolldownOptions: { output: { entryFileNames: 'amber-trace.js', assetFileNames: '[name][extname]' } },
  },
});
