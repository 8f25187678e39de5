export { decodeBase64url, encodeBase64url } from './base64url.ts';
export { describeEvent, describeMessage, describePacket, describeTime, packetOf } from './describe.ts';
export { type Comparable, diffTraces, type TraceDifference } from './diff.ts';
export { Digest, type Digestible, digestOf, isDigested } from './digest.ts';
export { TraceError, type TraceErrorCode } from './errors.ts';
export * from './event.ts';
export { CALL_FIELDS, FIELDS, type Field, type FieldType, MESSAGE_FIELDS } from './fields.ts';
export { hashText } from './hash.ts';
export { eventLine, LINE_LIMIT, TraceWriter } from './jsonl.ts';
export { PcapngWriter, pcapngOf } from './pcapng.ts';
export { readTrace, type Trace, TraceReader, type TraceReading, type TraceSink } from './reader.ts';
export {
  ConnectionName,
  EventLog,
  isFullOnly,
  LOG_LIMIT,
  Recorder,
  type RecorderOptions,
  type TraceDescription,
  type TraceListener,
  type Unstamped,
} from './recorder.ts';
export { type RunSummary, Summary } from './summary.ts';
