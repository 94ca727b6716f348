// Looking at four bytes at once: most of a picture is all alike, and need not be taken apart.

/** The lower seven bits of each byte. */
const low = 0x7f7f7f7f
/** The highest bit of each byte. */
const high = 0x80808080 | 0
/** A 1 in each byte. */
const each = 0x01010101

/** The greatest number below ½: with ½ itself, it would be rounded up. */
const belowHalf = 0.49999999999999994

/** `Math.round(value)` cut to 0 … 255, several times as fast; for values of less than 2³¹. */
export function roundedByte(value: number): number {
  const whole = (value + belowHalf) | 0
  return whole < 0 ? 0 : whole > 255 ? 255 : whole
}

/** The bytes of an array in fours; none if it begins askew. Up to three at its end are left out. */
export function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  return byteOffset % 4 === 0
    ? new Int32Array(buffer, byteOffset, length >> 2)
    : new Int32Array(buffer, 0, 0)
}

/** The bytes of numbers, as they stand in memory. */
export const rawBytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/**
 * The first place from `at` on whose byte is not 0, four at a look; `end` if there is none before it.
 * @param words `wordsOf` the data
 */
export function nextMark(data: Uint8Array, words: Int32Array, at: number, end: number): number {
  for (; at < end && at % 4 !== 0; at++) if (data[at] !== 0) return at
  while (at + 4 <= end && words[at >> 2] === 0) at += 4
  while (at < end && data[at] === 0) at++
  return at
}

/** How many bytes are not 0; where eight are alike, as most are in masks and volumes, at a look. */
export function countMarked(data: Uint8Array): number {
  const words = wordsOf(data)
  let count = 0
  let n = 0
  for (; n + 1 < words.length; n += 2) {
    const a = words[n]
    const b = words[n + 1]
    if ((a | b) === 0) continue
    if ((a & b) === -1) count += 8
    else count += markedIn(a) + markedIn(b)
  }
  for (let at = 4 * n; at < data.length; at++) if (data[at] !== 0) count++
  return count
}

/** How many of four bytes are not 0. */
function markedIn(word: number): number {
  const marks = ((((word & low) + low) | word) & high) >>> 7
  return Math.imul(marks, each) >>> 24 // their sum comes to stand in the highest byte
}

/**
 * How often each value stands in bytes.
 *
 * @returns 256 counts
 * Cost: a look at each word; its bytes are looked at where not all of them are 0, or all 255, which
 * in masks and in carved volumes few are.
 */
export function countBytes(bytes: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256)
  const words = wordsOf(bytes)
  let [dark, bright] = [0, 0]
  for (let w = 0; w < words.length; w++) {
    const word = words[w]
    if (word === 0) dark += 4
    else if (word === -1) bright += 4
    else {
      counts[word & 255]++
      counts[(word >>> 8) & 255]++
      counts[(word >>> 16) & 255]++
      counts[word >>> 24]++
    }
  }
  for (let i = words.length * 4; i < bytes.length; i++) counts[bytes[i]]++
  counts[0] += dark
  counts[255] += bright
  return counts
}
