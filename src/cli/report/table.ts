// Columns of text, aligned; colours do not count.
import { visible, withoutSequences } from './visible.ts'

/** Rows as lines, each column as wide as its widest cell; the last cell of a row is not padded. */
export function table(rows: readonly (readonly string[])[], indent = ''): string[] {
  const widths: number[] = []
  for (const row of rows) {
    const padded = row.slice(0, -1)
    for (const [i, cell] of padded.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell))
  }
  return rows.map((row) => {
    const cells = row.map((cell, i) =>
      i === row.length - 1 ? cell : cell + ' '.repeat(widths[i] - width(cell)),
    )
    return `${indent}${cells.join('  ')}`.trimEnd()
  })
}

/** What a text looks like on a terminal: one element a column, colours taken off. */
const shownIn = (text: string): string[] => Array.from(visible(withoutSequences(text)))

/** How many columns a text takes on a terminal. */
export const width = (text: string): number => shownIn(text).length

/** A text cut to a number of columns; colours are taken off where it must be cut. */
export function shortened(text: string, columns: number): string {
  const shown = shownIn(text)
  if (shown.length <= columns) return text
  return `${shown.slice(0, Math.max(0, columns - 1)).join('')}…`
}
