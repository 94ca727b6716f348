import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical } from '../../src/base/canonical.ts'
import type { Json } from '../../src/base/types.ts'

/** As it is defined: keys sorted, one value after another. */
function spelled(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${spelled(item as Json)}`).join(',')}}`
}

test('whatever the value, its text is that of its parts, one by one', () => {
  fc.assert(
    // Safe: that is what `jsonValue` makes.
    fc.property(fc.jsonValue(), (value) => canonical(value as Json) === spelled(value as Json)),
  )
  expect(canonical([1e21, -0, 'a"b', null, true])).toBe('[1e+21,0,"a\\"b",null,true]')
})
