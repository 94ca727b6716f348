// Tables as spreadsheets of any country save them: read as they were meant, or refused with the place.
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatRow } from '../../src/base/csv.ts'
import { headingOf, parseTextTable, TableFault, tableText } from '../../src/base/text-table.ts'

const numbersOf = (text: string) => {
  const table = parseTextTable(text, { trim: true })
  return table.rows.map(({ cells }) => cells.map((cell) => table.number(cell)))
}
const why = (text: string): string => {
  try {
    numbersOf(text)
  } catch (error) {
    expect(error).toBeInstanceOf(TableFault)
    return (error as Error).message
  }
  return 'read'
}

describe('a table', () => {
  test.each([
    'a,b\n1.5,2\n-3,0.25\n',
    'a;b\n1.5;2\n-3;0.25\n',
    'a;b\n1,5;2\n-3;0,25\n',
    'a\tb\r\n1,5\t2\r\n-3\t,25\r\n',
    'a,b\r1.5,2\r-3,.25',
    '\uFEFFa , b\n 1.5 , 2\n\n-3,0.25,,\n,,,\n',
    '"a","b"\n"1,5","2"\n"-3","0,25"\n',
    'sep=;\na;b\n1,5;2\n-3;25e-2\n',
    'a|b\n'.replace('|', ';') + '+1.5;2;\n-3;0.25;\n',
  ])('%j has its numbers', (text) => {
    expect(numbersOf(text)).toEqual([
      [1.5, 2],
      [-3, 0.25],
    ])
  })

  test.each([
    ['a;b\n1,5;2\n1.5;2\n', /line 2.*line 3/],
    ['a,b\n1,5,2\n', /3 cells in line 2.*decimal comma/],
    ['a,b\n1\n', /line 2/],
    ['a,b\n"1,2\n', /no CSV/],
    ['', /empty/],
    ['\n\n', /empty/],
  ])('%j is refused with the place', (text, message) => {
    expect(why(text)).toMatch(message)
  })

  test('a table has no number where a thousand and a fraction look the same', () => {
    expect(numbersOf('a,b\n"1,234",2\n')).toEqual([[undefined, 2]])
    expect(numbersOf('a;b\n1,234;2\n')).toEqual([[1.234, 2]])
    expect(numbersOf('a;b\n0x10;Infinity\n')).toEqual([[undefined, undefined]])
  })

  test.each([
    ['a,b\n1,2.5\n', undefined],
    ['a;b\n1;2.5\n', 'semicolons between columns'],
    ['a;b\n1;2,5\n', 'semicolons between columns, decimal commas'],
    ['a\tb\n1\t2\n', 'tabs between columns'],
    ['sep=|\na|b\n1|2,5\n', '"|" between columns, decimal commas'],
  ])('how a table was read is told where it is not the usual way: %j', (text, told) => {
    expect(parseTextTable(text).reading()).toBe(told)
  })

  test('a table is read in the text that programs write', () => {
    const text = 'angle (°);é\n1;2\n'
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le')
    for (const bytes of [Buffer.from(text), Buffer.from(text, 'latin1'), utf16, utf16.swap16()])
      expect(tableText(Uint8Array.from(bytes))).toBe(text)
  })

  test('a table of commas has the rows that another reader finds', () => {
    const cell = fc.oneof(
      fc.constantFrom('', ' a', '1,5', '"', 'a;b', 'a\tb', 'x\r\ny', '=1'),
      fc.string(),
    )
    const rows = fc
      .integer({ min: 1, max: 4 })
      .chain((n) => fc.array(fc.array(cell, { minLength: n, maxLength: n }), { minLength: 1 }))
    fc.assert(
      fc.property(rows, (written) => {
        const text = written.map((row) => `${formatRow(row)}\n`).join('')
        const { first, rows: others } = parseTextTable(text)
        const read = [first, ...others].map(({ cells }) => cells)
        expect(read).toEqual(written)
        expect(parse(text, { skip_empty_lines: true })).toEqual(written)
      }),
    )
  })
})

test.each([
  ['Angle [deg]', 'angle', 'deg'],
  ['X (mm)', 'x', 'mm'],
  ['pan_rad', 'pan', 'rad'],
  ['internode cm', 'internode', 'cm'],
  [' Tilt ', 'tilt', undefined],
  ['angles (°)', 'angles', '°'],
  ['shot_id', 'shot_id', undefined],
  ['x ()', 'x', undefined],
])('the heading %j is %s in %s', (cell, name, unit) => {
  expect(headingOf(cell)).toEqual({ name, ...(unit && { unit }) })
})
