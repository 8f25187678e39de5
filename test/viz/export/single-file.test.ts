import { describe, expect, it } from 'vitest';
import { decodeBase64url } from '../../../src/trace/base64url.ts';
import { singleFileOf, TRACE_ELEMENT_ID } from '../../../viz/export/single-file.ts';

const page = `<!doctype html>
<html>
  <head>
    <title>viewer</title>
    <script type="module" crossorigin src="./amber-trace.js"></script>
    <link rel="stylesheet" crossorigin href="./index.css">
  </head>
  <body>
    <amber-trace page></amber-trace>
  </body>
</html>
`;
const assets = new Map([
  ['amber-trace.js', 'const a = "</script><!--"; const b = `$& $1 </SCRIPT>`;'],
  ['index.css', 'a::after { content: "</style>" }'],
]);
const bytes = Uint8Array.from({ length: 1_000 }, (_, at) => (at * 7) & 255);

describe('the viewer and a trace in one page', () => {
  const whole = singleFileOf(page, assets, { name: 'a "run" <1>.amber.jsonl.gz', bytes });

  it('refers to nothing', () => {
    expect(whole).not.toMatch(/\ssrc=|<link|crossorigin/);
    expect(whole).toContain('<script type="module">const a');
    expect(whole).toContain('<style>a::after');
  });

  it('has the trace before its end, to the byte, with its name', () => {
    const element = new RegExp(
      `<script type="application/octet-stream" id="${TRACE_ELEMENT_ID}" data-name="a &quot;run&quot; &lt;1&gt;.amber.jsonl.gz">([\\w-]*)</script>\n</body>`,
    ).exec(whole);
    expect(decodeBase64url(element![1]!)).toEqual(bytes);
  });

  it('lets no text end its script or style, and puts in what it has to the letter', () => {
    expect(whole.match(/<\/script/gi)).toHaveLength(2);
    expect(whole.match(/<\/style/gi)).toHaveLength(1);
    expect(whole).not.toContain('<!--');
    const script = /<script type="module">([\s\S]*?)<\/script>/.exec(whole)![1]!;
    const values = new Function(`${script} return [a, b];`)() as string[];
    expect(values).toEqual(['</script><!--', '$& $1 </SCRIPT>']);
  });

  it('leaves the start page of the site behind, for what it leads to is not there', () => {
    const start = '<template id="amber-start">\n<a href="./lessons.html">Lessons</a></template>\n';
    const within = page.replace('</body>', `${start}</body>`);
    expect(singleFileOf(within, assets, { name: 'a "run" <1>.amber.jsonl.gz', bytes })).toBe(whole);
  });

  it('carries what the viewer loads later as text, under its name', () => {
    const later = new Map([...assets, ['judge.js', 'const end = "</script>";']]);
    const carrying = singleFileOf(page, later, { name: 'x', bytes });
    expect(carrying).toContain(
      '<script type="text/plain" data-later="judge.js">const end = "<\\/script>";</script>',
    );
    expect(whole).not.toContain('data-later');
  });

  it('looks for parts in the page, and not in what it has put in', () => {
    const script = 'const page = `<link rel="stylesheet" href="./other.css"><script src="./other.js">`;';
    const parts = new Map([...assets, ['amber-trace.js', script]]);
    expect(singleFileOf(page, parts, { name: 'x', bytes })).toContain(script);
  });

  it('says what is missing from a build', () => {
    expect(() => singleFileOf(page, new Map(), { name: 'x', bytes })).toThrow(/refers to amber-trace\.js/);
    expect(() => singleFileOf('<html>', assets, { name: 'x', bytes })).toThrow(/no <\/body>/);
  });
});
