// A row of comma-separated values, after RFC 4180.

/** The row's line, without its end; numbers are written in full precision. */
export function formatRow(row: readonly (string | number)[]): string {
  const cells = row.map((cell) => {
    const text = typeof cell === 'string' ? cell : Object.is(cell, -0) ? '-0' : String(cell)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  })
  // quoted, lest the row be taken for an empty line
  return cells.length === 1 && cells[0] === '' ? '""' : cells.join(',')
}
