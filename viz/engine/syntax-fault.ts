/**
 * Where a text is wrong that cannot even be parsed. A module that is imported keeps the place to itself; a worker that is started with
 * the same text says it to whoever started it.
 */
import { RealWorker, realPlaces } from './real.ts';

/** What only a module may say, and no script. Lines stay lines. */
const OF_MODULES =
  /^[ \t]*(?:import\b[^'"]*(?:from\s*)?(['"])[^'"\n]*\1;?|export\s+default\b|export\s*\{[^}]*\}[^\n]*|export(?=\s+(?:const|let|var|function|class|async)\b))/gm;

const CALLED = 'Uncaught SyntaxError: ';
/** In a module the same mistake is an "unexpected reserved word". */
const AWAIT = 'await is only valid in async functions';

export interface SyntaxFault {
  /** `4:13`, counted from 1. */
  readonly place: string;
  readonly message: string;
}

/** @returns undefined when nobody says it. Nothing of the text is run. */
export async function syntaxFault(source: string, message: string): Promise<SyntaxFault | undefined> {
  const body = source.replace(OF_MODULES, (found) => found.replace(/[^\n]/g, ' '));
  const address = realPlaces.addressOf(`'use strict';postMessage(0);async()=>{${body}\n}`);
  const worker = new RealWorker(address);
  try {
    return await new Promise((resolve) => {
      // It was parsed: what is wrong is wrong in modules only.
      worker.onmessage = () => resolve(undefined);
      worker.onerror = (event) => {
        event.preventDefault();
        // Firefox says nothing here, and all of it in the error of the module.
        const said = event.message?.startsWith(CALLED) ? event.message.slice(CALLED.length) : '';
        const same = said === message || said.startsWith(AWAIT);
        const place = `${event.lineno}:${event.colno}`;
        resolve(
          !same || event.lineno < 1 ? undefined : { place, message: said.startsWith(AWAIT) ? AWAIT : said },
        );
      };
    });
  } finally {
    worker.terminate();
    realPlaces.forget(address);
  }
}
