// Rounding, as in `../../bytes.ts`.

/** The greatest number below ½: with ½ itself, it would be rounded up. */
export const BELOW_HALF: f64 = 0.49999999999999994
