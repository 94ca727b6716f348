// A second reader of CSV, letter by letter after RFC 4180: the codec is held against it.

/**
 * Where a letter stands.
 *
 *   start ──"──▶ quoted ◀──"──▶ closed     a quote in a quoted cell is doubled
 *     └──any──▶ bare                       `,` and line ends lead back to start
 */
type Place = 'start' | 'bare' | 'quoted' | 'closed'

/** Rows of cells between commas, empty lines passed over; `undefined` if quotes are misplaced. */
export function plainCsv(text: string): string[][] | undefined {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let place: Place = 'start'
  const endCell = () => {
    row.push(cell)
    cell = ''
    place = 'start'
  }
  const endRow = () => {
    const isEmptyLine = row.length === 0 && place === 'start'
    endCell()
    if (!isEmptyLine) rows.push(row)
    row = []
  }
  for (const letter of text) {
    if (place === 'quoted') {
      if (letter === '"') place = 'closed'
      else cell += letter
    } else if (letter === ',') endCell()
    else if (letter === '\n' || letter === '\r') endRow()
    else if (letter === '"') {
      if (place === 'bare') return undefined
      if (place === 'closed') cell += '"'
      place = 'quoted'
    } else {
      if (place === 'closed') return undefined
      cell += letter
      place = 'bare'
    }
  }
  if (place === 'quoted') return undefined
  endRow()
  return rows
}
