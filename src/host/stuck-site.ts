/**
 * Where a thread is that does not answer: the debugger can stop it in the middle of a loop and look.
 *
 * It is loaded only when a script is stuck; on a Node without an inspector the answer is that nobody knows.
 */
import { fileURLToPath } from 'node:url';
import { PRESENT_EXPRESSION, type Present } from './present.ts';

interface Frame {
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
}

/** What the debugger of the worker says that matters here. */
type Message =
  | { method: 'Debugger.scriptParsed'; params: { scriptId: string; url: string } }
  | { method: 'Debugger.paused'; params: { callFrames: readonly Frame[] } }
  | { method?: undefined; id: number; result?: { result?: { value?: Present } } };

/** What is known of a thread that does not answer. */
export interface StuckPlace {
  /** `file:line:column` of the author's line; undefined when nobody can tell. */
  readonly site?: string | undefined;
  /** Who runs there, and when. */
  readonly present?: Present | undefined;
}

/** The thread is busy, and so may be the machine. */
const PATIENCE_MILLIS = 15_000;
/** From tick to tick it may be stopped where none of the author's lines is: there is one a few steps further. */
const PAUSES = 200;
const OWN = new URL('../', import.meta.url).href;

/** Where a worker of this process is. */
export async function stuckPlace(threadId: number): Promise<StuckPlace> {
  const inspector = await import('node:inspector').catch(() => undefined);
  if (inspector === undefined) return {};
  const session = new inspector.Session();
  session.connect();
  let worker: string | undefined;
  let requests = 0;
  const urls = new Map<string, string>();
  /** @returns the number of the request. */
  const ask = (method: string, params: object = {}): number => {
    const message = JSON.stringify({ id: ++requests, method, params });
    if (worker !== undefined) session.post('NodeWorker.sendMessageToWorker', { sessionId: worker, message });
    return requests;
  };
  let site: string | undefined;
  let asked: number | undefined;
  let pauses = 0;
  return new Promise<StuckPlace>((resolve) => {
    // A thread that stays paused could not even be ended: whatever the answer is, it is let go first.
    const answer = (present?: Present): void => {
      clearTimeout(patience);
      ask('Debugger.disable');
      session.disconnect();
      resolve({ site, present });
    };
    const patience = setTimeout(() => answer(), PATIENCE_MILLIS);
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      const said = JSON.parse(params.message) as Message;
      if (said.method === 'Debugger.scriptParsed') urls.set(said.params.scriptId, said.params.url);
      if (said.method === 'Debugger.paused') {
        site = siteOf(said.params.callFrames, urls);
        if (site === undefined && ++pauses < PAUSES) ask('Debugger.stepInto');
        else asked ??= ask('Runtime.evaluate', { expression: PRESENT_EXPRESSION, returnByValue: true });
      }
      if (said.method === undefined && said.id === asked) answer(said.result?.result?.value);
    });
    session.on('NodeWorker.attachedToWorker', ({ params }) => {
      // Others go on. The thread of the loader, asked to pause, would at its next move, and the thread that it serves could not end.
      if (!params.workerInfo.title.startsWith(`[worker ${threadId}]`)) return;
      worker = params.sessionId;
      ask('Debugger.enable');
      ask('Debugger.pause');
    });
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  });
}

function siteOf(frames: readonly Frame[], urls: ReadonlyMap<string, string>): string | undefined {
  for (const { location } of frames) {
    const url = urls.get(location.scriptId) ?? '';
    if (!url.startsWith('file:') || url.startsWith(OWN)) continue;
    return `${fileURLToPath(url)}:${location.lineNumber + 1}:${location.columnNumber + 1}`;
  }
  return undefined;
}
