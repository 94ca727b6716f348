import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/base/types.ts'
import { jsonCodec, readJson, writeJson } from '../../src/io/json.ts'
import { decodedOrUnreadable, memoryFile } from './support.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = async (value: Json) => new TextDecoder().decode(await jsonCodec.encode(value))
const placeOf = async (text: string): Promise<string | undefined> => {
  try {
    await jsonCodec.decode(bytesOf(text), 'x')
    return undefined
  } catch (error) {
    return /line \d+, column \d+/.exec(String(error))?.[0]
  }
}

describe('JSON', () => {
  test('every value comes back, -0 and the smallest double too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
        const json = value as Json // what fc.jsonValue makes is JSON
        expect(await jsonCodec.decode(await jsonCodec.encode(json), 'x')).toStrictEqual(json)
      }),
    )
    const numbers = [-0, 5e-324, 0.1 + 0.2, 1.7976931348623157e308, 2 ** 53, -1e-7]
    expect(await jsonCodec.decode(await jsonCodec.encode(numbers), 'x')).toStrictEqual(numbers)
  })

  test('lists of numbers stand on one line, entries on a line each', async () => {
    const value = { angles: [137.5, 140], organs: [{ at: [0, 1, 2] }], none: [], map: {} }
    expect(await textOf(value)).toBe(
      [
        '{',
        '  "angles": [137.5, 140],',
        '  "organs": [',
        '    {',
        '      "at": [0, 1, 2]',
        '    }',
        '  ],',
        '  "none": [],',
        '  "map": {}',
        '}',
        '',
      ].join('\n'),
    )
  })

  test.each([NaN, Infinity, -Infinity])('%d is not written', async (value) => {
    await expect(async () => jsonCodec.encode({ a: [1, value] })).rejects.toMatchObject({
      code: 'io/unwritable',
    })
  })

  test.each([
    ['', 'line 1, column 1'],
    ['{"a": NaN,\n "b": nan}', 'line 2, column 7'],
    ['{"a": [1, 2,]}', 'line 1, column 13'],
    ['{"a": 1}\n}', 'line 2, column 1'],
    ['{"a" 1}', 'line 1, column 6'],
    ["{'a': 1}", 'line 1, column 2'],
    ['{"a": 1, "b"', 'line 1, column 13'],
    ['[1, "x\n"]', 'line 1, column 5'],
    ['[01]', 'line 1, column 3'],
    ['[[1, 2], {"a": {}}', 'line 1, column 19'],
  ])('the place of the mistake in %j is told', async (text, place) => {
    expect(await placeOf(text)).toBe(place)
  })

  test('NaN as Python writes it is read as null', async () => {
    const text = '{"angles": [NaN, 1, -Infinity], "note": "NaN"}'
    expect(await jsonCodec.decode(bytesOf(text), 'x')).toEqual({
      angles: [null, 1, null],
      note: 'NaN',
    })
  })

  test('cut anywhere it is unreadable, and the place is within the text', async () => {
    const whole = await jsonCodec.encode({ a: [1, 'é', null], b: { c: true, d: [[], {}] } })
    for (let length = 0; length < whole.length - 2; length++)
      expect(await decodedOrUnreadable(jsonCodec, whole.subarray(0, length))).toBeUndefined()
  })

  test('a byte order mark is passed over, other encodings are unreadable', async () => {
    expect(await jsonCodec.decode(bytesOf('\uFEFF[1]'), 'x')).toEqual([1])
    expect(await decodedOrUnreadable(jsonCodec, Uint8Array.of(34, 0xe9, 34))).toBeUndefined()
  })

  test('a file is read and written', async () => {
    const file = memoryFile('truth')
    await writeJson(file, { angles: [1] })
    expect([file.filename, await readJson(file)]).toEqual(['truth.json', { angles: [1] }])
  })
})
