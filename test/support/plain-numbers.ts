// Numbers in bytes, read digit by digit: for the second readers that the codecs are held against.

/** A kind of number as NumPy spells it: `i` with a sign, `u` without, `f` after IEEE 754; and its bytes. */
export interface PlainKind {
  readonly is: 'i' | 'u' | 'f'
  readonly size: number
}

/** The number whose bytes these are, the least significant first; `bigint` for whole ones. */
export function plainNumber(bytes: readonly number[], { is }: PlainKind): bigint | number {
  const bits = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)
  const width = 8 * bytes.length
  if (is === 'u') return bits
  const isNegative = bits >= 1n << BigInt(width - 1)
  if (is === 'i') return isNegative ? bits - (1n << BigInt(width)) : bits
  return (isNegative ? -1 : 1) * magnitude(bits, width === 32 ? [8, 23] : [11, 52])
}

/** Source: IEEE 754, 3.4: binary interchange formats. */
function magnitude(bits: bigint, [exponentBits, fractionBits]: readonly [number, number]): number {
  const fraction = Number(bits & ((1n << BigInt(fractionBits)) - 1n))
  const most = 2 ** exponentBits - 1
  const exponent = Number((bits >> BigInt(fractionBits)) & BigInt(most))
  const bias = (most - 1) / 2
  if (exponent === most) return fraction === 0 ? Infinity : NaN
  // The two powers are apart, as one alone would be too small to be held.
  if (exponent === 0) return fraction * 2 ** -fractionBits * 2 ** (1 - bias)
  return (1 + fraction * 2 ** -fractionBits) * 2 ** (exponent - bias)
}

/** The bytes of a number, the least significant first: what `plainNumber` reads. */
export function plainBytes(value: number, { is, size }: PlainKind): number[] {
  if (is !== 'f') {
    const bits = BigInt.asUintN(8 * size, BigInt(value))
    return Array.from({ length: size }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n))
  }
  return [...new Uint8Array((size === 4 ? Float32Array : Float64Array).of(value).buffer)]
}
