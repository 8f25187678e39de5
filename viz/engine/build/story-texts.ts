/**
 * The build's part in the stories of the viewer: what is imported with `?story` is the text of that module without its types, every
 * line where it was. So a run in the page can name the author's line, as the command line does.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';
import { stripTypes } from '../../../src/host/typescript.ts';

const ASKED = /^(.*)\?story$/;

export function storyTexts(): Plugin {
  return {
    name: 'amber-story-texts',
    enforce: 'pre',
    load(id) {
      const path = ASKED.exec(id)?.[1];
      if (path === undefined) return undefined;
      this.addWatchFile(path);
      const text = stripTypes(readFileSync(path, 'utf8'), pathToFileURL(path).href);
      return { code: `export default ${JSON.stringify(text)}`, moduleType: 'js' };
    },
  };
}
