// Lines of the page whose trials are not at hand: notes lie in results/, which is no part of the project.
import type { Row } from '../../bench.ts'

/** A table as the page writes it. */
export function tableOf(rows: readonly Row[]): string {
  if (rows.length === 0) return 'None yet.'
  const columns = Object.keys(rows[0])
  return [
    lineOf(columns),
    lineOf(columns.map(() => '---:')),
    ...rows.map((row) => lineOf(columns.map((column) => row[column] ?? ''))),
  ].join('\n')
}

const lineOf = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

/** The lines of the table under a heading of a page; none where there is no table. */
export function linesUnder(heading: string, page: string): readonly Row[] {
  const lines = page.split('\n')
  const section = lines.includes(heading) ? lines.slice(lines.indexOf(heading) + 1) : []
  const end = section.findIndex((line) => line.startsWith('#'))
  const table = section.slice(0, end < 0 ? undefined : end).filter((line) => line.startsWith('| '))
  const [columns = [], , ...told] = table.map((line) => line.replace(/^\| | \|$/g, '').split(' | '))
  return told.map((cells) =>
    Object.fromEntries(columns.map((column, i): [string, string] => [column, cells[i] ?? ''])),
  )
}

/**
 * Rows in the places of the lines that tell of the same; lines stay of which there is no row, or one
 * that tells of less.
 *
 * @param same columns that say what a line is about
 * @param size of how much a line tells
 */
export function withLinesBefore(
  rows: readonly Row[],
  before: readonly Row[],
  same: readonly string[],
  size: (row: Row) => number,
): readonly Row[] {
  const keyOf = (row: Row): string => same.map((column) => row[column]).join(' / ')
  const made = new Map(rows.map((row) => [keyOf(row), row]))
  const told = new Set(before.map(keyOf))
  const kept = before.map((line) => {
    const row = made.get(keyOf(line))
    return row && size(row) >= size(line) ? row : line
  })
  return [...kept, ...rows.filter((row) => !told.has(keyOf(row)))]
}
