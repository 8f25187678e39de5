/** The Packet Identifier in an acknowledgement of four bytes, which says nothing else; 0 for any other packet. */
export function acknowledgedBy(bytes: Uint8Array): number {
  if (bytes.length !== 4 || bytes[1] !== 2) return 0;
  const first = bytes[0]!;
  if (first !== 0x40 && first !== 0x50 && first !== 0x62 && first !== 0x70) return 0;
  return (bytes[2]! << 8) | bytes[3]!;
}

/** Whether an acknowledgement is only its Packet Identifier on the wire. */
export function isPlain(reasonCode: number | undefined, properties: object | undefined): boolean {
  return (reasonCode === undefined || reasonCode === 0) && properties === undefined;
}
