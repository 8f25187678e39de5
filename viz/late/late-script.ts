/** A script of the viewer that is loaded after the page, as a script of the page. */
import { type LateCode, latePlace } from './late-code.ts';

/** @throws {Error} that says which could not be loaded. */
export async function loadScript(name: LateCode): Promise<void> {
  const place = latePlace(name);
  const script = document.createElement('script');
  if ('code' in place) {
    script.textContent = place.code;
    document.head.append(script);
  } else {
    await new Promise<void>((resolve, reject) => {
      // Else it would be read in whatever the page around is written in.
      script.charset = 'utf-8';
      script.src = place.address;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error(`${place.address} could not be loaded`));
      document.head.append(script);
    });
  }
  script.remove();
}
