/** Places in stacks without the mark of a life: they are the same in each run. */
import { withoutKey } from './module-names.ts';

/** Methods of a call site that tell an address. */
const TELLS_ADDRESS = new Set<string | symbol>(['getFileName', 'getScriptNameOrSourceURL']);

export function unmarkedSite(site: NodeJS.CallSite): NodeJS.CallSite {
  const file = site.getFileName();
  if (typeof file !== 'string' || withoutKey(file) === file) return site;
  return new Proxy(site, {
    get(target, name) {
      if (TELLS_ADDRESS.has(name)) return () => withoutKey(file);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
