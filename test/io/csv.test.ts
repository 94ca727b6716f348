import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvCodec, readCsv, writeCsv } from '../../src/io/csv.ts'
import { decodedOrUnreadable, memoryFile } from './support.ts'

const decode = async (text: string) => csvCodec.decode(new TextEncoder().encode(text), 'x')

describe('CSV', () => {
  test('any table of strings comes back', async () => {
    const cell = fc.oneof(fc.constantFrom('', 'a', '1.5', '"', 'a,b', 'a\nb', '\r\n'), fc.string())
    const table = fc.integer({ min: 1, max: 4 }).chain((n) => {
      const row = fc.array(cell, { minLength: n, maxLength: n })
      return fc.record({ columns: row, rows: fc.array(row, { maxLength: 5 }) })
    })
    await fc.assert(
      fc.asyncProperty(table, async (value) => {
        expect(await csvCodec.decode(await csvCodec.encode(value), 'x')).toEqual(value)
      }),
    )
  })

  test('a literal table with quotes, both line endings and an empty line is read', async () => {
    expect(await decode('angle,"inter, node"\r\n137.5,"say ""x"""\n\n140,\n')).toEqual({
      columns: ['angle', 'inter, node'],
      rows: [
        ['137.5', 'say "x"'],
        ['140', ''],
      ],
    })
  })

  test('numbers are written in full', async () => {
    const file = memoryFile('measures')
    await writeCsv(file, { columns: ['a', 'b'], rows: [[0.1 + 0.2, 'x']] })
    expect(new TextDecoder().decode(file.bytes)).toBe('a,b\n0.30000000000000004,x\n')
    expect((await readCsv(file)).rows).toEqual([['0.30000000000000004', 'x']])
  })

  test.each(['', 'a,b\n1\n', 'a,b\n1,2,3\n', 'a\n"1', 'a\n1"2\n', 'a\n"1"2\n'])(
    '%j is no table',
    async (text) => {
      expect(await decodedOrUnreadable(csvCodec, new TextEncoder().encode(text))).toBeUndefined()
    },
  )

  test('a ragged table is not written', async () => {
    const ragged = { columns: ['a'], rows: [['1', '2']] }
    await expect(async () => csvCodec.encode(ragged)).rejects.toMatchObject({
      code: 'io/unwritable',
    })
  })
})
