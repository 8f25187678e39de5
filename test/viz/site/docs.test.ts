import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { docPages } from '../../../viz/site/build/docs.ts';
import { render, slugOf } from '../../../viz/site/build/markdown.ts';

const root = new URL('../../../', import.meta.url);
const paths = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(new URL('docs/', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const pictures = readdirSync(new URL('docs/', root))
  .filter((name) => name.endsWith('.svg'))
  .map((name) => `docs/${name}`);
const pages = docPages(
  new Map(paths.map((path) => [path, readFileSync(new URL(path, root), 'utf8')])),
  pictures,
);

const linksOf = (page: string): string[] => [...page.matchAll(/ href="([^"]*)"/g)].map(([, link]) => link!);
const idsOf = (page: string): string[] => [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);

describe('the documents of the repository as pages', () => {
  it('are all there, and each is in the list of every other', () => {
    expect([...pages.keys()]).toHaveLength(paths.length);
    for (const [path, page] of pages) {
      const list = page.slice(
        page.indexOf('class="pages"'),
        page.indexOf('</nav>', page.indexOf('class="pages"')),
      );
      const others = [...pages.keys()]
        .filter((other) => other !== path)
        .map((other) => posix.basename(other));
      for (const other of others) expect(list, path).toContain(`href="${other}"`);
      expect(list.match(/aria-current="page"/g), path).toHaveLength(1);
    }
  });

  it('lead to pages and places that exist, and nowhere into the repository', () => {
    for (const [path, page] of pages) {
      for (const link of linksOf(page)) {
        if (/^(https?|data):/.test(link)) continue;
        const [file, place] = link.split('#') as [string, string?];
        const target = file === '' ? path : posix.join(posix.dirname(path), file);
        if (/^(site\/|lessons\.html|playground\.html|\.$)/.test(target) || target === './') continue;
        expect(pages.has(target), `${path}: ${link}`).toBe(true);
        if (place !== undefined && place !== '')
          expect(idsOf(pages.get(target)!), `${path}: ${link}`).toContain(place);
      }
      expect(page, path).not.toMatch(/href="[^"]*\.(md|test\.ts|dialogue)/);
    }
  });

  it('have their pictures beside them, in the form for either theme', () => {
    expect(pages.get('docs/index.html')).toMatch(
      /<img class="of-light" src="[\w-]+\.svg"[^>]*><img class="of-dark" src="[\w-]+\.svg"/,
    );
    for (const [path, page] of pages) {
      expect(page, path).not.toContain('<picture>');
      for (const [, source] of page.matchAll(/ src="([^"]*\.(?:svg|png))"/g))
        expect(pictures).toContain(`docs/${source}`);
    }
  });

  it('open the stories that they name in the playground', () => {
    const stories = linksOf(pages.get('docs/index.html')!).filter((link) => link.includes('#story='));
    expect(stories).toContain('../playground.html#story=flapping-uplink');
    for (const link of stories) {
      const name = link.slice(link.indexOf('=') + 1);
      expect(readFileSync(new URL(`sims/${name}.ts`, root), 'utf8')).toContain('export default scenario(');
    }
  });

  it('have each one heading of the first rank and names that are unique', () => {
    for (const [path, page] of pages) {
      expect(page.match(/<h1[ >]/g), path).toHaveLength(1);
      const ids = idsOf(page);
      expect(new Set(ids).size, path).toBe(ids.length);
      expect(page, path).not.toContain('undefined');
    }
  });
});

describe('markdown', () => {
  const html = (text: string): string => render(text, (link) => link).html;

  it('keeps what looks like markup in code as text', () => {
    expect(html('`<b>` and\n\n```ts\nconst a = "<i>"; // & so on\n```')).toBe(
      '<p><code>&lt;b&gt;</code> and</p>\n' +
        '<pre tabindex="0"><code><span class="tok-keyword">const</span> <span class="tok-variableName tok-definition">a</span> ' +
        '<span class="tok-operator">=</span> <span class="tok-string">&quot;&lt;i&gt;&quot;</span><span class="tok-punctuation">;</span> ' +
        '<span class="tok-comment">// &amp; so on</span></code></pre>\n',
    );
  });

  it('leaves the words of a link that leads nowhere', () => {
    expect(render('[there](src/x.ts)', () => undefined).html).toBe('<p>there</p>\n');
  });

  it('gives a table without a heading no row for it', () => {
    expect(html('| | |\n|---|---|\n| `a` | b |')).toBe(
      '<div class="table" tabindex="0"><table><tbody><tr><td><code>a</code></td><td>b</td></tr></tbody></table></div>\n',
    );
  });

  it.each([
    ['The world: `sim`', 'the-world-sim'],
    ["Many seeds, and one's again", 'many-seeds-and-ones-again'],
    ['QoS 0, 1 and 2', 'qos-0-1-and-2'],
    ['snake_case', 'snake_case'],
  ])('names the place of "%s" as hosts of repositories do', (title, slug) => {
    expect(slugOf(title)).toBe(slug);
  });

  it('tells equal headings apart', () => {
    expect(html('## A\n\n## A')).toBe('<h2 id="a">A</h2>\n<h2 id="a-1">A</h2>\n');
  });
});
