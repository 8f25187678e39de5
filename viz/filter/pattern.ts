/** Names by a pattern: `*` stands for any letters. */

export type TextTest = (text: string) => boolean;

/** With `dotted` a name also stands for those that go on after a dot: `app` for `app.call`. */
export function patternOf(pattern: string, dotted: boolean): TextTest {
  if (!pattern.includes('*')) {
    const stem = `${pattern}.`;
    return dotted ? (text) => text === pattern || text.startsWith(stem) : (text) => text === pattern;
  }
  const pieces = pattern.split('*');
  const first = pieces[0]!;
  const last = pieces[pieces.length - 1]!;
  const between = pieces.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
      return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const piece of between) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** Whether a text has these letters in it, in any case. */
export function containing(part: string): TextTest {
  const wanted = part.toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
}
