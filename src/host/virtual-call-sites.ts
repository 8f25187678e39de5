/** `util.getCallSites` of hosted code: the places that stacks show it. */
import util from 'node:util';
import { outside } from './formed-stacks.ts';
import { withoutKey } from './module-names.ts';
import { replace } from './replace.ts';
import { currentWorld } from './script-world.ts';

interface CallSite {
  readonly scriptName: string;
  readonly scriptId?: string;
}
type GetCallSites = (frames: unknown, options?: unknown) => CallSite[];

/** Most that Node gives. */
const FRAMES = 200;
const USUAL = 10;

/** What it is called since Node 22.12, and was before. */
const NAMES = ['getCallSites', 'getCallSite'];

export function installCallSites(): void {
  for (const name of NAMES) replace<GetCallSites>(util, name, virtual);
}

function virtual(real: GetCallSites): GetCallSites {
  return function getCallSites(...asked) {
    const [frames = USUAL, options] = typeof asked[0] === 'object' ? [undefined, asked[0]] : asked;
    // Node says what is wrong with the number.
    if (frames !== USUAL) real(frames);
    const [, ...all] = real(FRAMES, options);
    const sites = currentWorld() === undefined ? all : outside(all, ({ scriptName }) => scriptName).map(told);
    return sites.slice(0, frames as number);
  };
}

/** Scripts are counted in the order in which a process has compiled them, for whichever run that was. */
function told(site: CallSite): CallSite {
  const id = site.scriptId === undefined ? {} : { scriptId: '0' };
  return { ...site, ...id, scriptName: withoutKey(site.scriptName) };
}
