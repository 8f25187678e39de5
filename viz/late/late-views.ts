/** What is loaded after the first picture, once for all viewers of a page: other views, panels, dialogs, the keys, and exports. */
import type { takeAlong } from '../view/exports.ts';
import type { Keyboard } from '../view/keyboard.ts';
import type { Viewer } from '../view/viewer.ts';
import { loadScript } from './late-script.ts';

/** What the script brings, beside the elements that it names. */
export interface LateViews {
  /** Of those elements, for the shadow of every viewer. */
  styles: readonly string[];
  takeAlong: typeof takeAlong;
  keyboardOf(viewer: Viewer): Keyboard;
}

export interface LoadedViews extends Omit<LateViews, 'styles'> {
  readonly sheets: readonly CSSStyleSheet[];
}

let loading: Promise<LoadedViews> | undefined;

/** @throws {Error} when the script could not be loaded; who asks again tries again */
export function loadLateViews(): Promise<LoadedViews> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<LoadedViews> {
  await loadScript('views-script.js');
  const { styles, ...late } = (window as unknown as { amberLateViews: LateViews }).amberLateViews;
  return { sheets: styles.map(sheetOf), ...late };
}

export function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}
