/** Views that are loaded after the first picture, once for all viewers of a page. */
import { loadScript } from './late-script.ts';

export interface LateViews {
  /** Of those views, for the shadow of every viewer. */
  styles: readonly string[];
}

let loading: Promise<readonly CSSStyleSheet[]> | undefined;

/** Names the elements, and gives their style sheets. @throws {Error} when the script could not be loaded */
export function loadLateViews(): Promise<readonly CSSStyleSheet[]> {
  loading ??= load();
  return loading;
}

async function load(): Promise<readonly CSSStyleSheet[]> {
  await loadScript('views-script.js');
  const { styles } = (window as unknown as { amberLateViews: LateViews }).amberLateViews;
  return styles.map(sheetOf);
}

export function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}
