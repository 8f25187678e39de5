import type { Dissection } from './dissection.ts';

/**
 * A dissection as lines for a terminal: bytes on the left, the fields as an outline on the right.
 *
 * @param bytes the packet, to show its bytes beside the fields; without it the left side has the ranges only
 */
export function formatDissection(tree: Dissection, bytes?: Uint8Array): string {
  const width = String(tree.offset + tree.length).length;
  const lines: string[] = [];
  const add = (field: Dissection, depth: number): void => {
    const range = field.rule === undefined ? rangeOf(field, width) : '';
    const left =
      bytes === undefined
        ? range.padEnd(2 * width + 2)
        : `${range.padEnd(2 * width + 2)}${shownBytes(field, bytes)}`;
    lines.push(`${left}${'  '.repeat(depth)}${labelOf(field)}`.trimEnd());
    for (const child of field.children ?? []) add(child, depth + 1);
  };
  add(tree, 0);
  return lines.join('\n');
}

function labelOf(field: Dissection): string {
  if (field.rule !== undefined) return `!! ${field.text}`;
  if (field.mask !== undefined) return `${bitPicture(field)} ${field.name}: ${field.text}`;
  return field.text === '' ? field.name : `${field.name}: ${field.text}`;
}

/** `..10 ....`: which bits of the byte a field has, and their values. */
function bitPicture(field: Dissection): string {
  const mask = field.mask!;
  const value = Number(field.value) * (mask & -mask);
  let picture = '';
  for (let bit = 7; bit >= 0; bit--) {
    if ((mask & (1 << bit)) === 0) picture += '.';
    else picture += (value & (1 << bit)) === 0 ? '0' : '1';
    if (bit === 4) picture += ' ';
  }
  return picture;
}

function rangeOf(field: Dissection, width: number): string {
  if (field.mask !== undefined || field.length === 0) return '';
  const from = String(field.offset).padStart(width);
  return field.length === 1 ? from : `${from}-${field.offset + field.length - 1}`;
}

/** The bytes of a field without fields inside, up to eight of them. */
const BYTES_SHOWN = 8;

function shownBytes(field: Dissection, bytes: Uint8Array): string {
  const width = 3 * BYTES_SHOWN + 3;
  const inner =
    field.children?.some((child) => child.mask === undefined && child.rule === undefined) ?? false;
  if (inner || field.mask !== undefined || field.length === 0) return ' '.repeat(width);
  const shown = bytes.subarray(field.offset, field.offset + Math.min(field.length, BYTES_SHOWN));
  let text = '';
  for (const byte of shown) text += `${byte.toString(16).padStart(2, '0')} `;
  if (field.length > BYTES_SHOWN) text += '..';
  return text.padEnd(width);
}
