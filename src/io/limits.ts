// How much is unpacked from a file: what a small file may claim to hold is held against this first.

/** A bound on what one file holds, and the environment variable that moves it. */
interface Limit {
  readonly variable: string
  readonly most: number
  readonly unit: string
}

/** The bounds by what they count. */
const limits = {
  // cameras of 151 megapixels exist; as RGB of 16 bits these take 1 GB
  pixels: { variable: 'ROMI_MAX_PIXELS', most: 160e6, unit: 'pixels' },
  entries: { variable: 'ROMI_MAX_ENTRIES', most: 10_000, unit: 'entries' },
  // twice what Node 20 holds in one array
  bytes: { variable: 'ROMI_MAX_BYTES', most: 8e9, unit: 'bytes when it is unpacked' },
} as const satisfies Readonly<Record<string, Limit>>

/** Thrown inside of a codec: the bytes may be whole, but they claim more than is read. */
export class Excess extends Error {}

/**
 * Before memory is taken for what a file claims.
 *
 * @throws Excess that names the setting which allows more
 */
export function checkLimit(of: keyof typeof limits, claimed: number): void {
  const { variable, most, unit } = limits[of]
  const set = process.env[variable]
  const isSet = set !== undefined && Number(set) > 0
  const bound = isSet ? Number(set) : most
  if (claimed <= bound) return
  const slip = set === undefined || isSet ? '' : ` (${variable} is "${set}", which is no number)`
  throw new Excess(
    `it has ${claimed} ${unit}, and at most ${bound} are read${slip}. If it is to be that large, ` +
      `set ${variable}=${claimed} in the environment`,
  )
}
