// How reports spell times, reasons and names, lay out columns, and choose colours.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { some } from '../../src/base/some.ts'
import { styleFor } from '../../src/cli/report/style.ts'
import { shortened, table, width } from '../../src/cli/report/table.ts'
import { unbroken } from '../../src/cli/report/visible.ts'
import { columnsShown, wrapped } from '../../src/cli/report/wrap.ts'
import { duration, size } from '../../src/base/number-words.ts'
import { reasonText } from '../../src/survey/words.ts'

describe('words', () => {
  test.each([
    [0.01, '< 0.1 s'],
    [0.44, '0.4 s'],
    [9.96, '10 s'],
    [59.6, '1 min 00 s'],
    [185, '3 min 05 s'],
    [3599.7, '1 h 00 min'],
    [7800, '2 h 10 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_400, '99 kB'],
    [123_456_789, '123 MB'],
    [999_900, '1.0 MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(size(bytes)).toBe(text)
  })

  test('a reason names old and new value, line, and what was added or changed', () => {
    const changes = [{ name: 'threshold', from: 0.15, to: 0.2, line: 21 }]
    expect(reasonText({ why: 'parameter', changes }, 'geom.toml')).toBe(
      'threshold 0.15 → 0.2 (geom.toml:21)',
    )
    const input = { why: 'input-changed', slot: 'upstream_task', step: 'Masks' } as const
    const text = reasonText(
      {
        ...input,
        added: ['a', 'b', 'c', 'd'],
        removed: [],
        changed: ['e'],
        metadata: [
          { key: 'pose', files: ['e', 'f'] },
          { key: 'unit', files: [], values: { from: '"mm"', to: '"cm"' } },
        ],
      },
      'geom.toml',
    )
    expect(text).toBe(
      'upstream_task from Masks: 4 added (a, b, c and 1 more), 1 changed (e), metadata changed (pose of 2 files, unit: "mm" → "cm")',
    )
  })

  test('a few names stand for many', () => {
    expect(some(['a', 'b', 'c', 'd', 'e'], 2)).toBe('a, b and 3 more')
  })
})

describe('columns', () => {
  test('columns are as wide as their widest cell; colours and the last cell do not count', () => {
    const bold = styleFor({ write: () => undefined }, 'always', {}).bold('bold')
    expect(
      table([['a', bold, 'end'], ['long', 'b', 'x'], ['a heading that is longer than any cell']]),
    ).toEqual([`a     ${bold}  end`, 'long  b     x', 'a heading that is longer than any cell'])
  })

  test('wrapped lines end between words, and lose none', () => {
    expect(wrapped('  ▸ one two three four', 14)).toEqual(['  ▸ one two', '    three four'])
    expect(wrapped('short', 5)).toEqual(['short'])
    expect(wrapped(`→ ${unbroken('my plants/db')}: a, b`, 12)).toEqual([
      '→',
      `  ${unbroken('my plants/db')}:`,
      '  a, b',
    ])
    const word = fc.stringMatching(/^[a-z]{1,12}$/)
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1 }),
        fc.integer({ min: 20, max: 80 }),
        (words, n) => {
          const lines = wrapped(words.join(' '), n)
          expect(lines.every((line) => width(line) <= n)).toBe(true)
          expect(lines.flatMap((line) => line.trim().split(' '))).toEqual(words)
        },
      ),
    )
  })

  test('lines are as wide as the terminal; a pipe has each in one, unless COLUMNS says otherwise', () => {
    const terminal = { write: () => undefined, isTTY: true }
    expect(columnsShown(terminal, {})).toBe(80)
    expect(columnsShown({ ...terminal, columns: 120 }, { COLUMNS: '60' })).toBe(120)
    expect(columnsShown({ write: () => undefined }, {})).toBe(Infinity)
    expect(columnsShown({ write: () => undefined }, { COLUMNS: '60' })).toBe(60)
  })

  test('cut text is never wider than asked', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii' }),
        fc.integer({ min: 1, max: 20 }),
        (t, n) => {
          expect(width(shortened(t, n))).toBeLessThanOrEqual(n)
        },
      ),
    )
  })
})

describe('colours', () => {
  const on = { write: () => undefined, isTTY: true }
  const off = { write: () => undefined }
  const isColoured = (...args: Parameters<typeof styleFor>) => styleFor(...args).red('x') !== 'x'

  test('colours are for terminals, unless wished otherwise', () => {
    expect(isColoured(on, 'auto', {})).toBe(true)
    expect(isColoured(off, 'auto', {})).toBe(false)
    expect(isColoured(off, 'always', {})).toBe(true)
    expect(isColoured(on, 'never', {})).toBe(false)
    expect(isColoured(on, 'auto', { NO_COLOR: '1' })).toBe(false)
    expect(isColoured(off, 'auto', { FORCE_COLOR: '1' })).toBe(true)
    expect(isColoured(on, 'auto', { TERM: 'dumb' })).toBe(false)
  })
})
