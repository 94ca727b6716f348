// Lines of words on a terminal: they end between words, and go on a little further in.
import type { CliContext, TextStream } from '../cli-context.ts'
import { width } from './table.ts'

/** What terminals have at least. */
const fewestColumns = 80

/**
 * How wide lines may be: as the terminal is, or as `COLUMNS` says. Whatever else reads lines, such as
 * a file or `grep`, wants each message in one.
 */
export function columnsShown(stream: TextStream, env: CliContext['env']): number {
  const wished = Number(env.COLUMNS)
  if (stream.isTTY === true) return stream.columns ?? fewestColumns
  return Number.isInteger(wished) && wished > 0 ? wished : Infinity
}

/**
 * A line as several, none wider than `columns` unless a single word is.
 * @param hang how much further in than the line the others begin
 */
export function wrapped(line: string, columns: number, hang = 2): string[] {
  if (width(line) <= columns) return [line]
  const indent = /^ */.exec(line)![0] // safe: it fits the empty text
  const words = line.slice(indent.length).split(' ')
  const inner = ' '.repeat(indent.length + hang)
  const lines: string[] = []
  let last = indent + words[0]
  for (const word of words.slice(1)) {
    if (width(last) + 1 + width(word) <= columns) last += ` ${word}`
    else if (word !== '') {
      lines.push(last.trimEnd())
      last = inner + word
    }
  }
  return [...lines, last.trimEnd()]
}

/** Prints lines, wrapped where a terminal shows them. */
export function printLines(
  lines: readonly string[],
  stream: TextStream,
  { env }: Pick<CliContext, 'env'>,
): void {
  const columns = columnsShown(stream, env)
  for (const line of lines.flatMap((one) => wrapped(one, columns))) stream.write(`${line}\n`)
}
