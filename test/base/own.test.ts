import { expect, test } from 'vitest'
import { ownValue, setOwn } from '../../src/base/own.ts'

test.each(['__proto__', 'constructor', 'toString', 'plain'])(
  '%s is a key like any other',
  (key) => {
    const map: Record<string, number> = {}
    expect(ownValue(map, key)).toBeUndefined()
    setOwn(map, key, 1)
    setOwn(map, key, 2)
    expect(ownValue(map, key)).toBe(2)
    expect(JSON.parse(JSON.stringify(map))).toEqual(JSON.parse(`{"${key}": 2}`))
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype)
  },
)
