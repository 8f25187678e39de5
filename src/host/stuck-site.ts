/**
 * Where a thread is that does not answer: the debugger can stop it in the middle of a loop and look.
 *
 * It is loaded only when a script is stuck; on a Node without an inspector the answer is that nobody knows.
 */
import { fileURLToPath } from 'node:url';

interface Frame {
  readonly url: string;
  readonly location: { readonly lineNumber: number; readonly columnNumber: number };
}

const PATIENCE_MILLIS = 2_000;
const OWN = new URL('../', import.meta.url).href;

/** `file:line:column` of the author's line that the only worker of this process is at; undefined when nobody can tell. */
export async function stuckSite(): Promise<string | undefined> {
  const inspector = await import('node:inspector').catch(() => undefined);
  if (inspector === undefined) return undefined;
  const session = new inspector.Session();
  session.connect();
  try {
    return await new Promise<string | undefined>((resolve) => {
      setTimeout(() => resolve(undefined), PATIENCE_MILLIS).unref();
      let worker: string | undefined;
      session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
        const { method, params: paused } = JSON.parse(params.message) as {
          method?: string;
          params?: { callFrames: readonly Frame[] };
        };
        if (method === 'Debugger.paused') resolve(siteOf(paused!.callFrames));
      });
      session.on('NodeWorker.attachedToWorker', ({ params }) => {
        worker = params.sessionId;
        for (const [id, method] of ['Debugger.enable', 'Debugger.pause'].entries()) {
          const message = JSON.stringify({ id: id + 1, method });
          session.post('NodeWorker.sendMessageToWorker', { sessionId: worker, message });
        }
      });
      session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    });
  } finally {
    session.disconnect();
  }
}

function siteOf(frames: readonly Frame[]): string | undefined {
  for (const { url, location } of frames) {
    if (!url.startsWith('file:') || url.startsWith(OWN)) continue;
    return `${fileURLToPath(url)}:${location.lineNumber + 1}:${location.columnNumber + 1}`;
  }
  return undefined;
}
