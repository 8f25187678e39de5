/**
 * Ways that exist, in the words of a script: `sim.link(sensor, hub, { ...presets.lte, loss: 0.01 })`.
 *
 * Both directions are alike, with the rate of the slower one. Each preset says where its round trip comes from; the test
 * measures it. Rates and losses without a source are ours, chosen to be unremarkable; radio links repeat what they lose
 * below IP, so what remains of loss is small and shows as jitter.
 */
import type { Jitter } from './jitter.ts';
import type { Loss } from './loss.ts';
import type { Duration } from './time.ts';

export interface Preset {
  readonly latency: Duration;
  readonly jitter: Jitter;
  readonly loss: Loss;
  /** Bits per second. */
  readonly rate: number;
}

export type PresetName = 'lan' | 'wifi' | 'lte' | 'nbiot' | 'satellite';

export const presets: Readonly<Record<PresetName, Preset>> = {
  /** A switched gigabit network: 0.2 ms to and fro, as `ping` shows on a quiet one (ours), at the rate of 1000BASE-T. */
  lan: {
    latency: '80us',
    jitter: { kind: 'exponential', meanMicros: 15 },
    loss: 0,
    rate: 1_000_000_000,
  },
  /**
   * A busy campus: a round trip of 3 ms in the middle, 20 ms at 90 %, 250 ms at 99 % (Sui et al., Characterizing and Improving WiFi
   * Latency in Large-Scale Operational Networks, MobiSys 2016, doi 10.1145/2906388.2906393, over 47,000 devices). The rate is that of the
   * upload in Firefox's throttling profile "Wi-Fi".
   */
  wifi: {
    latency: '200us',
    jitter: { kind: 'pareto', scaleMicros: 700, shape: 0.9, limitMicros: 500_000 },
    loss: 0.001,
    rate: 15_000_000,
  },
  /**
   * A phone on LTE: a mean round trip of 52 to 60 ms and uploads of 2.4 to 7.3 Mbit/s (Opensignal, Mobile Network Experience Report USA,
   * July 2019, four operators).
   */
  lte: {
    latency: '18ms',
    jitter: { kind: 'exponential', meanMicros: 9_000 },
    loss: 0.001,
    rate: 5_000_000,
  },
  /**
   * A battery-powered sensor: 837 ms, taken to and fro (Ugwuanyi et al., Survey of IoT for Developing Countries, Electronics 2021, 10, 2224),
   * much scattered (Martinez et al., Exploring the Performance Boundaries of NB-IoT, IEEE IoT Journal 2019), within the 10 s of 3GPP
   * TR 45.820; a tenth of the peak of 250 kbit/s is sustained (Anritsu, Determining Peak Data Rates for NB-IoT).
   */
  nbiot: {
    latency: '270ms',
    jitter: { kind: 'pareto', scaleMicros: 225_000, shape: 2.5, limitMicros: 10_000_000 },
    loss: 0.005,
    rate: 25_000,
  },
  /**
   * A geostationary satellite: 239.6 to 279 ms up and down once (RFC 2488, section 2), about 600 ms to and fro with what the ground adds. The
   * upload of 3 Mbit/s is what ViaSat proposed for 25/3 Mbit/s plans to the FCC in 2015, docket 10-90.
   */
  satellite: {
    latency: '279ms',
    jitter: { kind: 'exponential', meanMicros: 21_000 },
    loss: 0.001,
    rate: 3_000_000,
  },
};
