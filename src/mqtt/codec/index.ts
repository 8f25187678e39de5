export { CodecError } from './codec-error.ts';
export { decode } from './decode.ts';
export { dissect } from './dissect.ts';
export type { Dissection } from './dissection.ts';
export { encode, encodedLength } from './encode.ts';
export { formatDissection } from './format-dissection.ts';
export { Framer } from './framer.ts';
export type * from './packet.ts';
export {
  PACKET_TYPES,
  type PacketTypeDefinition,
  packetName,
  packetSender,
  packetTypeDefinition,
  type Sender,
} from './packet-type.ts';
export {
  PROPERTIES,
  type PropertyDefinition,
  type PropertyOwner,
  type PropertyWireType,
  propertyById,
  propertyByKey,
} from './property.ts';
export {
  CONNECT_RETURN_CODES,
  isReasonCode,
  REASON_CODES,
  type ReasonCodeDefinition,
  reasonCodeDefinition,
  reasonCodeSender,
  reasonName,
} from './reason-code.ts';
export { isUtf8 } from './utf8.ts';
