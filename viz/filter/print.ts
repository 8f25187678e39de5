/** A filter as text again: parsing it gives the same filter. */
import type { Filter, Value } from './filter.ts';

export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
      return filter.parts.map((part) => grouped(part, part.kind === 'and' || part.kind === 'or')).join(' ');
    case 'or':
      return filter.parts.map((part) => grouped(part, part.kind === 'or')).join(' or ');
    case 'not':
      return `not ${grouped(filter.part, filter.part.kind === 'and' || filter.part.kind === 'or')}`;
    case 'has':
      return filter.name;
    case 'compare':
      return `${filter.field}${filter.operator}${filter.values.map(printValue).join(',')}`;
    case 'within':
      return `${filter.field} in ${filter.from?.text ?? ''}..${filter.to?.text ?? ''}`;
  }
}

function grouped(part: Filter, inParentheses: boolean): string {
  return inParentheses ? `(${printFilter(part)})` : printFilter(part);
}

function printValue({ text }: Value): string {
  return quoteValue(text);
}

/** In quotes where it could be taken for something else. */
export function quoteValue(text: string): string {
  const bare = /^[^\s"(),{}=!<>~:][^\s"(),{}]*$/.test(text) && !/&&|\|\||\.\./.test(text);
  return bare ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
