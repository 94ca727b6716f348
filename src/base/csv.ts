// A row of comma-separated values, after RFC 4180, and what a spreadsheet would make of its cells.

/** The row's line, without its end; numbers are written in full precision. */
export function formatRow(row: readonly (string | number)[]): string {
  const cells = row.map((cell) => {
    const text = typeof cell === 'string' ? cell : Object.is(cell, -0) ? '-0' : String(cell)
    // also what other programs take for a delimiter
    return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  })
  // quoted, or the row would be taken for an empty line
  return cells.length === 1 && cells[0] === '' ? '""' : cells.join(',')
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?(?:inf|infinity|nan)$/i

/**
 * A cell that a spreadsheet takes for text: what it would run as a formula has a quote before it
 * (OWASP, CSV injection; the wide signs are what it makes of some keyboards' input). Numbers stay.
 */
export const harmlessCell = (cell: string): string =>
  /^\s*[=+\-@＝＋－＠]|^[\t\r]/.test(cell) && !number.test(cell) ? `'${cell}` : cell
