/**
 * Logarithm and exponential from + - * / alone.
 *
 * Engines may round `Math.log` and `Math.exp` differently; the four operations they may not. So Node, Chromium and
 * Firefox draw the same delays. The relative error is below 1e-14 for logarithms (absolute near 1) and 1e-13 for powers of e.
 */

// biome-ignore lint/suspicious/noApproximativeNumericConstant: the pure layers use the operations of Math, not its constants.
const LN_2 = 0.6931471805599453;
const SQRT_HALF = Math.sqrt(0.5);
/** The series of artanh, halved: its argument is at most 0.172, so the first term left out is below 1e-16. */
const LOG_TERMS = 10;
/** The argument is at most ln 2 / 2. */
const EXP_TERMS = 15;

/** The natural logarithm of a positive finite number. */
export function naturalLog(value: number): number {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`no logarithm of ${value}`);
  let mantissa = value;
  let exponent = 0;
  // Halving and doubling are exact.
  while (mantissa >= 2 * SQRT_HALF) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < SQRT_HALF) {
    mantissa *= 2;
    exponent--;
  }
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum = 0;
  for (let i = LOG_TERMS - 1; i >= 0; i--) sum = sum * square + 1 / (2 * i + 1);
  return exponent * LN_2 + 2 * ratio * sum;
}

/** e to the power of a number; 0 or Infinity beyond the range of a double. */
export function exponential(value: number): number {
  if (value > 709) return Infinity;
  if (value < -744) return 0;
  const doublings = Math.round(value / LN_2);
  const rest = value - doublings * LN_2;
  let sum = 1;
  for (let i = EXP_TERMS; i >= 1; i--) sum = 1 + (sum * rest) / i;
  for (let i = 0; i < doublings; i++) sum *= 2;
  for (let i = 0; i > doublings; i--) sum /= 2;
  return sum;
}
