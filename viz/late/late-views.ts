/** Views that are loaded after the first picture, once for all viewers of a page. */
import { latePlace } from './late-code.ts';

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
  const place = latePlace('views-script.js');
  const script = document.createElement('script');
  if ('code' in place) {
    script.textContent = place.code;
    document.head.append(script);
  } else {
    await new Promise<void>((resolve, reject) => {
      script.src = place.address;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error(`${place.address} could not be loaded`));
      document.head.append(script);
    });
  }
  script.remove();
  const { styles } = (window as unknown as { amberLateViews: LateViews }).amberLateViews;
  return styles.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}
