import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { site } from './viz/site/build/site.ts';

/**
 * The site around the viewer, built into its directory after it: lessons, playground and documents, each a page of its own with
 * relative addresses. Their scripts have a folder, for a page that is exported carries those beside the viewer with it.
 */
export default defineConfig({
  root: fileURLToPath(new URL('./viz/', import.meta.url)),
  base: './',
  plugins: [site(new URL('./', import.meta.url))],
  worker: { format: 'iife', rolldownOptions: { output: { entryFileNames: 'site/[name].js' } } },
  build: {
    outDir: fileURLToPath(new URL('./dist/viewer/', import.meta.url)),
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The editor is one script, and nobody but the playground loads it.
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      input: ['playground', 'lessons'].map((page) =>
        fileURLToPath(new URL(`./viz/${page}.html`, import.meta.url)),
      ),
      output: {
        entryFileNames: 'site/[name].js',
        chunkFileNames: 'site/[name].js',
        assetFileNames: 'site/[name][extname]',
      },
    },
  },
});
