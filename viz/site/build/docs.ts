/** The documents of the repository as pages of the site. */
import { posix } from 'node:path';
import { escaped } from '../../export/markup.ts';
import { barOf, headOf } from './frame.ts';
import { type Heading, type Rendered, render } from './markdown.ts';

/** Documents by their paths in the repository, `docs/viewer.md`. */
export type Documents = ReadonlyMap<string, string>;

interface Group {
  readonly title: string;
  readonly documents: readonly string[];
}

/** In the order in which one would read. What is named nowhere stands at the end. */
const GROUPS: readonly Group[] = [
  { title: 'Begin', documents: ['README', 'docs/viewer', 'docs/playground', 'docs/scenarios'] },
  {
    title: 'Find and keep a bug',
    documents: ['docs/sweeping', 'docs/campaigns', 'docs/exhaust', 'docs/zoo'],
  },
  { title: 'Look', documents: ['docs/filter', 'docs/trace'] },
  { title: 'Real traffic', documents: ['docs/serve', 'docs/checking', 'docs/dialogues', 'docs/malformed'] },
  { title: 'Teach', documents: ['docs/writing-lessons'] },
  {
    title: 'How it is made',
    documents: [
      'docs/architecture',
      'docs/tcp',
      'docs/conformance',
      'docs/performance',
      'CONTRIBUTING',
      'CHANGELOG',
    ],
  },
];

const DIRECTORY = 'docs/';

/** Where the page of a document is in the site. */
function pageOf(path: string): string {
  return path === 'README.md'
    ? `${DIRECTORY}index.html`
    : `${DIRECTORY}${posix.basename(path, '.md').toLowerCase()}.html`;
}

/**
 * @param pictures paths in the repository of those that stand beside the pages in the site, `docs/cut.svg`
 * @returns pages by their paths in the site, `docs/viewer.html`
 */
export function docPages(documents: Documents, pictures: readonly string[] = []): Map<string, string> {
  const rendered = new Map(
    [...documents].map(([path, text]) => [
      path,
      render(text, (link) => addressOf(link, path, documents, pictures)),
    ]),
  );
  return new Map([...rendered].map(([path, page]) => [pageOf(path), pageText(path, page, rendered)]));
}

/** From the page of `path`; undefined when the site has nothing there. */
function addressOf(
  link: string,
  path: string,
  documents: Documents,
  pictures: readonly string[],
): string | undefined {
  if (/^(https?:|#)/.test(link)) return link;
  const [file, place] = link.split('#') as [string, string?];
  const target = posix.join(posix.dirname(path), file);
  const story = /^sims\/((?:lessons\/)?[\w-]+)\.ts$/.exec(target);
  if (story !== null) return `../playground.html#story=${story[1]}`;
  if (pictures.includes(target)) return posix.relative(DIRECTORY, target);
  if (!documents.has(target)) return undefined;
  return `${posix.relative(DIRECTORY, pageOf(target))}${place === undefined ? '' : `#${place}`}`;
}

function pageText(path: string, { html, headings }: Rendered, all: ReadonlyMap<string, Rendered>): string {
  const title = path === 'README.md' ? 'Amber: documentation' : `${plain(titleOf(path, headings))}: Amber`;
  return `<!doctype html>
<html lang="en">
<head>
${headOf(title, '../')}
</head>
<body class="docs">
<a class="skip" href="#text">To the text</a>
${barOf('docs', '../')}
<div class="sheet">
<nav class="pages" aria-label="Documents">
${pageList(path, all)}
</nav>
<main id="text" tabindex="-1">
${html}</main>
</div>
</body>
</html>
`;
}

function pageList(current: string, all: ReadonlyMap<string, Rendered>): string {
  const named = new Set(GROUPS.flatMap(({ documents }) => documents.map((name) => `${name}.md`)));
  const rest = [...all.keys()].filter((path) => !named.has(path)).sort();
  const groups = [...GROUPS, { title: 'More', documents: rest.map((path) => path.slice(0, -'.md'.length)) }];
  return groups
    .map(({ title, documents }) => {
      const items = documents
        .map((name) => `${name}.md`)
        .filter((path) => all.has(path))
        .map((path) => {
          const { headings } = all.get(path)!;
          const name = path === 'README.md' ? 'What Amber is' : titleOf(path, headings);
          if (path !== current) return `<li><a href="${posix.basename(pageOf(path))}">${name}</a></li>`;
          return `<li><a href="#text" aria-current="page">${name}</a>${partList(headings)}</li>`;
        });
      return items.length === 0 ? '' : `<h2>${title}</h2>\n<ul>${items.join('\n')}</ul>`;
    })
    .join('\n');
}

function partList(headings: readonly Heading[]): string {
  const parts = headings.filter(({ depth }) => depth === 2);
  if (parts.length < 2) return '';
  return `<ul>${parts.map(({ id, title }) => `<li><a href="#${id}">${title}</a></li>`).join('')}</ul>`;
}

/** As HTML. */
function titleOf(path: string, headings: readonly Heading[]): string {
  return headings.find(({ depth }) => depth === 1)?.title ?? escaped(posix.basename(path, '.md'));
}

function plain(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&amp;/g, '&')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"');
}
