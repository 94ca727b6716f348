// The words of a Wavefront file, one line at a time, straight from the bytes.
import { Damage } from '../codec.ts'

const [lineFeed, carriageReturn] = [10, 13]
const byteOrderMark = [0xef, 0xbb, 0xbf]
const spaceByte = 32
const numberSign = 35
const slash = 47
const backslash = 92
const minus = 45

/** Walks over lines and words; numbers of indices are read without making strings of them. */
export class LineScanner {
  readonly #bytes: Buffer
  /** What ends a line; a carriage return alone where there is nothing else. */
  readonly #newline: number
  #at: number
  /** From 1, for messages. */
  line = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#newline = bytes.includes(lineFeed) ? lineFeed : carriageReturn
    this.#at = byteOrderMark.every((byte, i) => bytes[i] === byte) ? 3 : 0
  }

  /** Steps to the next line that says something; its first word, or `undefined` at the end. */
  nextLine(): string | undefined {
    while (this.#at < this.#bytes.length) {
      if (this.line > 0) {
        const end = this.#bytes.indexOf(this.#newline, this.#at)
        this.#at = end < 0 ? this.#bytes.length : end + 1
      }
      this.line++
      const word = this.word()
      if (word !== undefined) return word
    }
    return undefined
  }

  /** The next word of this line. */
  word(): string | undefined {
    const [from, to] = this.#span()
    return from === to ? undefined : this.#bytes.toString('latin1', from, to)
  }

  /** @throws Damage if the next word is no number */
  number(): number {
    const word = this.word()
    const value = Number(word ?? NaN)
    if (!Number.isFinite(value))
      throw new Damage(`line ${this.line}: a number is missing, or ${word}`)
    return value
  }

  /** The whole number that begins the next word, such as 12 of `12/3/4`; 0 if there is no word. */
  index(): number {
    const [from, to] = this.#span()
    const isNegative = this.#bytes[from] === minus
    let value = 0
    let at = isNegative ? from + 1 : from
    for (; at < to; at++) {
      const digit = this.#bytes[at] - 48
      if (digit < 0 || digit > 9) break
      value = 10 * value + digit
    }
    const isWhole = at === to || this.#bytes[at] === slash
    if (from !== to && (!isWhole || value === 0))
      throw new Damage(
        `line ${this.line}: ${this.#bytes.toString('latin1', from, to)} is no vertex of a face`,
      )
    return isNegative ? -value : value
  }

  /** What is left of this line, as it stands. */
  rest(): string {
    const end = this.#bytes.indexOf(this.#newline, this.#at)
    return this.#bytes.toString('utf8', this.#at, end < 0 ? this.#bytes.length : end).trim()
  }

  /** Where the next word of this line begins and ends; the scanner then stands behind it. */
  #span(): [from: number, to: number] {
    const bytes = this.#bytes
    let at = this.#at
    for (; at < bytes.length; at++) {
      if (bytes[at] === backslash && this.#isLineEnd(at + 1)) {
        at = bytes.indexOf(this.#newline, at) // the line goes on below
        this.line++
      } else if (bytes[at] === this.#newline || bytes[at] > spaceByte) break
    }
    const from = at
    if (bytes[at] !== numberSign) while (at < bytes.length && bytes[at] > spaceByte) at++
    this.#at = at
    return [from, at]
  }

  #isLineEnd(at: number): boolean {
    return (
      this.#bytes[at] === this.#newline ||
      (this.#bytes[at] === carriageReturn && this.#bytes[at + 1] === lineFeed)
    )
  }
}
