/** Text of XML that any reader takes, whatever names a trace has. */

/** What XML 1.0 has no place for, not even escaped: most control characters, halves of surrogate pairs. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** Marks that turn the direction of what follows, so that a name could pass for another. */
const TURNING = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** For content and for values in double quotes. */
export function escaped(text: string): string {
  return text
    .replace(FORBIDDEN, '\ufffd')
    .replace(TURNING, '·')
    .replace(/[&<>"]/g, (sign) => ESCAPES[sign]!);
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One element; what is inside is markup already. Numbers are written to hundredths, attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, ...inside: readonly string[]): string {
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    tag += ` ${key}="${typeof value === 'number' ? Math.round(value * 100) / 100 : escaped(value)}"`;
  }
  const content = inside.join('');
  return content === '' ? `${tag}/>` : `${tag}>${content}</${name}>`;
}
