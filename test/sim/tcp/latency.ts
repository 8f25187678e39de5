/** The workload of the measured latencies: small messages at a steady pace over a way that loses independently. */
import { MS, Wire } from './wire.ts';

export interface Workload {
  everyMicros: number;
  loss: number;
  count: number;
}

export interface Figures {
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  max: number;
}

export const MESSAGE_BYTES = 100;
export const ONE_WAY_MICROS = 25 * MS;

/** One run: one-way latencies of the messages, in milliseconds. */
export function measure(workload: Workload, seed: number): Figures {
  const way = { latencyMicros: ONE_WAY_MICROS, loss: workload.loss };
  const wire = new Wire({ seed, there: way, back: way, records: false });
  const latencies: number[] = [];
  const writtenAt: number[] = [];
  wire.listener.onReadable = (to, now) => {
    while ((latencies.length + 1) * MESSAGE_BYTES <= to)
      latencies.push((now - writtenAt[latencies.length]!) / MS);
  };
  wire.connect();
  while (wire.dialler.established < 0) wire.run(wire.now + 1_000 * MS);
  const write = (): void => {
    writtenAt.push(wire.now);
    wire.write(wire.dialler, MESSAGE_BYTES);
    if (writtenAt.length < workload.count) wire.at(wire.now + workload.everyMicros, write);
  };
  wire.at(wire.now, write);
  wire.run();
  if (latencies.length !== workload.count)
    throw new Error(`${latencies.length} of ${workload.count} arrived: ${wire.dialler.ended}`);
  return figures(latencies);
}

function figures(values: number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: sorted[sorted.length - 1]!,
  };
}

/** The p-quantile of some numbers, between neighbours in a straight line. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}
