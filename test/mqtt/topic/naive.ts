/** Section 4.7 word for word, on arrays of levels: slow, and short enough to be believed. */
export function naiveMatches(filter: string, name: string): boolean {
  if (name.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false;
  return levelsMatch(filter.split('/'), name.split('/'));
}

function levelsMatch(filter: string[], name: string[]): boolean {
  const [first, ...rest] = filter;
  if (first === undefined) return name.length === 0;
  // '#' stands for the parent and any number of levels under it.
  if (first === '#') return true;
  if (name.length === 0) return false;
  return (first === '+' || first === name[0]) && levelsMatch(rest, name.slice(1));
}
