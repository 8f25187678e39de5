/**
 * The build's part in the stories of the viewer: what is imported with `?story` is the text of that module without its types, every
 * line where it was, and without comments: nobody reads it there. So a run in the page can name the author's line, as the command line does.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Plugin, parseSync } from 'vite';
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
      const text = withoutComments(stripTypes(readFileSync(path, 'utf8'), pathToFileURL(path).href));
      return { code: `export default ${JSON.stringify(text)}`, moduleType: 'js' };
    },
  };
}

/** Blanks in the place of comments: lines and columns stay. */
function withoutComments(text: string): string {
  let bare = text;
  for (const { start, end } of parseSync('story.js', text).comments)
    bare = bare.slice(0, start) + bare.slice(start, end).replaceAll(/[^\n]/g, ' ') + bare.slice(end);
  return bare;
}
