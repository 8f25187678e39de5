/** The markdown of the repository as HTML: headings one can link to, tables that scroll by themselves, code in colours. */
import { javascriptLanguage, typescriptLanguage } from '@codemirror/lang-javascript';
import { classHighlighter, highlightCode } from '@lezer/highlight';
import { Marked, type Tokens } from 'marked';
import { escaped } from '../../export/markup.ts';

export interface Heading {
  readonly depth: number;
  readonly id: string;
  /** As HTML. */
  readonly title: string;
}

export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
}

const PICTURE =
  /<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">\s*<img src="([^"]+)" alt="([^"]*)">\s*<\/picture>/g;

/** @param addressOf where a link of the text leads from the page; undefined for what the site does not have, whose words stay. */
export function render(text: string, addressOf: (link: string) => string | undefined): Rendered {
  const headings: Heading[] = [];
  const ids = new Map<string, number>();
  const idOf = (title: string): string => {
    const id = slugOf(title);
    const count = ids.get(id) ?? 0;
    ids.set(id, count + 1);
    return count === 0 ? id : `${id}-${count}`;
  };
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: raw }: Tokens.Heading): string {
        const heading = { depth, id: idOf(raw), title: this.parser.parseInline(tokens) };
        headings.push(heading);
        return `<h${depth} id="${heading.id}">${heading.title}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link): string {
        const inside = this.parser.parseInline(tokens);
        const address = addressOf(href);
        return address === undefined ? inside : `<a href="${escaped(address)}">${inside}</a>`;
      },
      // A picture that has a dark form follows the theme of the page, which the reader may have chosen.
      html({ text: markup }: Tokens.HTML | Tokens.Tag): string {
        return markup.replace(PICTURE, (_, dark: string, light: string, alt: string) => {
          const image = (link: string, kind: string): string =>
            `<img class="${kind}" src="${escaped(addressOf(link) ?? link)}" alt="${alt}">`;
          return image(light, 'of-light') + image(dark, 'of-dark');
        });
      },
      code({ text: code, lang }: Tokens.Code): string {
        return `<pre tabindex="0"><code>${coloured(code, lang ?? '')}</code></pre>\n`;
      },
      table({ header, align, rows }: Tokens.Table): string {
        const cell = (tag: string) => (token: Tokens.TableCell, column: number) => {
          const side = align[column] === 'right' ? ' class="number"' : '';
          return `<${tag}${side}>${this.parser.parseInline(token.tokens)}</${tag}>`;
        };
        // A table that explains words of its first column has no heading.
        const named = header.some(({ text: title }) => title !== '');
        const head = named ? `<thead><tr>${header.map(cell('th')).join('')}</tr></thead>\n` : '';
        const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('\n');
        return `<div class="table" tabindex="0"><table>${head}<tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  return { html: marked.parse(text, { async: false }), headings };
}

/** As the hosts of repositories make them, so that a link into a page works there and here. */
export function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

function coloured(code: string, language: string): string {
  const parser = { ts: typescriptLanguage, js: javascriptLanguage }[language]?.parser;
  if (parser === undefined) return escaped(code);
  let html = '';
  highlightCode(
    code,
    parser.parse(code),
    classHighlighter,
    (text, classes) => {
      html += classes === '' ? escaped(text) : `<span class="${classes}">${escaped(text)}</span>`;
    },
    () => {
      html += '\n';
    },
  );
  return html;
}
