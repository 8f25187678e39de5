/** `amber dissect`: the bytes of packets as fields. */
import { CodecError, type Dissection, dissect, Framer, formatDissection } from '../mqtt/codec/index.ts';
import { protocolNames, protocolVersionOf } from '../mqtt/codec/protocol-name.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import type { Arguments } from './verb.ts';

/** Prints every packet; the exit code is 1 when one of them is malformed. */
export function dissectCommand(args: Arguments, io: CommandIo): ExitCode {
  const { protocol = '3.1.1', json } = args.options;
  const version = protocolVersionOf(protocol as string);
  if (version === undefined) {
    throw new CommandError(
      exitCodes.usage,
      `--protocol is '${protocol}'; it can be ${protocolNames.join(', ')}`,
    );
  }
  const packets = split(bytesOf(args.positionals.join(' ')));
  const trees = packets.map((packet) => dissect(packet, version));
  if (json === true) {
    io.out(`${JSON.stringify({ packets: trees }, bytesAsHex)}\n`);
  } else {
    io.out(`${trees.map((tree, index) => formatDissection(tree, packets[index])).join('\n\n')}\n`);
  }
  return trees.some(isMalformed) ? exitCodes.broken : exitCodes.passed;
}

/** @throws CommandError unless it is pairs of hexadecimal digits, with what people put between them. */
function bytesOf(text: string): Uint8Array {
  const digits = text.replace(/0x/gi, ' ').replace(/[\s:,_-]/g, '');
  const strange = /[^0-9a-f]/i.exec(digits);
  if (strange !== null) {
    throw new CommandError(
      exitCodes.usage,
      `'${strange[0]}' is no hexadecimal digit; write bytes as 30 05 00 01 61`,
    );
  }
  if (digits === '')
    throw new CommandError(exitCodes.usage, 'there are no bytes; write them as 30 05 00 01 61');
  if (digits.length % 2 === 1) {
    throw new CommandError(
      exitCodes.usage,
      `${digits.length} hexadecimal digits are no whole number of bytes; each byte has two`,
    );
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Whole packets, and whatever is left behind them as one more. */
function split(bytes: Uint8Array): Uint8Array[] {
  const framer = new Framer();
  framer.push(bytes);
  const packets: Uint8Array[] = [];
  let at = 0;
  try {
    for (let packet = framer.next(); packet !== undefined; packet = framer.next()) {
      packets.push(packet);
      at += packet.length;
    }
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
  }
  if (at < bytes.length) packets.push(bytes.subarray(at));
  return packets;
}

function isMalformed(tree: Dissection): boolean {
  return tree.rule !== undefined || (tree.children?.some(isMalformed) ?? false);
}

function bytesAsHex(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
