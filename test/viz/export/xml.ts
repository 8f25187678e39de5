/** Enough of XML 1.0 to say why a text is none: tags in their order, attributes in quotes and once, entities, allowed characters. */

const NAME = '[A-Za-z_][A-Za-z0-9_.:-]*';
const TAG = new RegExp(`<(/?)(${NAME})((?:\\s+${NAME}="[^"<]*")*)\\s*(/?)>`, 'y');
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

export interface XmlElement {
  name: string;
  attributes: ReadonlyMap<string, string>;
  /** Of itself, not of what is inside. */
  text: string;
}

/** Every element in the order of its start. @throws Error that says what is wrong and where. */
export function elementsOf(xml: string): XmlElement[] {
  const wrong = (what: string, at: number): Error => new Error(`${what} at ${at}: ${xml.slice(at, at + 60)}`);
  const bad = FORBIDDEN.exec(xml);
  if (bad !== null) throw wrong('a character that XML forbids', bad.index);
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  let at = 0;
  while (at < xml.length) {
    const next = xml.indexOf('<', at);
    const text = xml.slice(at, next < 0 ? xml.length : next);
    if (/&(?!(?:amp|lt|gt|quot);)/.test(text)) throw wrong('an entity that XML has not', at);
    if (open.length > 0) open.at(-1)!.text += unescaped(text);
    else if (text.trim() !== '') throw wrong('text outside of the root', at);
    if (next < 0) break;
    TAG.lastIndex = next;
    const tag = TAG.exec(xml);
    if (tag === null) throw wrong('no tag', next);
    const [, closing, name, given, empty] = tag;
    if (closing === '/') {
      if (open.pop()?.name !== name) throw wrong('a tag that closes another', next);
    } else {
      if (open.length === 0 && elements.length > 0) throw wrong('a second root', next);
      const attributes = new Map<string, string>();
      for (const [, key, value] of given!.matchAll(new RegExp(`(${NAME})="([^"]*)"`, 'g'))) {
        if (attributes.has(key!)) throw wrong('an attribute twice', next);
        if (/&(?!(?:amp|lt|gt|quot);)/.test(value!)) throw wrong('an entity that XML has not', next);
        attributes.set(key!, unescaped(value!));
      }
      const element: XmlElement = { name: name!, attributes, text: '' };
      elements.push(element);
      if (empty !== '/') open.push(element);
    }
    at = TAG.lastIndex;
  }
  if (open.length > 0) throw wrong(`<${open.at(-1)!.name}> is never closed`, xml.length);
  return elements;
}

function unescaped(text: string): string {
  return text.replace(
    /&(amp|lt|gt|quot);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name]!,
  );
}
