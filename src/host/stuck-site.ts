/**
 * Where a thread is that does not answer: the debugger can stop it in the middle of a loop and look.
 *
 * It is loaded only when a script is stuck; on a Node without an inspector the answer is that nobody knows.
 */
import { fileURLToPath } from 'node:url';

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
  | { method?: undefined };

/** The thread is busy, and so may be the machine. */
const PATIENCE_MILLIS = 15_000;
const OWN = new URL('../', import.meta.url).href;

/** `file:line:column` of the author's line that a worker of this process is at; undefined when nobody can tell. */
export async function stuckSite(threadId: number): Promise<string | undefined> {
  const inspector = await import('node:inspector').catch(() => undefined);
  if (inspector === undefined) return undefined;
  const session = new inspector.Session();
  session.connect();
  let worker: string | undefined;
  let requests = 0;
  const urls = new Map<string, string>();
  const ask = (method: string): void => {
    if (worker === undefined) return;
    const message = JSON.stringify({ id: ++requests, method });
    session.post('NodeWorker.sendMessageToWorker', { sessionId: worker, message });
  };
  return new Promise<string | undefined>((resolve) => {
    // A thread that stays paused could not even be ended: whatever the answer is, it is let go first.
    const answer = (site: string | undefined): void => {
      clearTimeout(patience);
      ask('Debugger.disable');
      session.disconnect();
      resolve(site);
    };
    const patience = setTimeout(() => answer(undefined), PATIENCE_MILLIS);
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      const said = JSON.parse(params.message) as Message;
      if (said.method === 'Debugger.scriptParsed') urls.set(said.params.scriptId, said.params.url);
      if (said.method === 'Debugger.paused') answer(siteOf(said.params.callFrames, urls));
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
