// What reaches the terminal: text from disk may not steer it, only colours and the live view may.
import { once } from '../../base/memo.ts'
import type { TextStream } from '../cli-context.ts'

/** A noncharacter, kept for uses within a program. */
const mark = '\uFDD0'

/**
 * Stands for `ESC [` until the text is written. It is drawn anew by each process, so that no text
 * from disk can spell it. A program that says little, without colours, loads nothing for it.
 */
const introducer = once(
  () => `${mark}${process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex')};`,
)
const sequences = once(() => new RegExp(`${introducer()}(\\d*[A-Za-z])`, 'g'))

/**
 * C0 but for tab and line end, DEL, C1, and what turns the direction of writing (Unicode Standard
 * Annex 9, table 4: embeddings, overrides and isolates). A carriage return is one, but before a
 * line end.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)/g

/** A control sequence of ours: `1m` is bold, `J` clears what is below. Source: ECMA-48. */
export const controlSequence = (code: string): string => introducer() + code

/** The text without our control sequences. */
export const withoutSequences = (text: string): string => replaceSequences(text, '')

const replaceSequences = (text: string, by: string): string =>
  text.includes(mark) ? text.replace(sequences(), by) : text

/** Control characters as escapes that can be seen, and that JSON, too, takes for the character. */
export const visible = (text: string): string =>
  text.replace(controls, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Stands for a blank at which no line ends, until the text is written: another noncharacter. */
const firmBlank = '\uFDD1'

/** A path or the like, which is of use only in one piece. */
export const unbroken = (text: string): string => text.replaceAll(' ', firmBlank)

/** The text as it is written: control characters can be seen, our own sequences work. */
export const asWritten = (text: string): string =>
  replaceSequences(visible(text).replaceAll(firmBlank, ' '), '\u001b[$1')

/** The stream behind the filter; `asIs` is the stream itself. */
export function withoutControls(stream: TextStream): TextStream {
  return {
    write: (text) => stream.write(asWritten(text)),
    get isTTY() {
      return stream.isTTY
    },
    get columns() {
      return stream.columns
    },
    asIs: stream,
  }
}
