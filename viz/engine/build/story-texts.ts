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
      const written = readFileSync(path, 'utf8');
      const bare = withoutComments(stripTypes(written, pathToFileURL(path).href));
      const text = withoutBlankEnds(bare, written);
      return { code: `export default ${JSON.stringify(text)}`, moduleType: 'js' };
    },
  };
}

/** Without the blanks that stand at the end of a line for what was left out; what was written to end so does. */
function withoutBlankEnds(bare: string, written: string): string {
  const lines = written.split('\n');
  return bare
    .split('\n')
    .map((line, at) => (/\s$/.test(lines[at] ?? '') ? line : line.trimEnd()))
    .join('\n');
}

/** Blanks in the place of comments: lines and columns stay. */
function withoutComments(text: string): string {
  let bare = text;
  for (const { start, end } of parseSync('story.js', text).comments)
    bare = bare.slice(0, start) + bare.slice(start, end).replaceAll(/[^\n]/g, ' ') + bare.slice(end);
  return bare;
}
