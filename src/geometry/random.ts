// Seeded random numbers: the same seed gives the same numbers on every machine.

/** A stream of random numbers; each call takes the next one. */
export interface Random {
  /** An integer of 32 random bits. */
  bits(): number
  /** Uniform in [0, 1), with 53 random bits. */
  uniform(): number
  /** Normal with the given mean and standard deviation. */
  normal(mean?: number, sd?: number): number
}

/**
 * A stream of random numbers of its own for each (seed, stream).
 *
 * A purpose that has its own stream keeps its numbers when another purpose draws more or fewer.
 *
 * @param seed   any finite number; of its whole part the lower 32 bits count
 * @param stream which of the seed's streams
 * Source: xoshiro128** of Blackman and Vigna, "Scrambled linear pseudorandom number generators",
 * 2018, its state filled by a 32-bit SplitMix with the finaliser of MurmurHash3 (Appleby, 2011).
 */
export function random(seed: number, stream = 0): Random {
  if (!Number.isFinite(seed)) throw new RangeError(`a seed is a finite number, not ${seed}`)
  const fill = mixer((seed | 0) ^ Math.imul(stream + 1, 0x9e3779b1))
  let a = fill()
  let b = fill()
  let c = fill()
  // a state of four zeros would stay at zero forever
  let d = fill() | 1
  let spare: number | undefined

  function bits(): number {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotated(d, 11)
    return result
  }

  function uniform(): number {
    return ((bits() >>> 5) * 0x4000000 + (bits() >>> 6)) / 0x20000000000000
  }

  /** The polar method of Marsaglia and Bray, 1964: two deviates at a time. */
  function normal(mean = 0, sd = 1): number {
    if (spare !== undefined) {
      const deviate = spare
      spare = undefined
      return mean + sd * deviate
    }
    let u: number
    let v: number
    let s: number
    do {
      u = 2 * uniform() - 1
      v = 2 * uniform() - 1
      s = u * u + v * v
    } while (s >= 1 || s === 0)
    const scale = Math.sqrt((-2 * Math.log(s)) / s)
    spare = v * scale
    return mean + sd * u * scale
  }

  return { bits, uniform, normal }
}

function rotated(x: number, count: number): number {
  return (x << count) | (x >>> (32 - count))
}

function mixer(start: number): () => number {
  let state = start | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return z ^ (z >>> 16)
  }
}
