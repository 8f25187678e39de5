/** The pages of the site, as the bar at the top of each leads to them. */

export type PlaceName = 'trace' | 'lessons' | 'playground' | 'docs';

export interface Place {
  readonly name: PlaceName;
  readonly title: string;
  /** Below the directory of the site. */
  readonly address: string;
}

export const PLACES: readonly Place[] = [
  { name: 'trace', title: 'Trace', address: '' },
  { name: 'lessons', title: 'Lessons', address: 'lessons.html' },
  { name: 'playground', title: 'Playground', address: 'playground.html' },
  { name: 'docs', title: 'Docs', address: 'docs/index.html' },
];
