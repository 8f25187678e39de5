/** Where the bytes of a trace come from. Plain data, so that the page can hand it to the worker that reads. */
import { FetchError, type Problem } from './problem.ts';

/** As Node and the browser both know it. */
type Port = InstanceType<typeof MessagePort>;

export interface TraceSource {
  name: string;
  /** A file, a whole address, the bytes themselves, or a port at which a run says {@link FromRun}: that can be opened once. */
  from: File | string | Uint8Array | Port;
}

/** A run that goes on in this page, to whoever reads its trace. Any answer means that nobody reads on. */
export type FromRun = { piece: Uint8Array<ArrayBuffer> } | { end: true; problem?: Problem };

export function sourceOfFile(file: File): TraceSource {
  return { name: file.name, from: file };
}

/** @throws {FetchError} with a sentence that names the address. */
export function sourceOfAddress(address: string, base: string): TraceSource {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch {
    throw new FetchError(`"${address}" is not an address.`);
  }
  if (!/^(https?|blob|data):$/.test(url.protocol)) {
    throw new FetchError(`${url.href} cannot be fetched from a page: only http and https can.`);
  }
  return { name: decodeURIComponent(url.pathname.split('/').pop() ?? '') || url.host, from: url.href };
}

export interface OpenedStream {
  /** Bytes; undefined if its server did not say. */
  size: number | undefined;
  stream: ReadableStream<Uint8Array>;
  /** Of a run, when it has ended: what went wrong with it. */
  trouble?: () => Problem | undefined;
}

/** @throws {FetchError} with a sentence that names the address. */
export async function streamOf({ from }: TraceSource, signal: AbortSignal): Promise<OpenedStream> {
  if (from instanceof Uint8Array) {
    return { size: from.length, stream: new Blob([from as Uint8Array<ArrayBuffer>]).stream() };
  }
  if (typeof from !== 'string') {
    return from instanceof MessagePort ? streamOfRun(from) : { size: from.size, stream: from.stream() };
  }
  let response: Response;
  try {
    response = await fetch(from, { signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new FetchError(`${from} did not answer, or its server does not allow this page to read it (CORS).`);
  }
  if (!response.ok || response.body === null) {
    throw new FetchError(`${from} answered ${response.status} ${response.statusText}`.trimEnd().concat('.'));
  }
  const length = Number(response.headers.get('content-length'));
  return { size: length > 0 ? length : undefined, stream: response.body };
}

function streamOfRun(port: Port): OpenedStream {
  let problem: Problem | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      port.addEventListener('message', (event) => {
        const { data } = event as unknown as { data: FromRun };
        if ('piece' in data) {
          controller.enqueue(data.piece);
          return;
        }
        ({ problem } = data);
        port.close();
        controller.close();
      });
      port.start();
    },
    cancel() {
      port.postMessage({ cancel: true });
      port.close();
    },
  });
  return { size: undefined, stream, trouble: () => problem };
}
