// Places: every path that a TOML parser finds is found at its own line.
import fc from 'fast-check'
import { parse, stringify } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { findPlaces } from '../../src/pipeline/places.ts'

describe('places', () => {
  test('tables, dotted and quoted keys, list elements and inline tables have lines and columns', () => {
    const places = findPlaces(
      [
        '# a comment with [brackets] and = signs',
        'top.inner = 1',
        '[ "a table" . b ] # [c]',
        "'key #1' = { x = [1, 2], y = 'z' }",
        '"caf\\u00e9" = [',
        '  "one", # two',
        '  [3, 4],',
        ']',
      ].join('\r\n'),
    )
    expect(places.of(['top', 'inner'])).toEqual({ line: 2, column: 5 })
    expect(places.of(['a table', 'b'])).toEqual({ line: 3, column: 15 })
    expect(places.of(['a table', 'b', 'key #1', 'y'])).toEqual({ line: 4, column: 26 })
    expect(places.of(['a table', 'b', 'key #1', 'x', 1])).toEqual({ line: 4, column: 22 })
    expect(places.of(['a table', 'b', 'café', 0])).toEqual({ line: 6, column: 3 })
    expect(places.of(['a table', 'b', 'café', 1, 1])).toEqual({ line: 7, column: 7 })
  })

  test('strings of several lines hide what they hold', () => {
    const text = [
      'a = """',
      '[no] "" \\"""',
      'b = 2',
      '"""""',
      "c = '''",
      "x = 1'''",
      'd = 4',
    ].join('\n')
    expect(Object.keys(parse(text))).toEqual(['a', 'c', 'd'])
    const places = findPlaces(text)
    expect(places.has(['b'])).toBe(false)
    expect(places.of(['d'])?.line).toBe(7)
    expect(places.has(['x'])).toBe(false)
    expect(places.of(['a'])?.line).toBe(1)
  })

  test('elements of a list of tables are counted', () => {
    const places = findPlaces('[[a]]\nx = 1\n[[a]]\nx = 2\n')
    expect(places.of(['a', 0, 'x'])?.line).toBe(2)
    expect(places.of(['a', 1, 'x'])?.line).toBe(4)
  })

  test('what has no place of its own stands where the nearest thing around it stands', () => {
    const places = findPlaces('[Masks]\nquery = "{}"\n')
    expect(places.of(['Masks', 'query', 'channel'])).toEqual({ line: 2, column: 1 })
    expect(places.has(['Masks', 'query', 'channel'])).toBe(false)
    expect(places.of(['Voxels'])).toBeUndefined()
  })

  test('escapes in a key are taken one after the other', () => {
    const keys = [
      String.raw`\\e`,
      String.raw`\e`,
      String.raw`\x41`,
      String.raw`\\x41`,
      String.raw`\U00000022`,
    ]
    const text = `[A]\n${keys.map((key) => `"${key}" = 1`).join('\n')}\n`
    const places = findPlaces(text)
    for (const [i, key] of ['\\e', '\u001b', 'A', '\\x41', '"'].entries())
      expect(places.of(['A', key]), key).toMatchObject({ line: i + 2 })
    expect(pathsOf(parse(text)).every((path) => places.has(path))).toBe(true)
  })

  test('every path of any document is found, each key on a line that spells it', () => {
    const key = fc.oneof(fc.stringMatching(/^[A-Za-z_-]{1,8}$/), fc.string({ maxLength: 6 }))
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.double({ noNaN: true }))
    const { table } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(scalar, { maxLength: 3 }), tie('table')),
      table: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    }))
    fc.assert(
      fc.property(table, (document) => {
        // Safe: `table` makes objects.
        const text = stringify(document as Record<string, unknown>)
        const places = findPlaces(text)
        const lines = text.split('\n')
        for (const path of pathsOf(parse(text))) {
          expect(places.has(path)).toBe(true)
          const last = path[path.length - 1]
          const spot = places.of(path)
          if (typeof last === 'string' && /^[A-Za-z]+$/.test(last)) {
            expect(lines[(spot?.line ?? 0) - 1]).toContain(last)
          }
        }
      }),
    )
  })
})

function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path]
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value)
  const inside = entries.flatMap(([key, inner]) => pathsOf(inner, [...path, key]))
  return path.length === 0 ? inside : [path, ...inside]
}

test('a path that a prototype would answer has no place', () => {
  const places = findPlaces('[a]\n"__proto__" = 1\n')
  expect(places.of(['a', '__proto__'])).toEqual({ line: 2, column: 1 })
  expect(places.has(['a', 'constructor'])).toBe(false)
  expect(places.of(['constructor'])).toBeUndefined()
})
