// Queries on metadata: what fits, map by map and list by list, and what is no query.
import { describe, expect, test } from 'vitest'
import { matcherOf } from '../../src/fsdb/query.ts'
import type { Json, JsonObject } from '../../src/base/types.ts'

const fits = (query: JsonObject, metadata: JsonObject, fuzzy?: boolean): boolean =>
  matcherOf(query, fuzzy === undefined ? {} : { fuzzy })(metadata)

describe('a query', () => {
  test('asks for each of its keys, whatever else there is', () => {
    expect(fits({}, { a: 1 })).toBe(true)
    expect(fits({ a: 1 }, { a: 1, b: 2 })).toBe(true)
    expect(fits({ a: 1, b: 3 }, { a: 1, b: 2 })).toBe(false)
    expect(fits({ a: 1 }, { b: 1 })).toBe(false)
    // What every object has is no metadata; what is not there is not null either.
    expect(fits({ a: null }, {})).toBe(false)
    expect(fits({ a: null }, { a: null })).toBe(true)
    expect(fits({ toString: {} }, {})).toBe(false)
  })

  test('asks a map for a map, key by key', () => {
    expect(fits({ camera: { model: 'x' } }, { camera: { model: 'x', f: 1 } })).toBe(true)
    expect(fits({ camera: { model: 'x' } }, { camera: { model: 'y' } })).toBe(false)
    for (const value of ['x', null, 3, ['model']]) {
      expect(fits({ camera: {} }, { camera: value })).toBe(false)
      expect(fits({ camera: { model: 'x' } }, { camera: value })).toBe(false)
    }
  })

  test('asks a list for each of its values, in a list at least as long', () => {
    const inList = (asked: Json[], value: Json) => fits({ k: asked }, { k: value })
    expect(inList([2, 1], [1, 2, 3])).toBe(true)
    expect(inList([], [])).toBe(true)
    expect(inList([1, 1], [1])).toBe(false)
    expect(inList([1, 1], [1, 2])).toBe(true)
    expect(inList([1, 4], [1, 2, 3])).toBe(false)
    expect(inList([{ a: 1 }], [{ a: 1, b: 2 }])).toBe(true)
    expect(inList(['a'], 'abc')).toBe(false)
    expect(inList([], {})).toBe(false)
  })

  test('takes anything else as it is', () => {
    expect(fits({ k: 'rgb' }, { k: 'rgb' })).toBe(true)
    expect(fits({ k: 'rgb' }, { k: 'rgba' })).toBe(false)
    expect(fits({ k: 1 }, { k: '1' })).toBe(false)
    expect(fits({ k: 'r.b' }, { k: 'rgb' }, false)).toBe(false)
  })
})

describe('a fuzzy query', () => {
  test('takes texts as expressions that begin where a text begins, at any depth', () => {
    expect(fits({ k: 'r.b' }, { k: 'rgba' }, true)).toBe(true)
    expect(fits({ k: 'gb' }, { k: 'rgb' }, true)).toBe(false)
    // All of the expression is meant, not its first half.
    expect(fits({ k: 'x|gb' }, { k: 'rgb' }, true)).toBe(false)
    expect(fits({ k: '.🌱' }, { k: '🌱🌱' }, true)).toBe(true)
    expect(fits({ camera: { model: 'c' } }, { camera: { model: 'ccd' } }, true)).toBe(true)
    expect(fits({ camera: { model: 'c' } }, { camera: { model: 'ccd' } })).toBe(false)
    expect(fits({ k: ['r'] }, { k: ['rgb'] }, true)).toBe(true)
    expect(fits({ k: '1' }, { k: 1 }, true)).toBe(false)
    expect(fits({ k: 1 }, { k: 1 }, true)).toBe(true)
  })
})

test.each<[string, () => unknown, RegExp]>([
  ['a list', () => matcherOf([] as never), /^a query is a map of keys and values, not \[\]$/],
  ['a text', () => matcherOf('rgb' as never), /not "rgb"$/],
  [
    'an option that is no map',
    () => matcherOf({}, 'fuzzy' as never),
    /^options are a map, such as \{ fuzzy: true \}, not "fuzzy"$/,
  ],
  [
    'an option that is not known',
    () => matcherOf({}, { fuzy: true } as never, ['fuzzy', 'owner']),
    /^there is no option "fuzy" of a query; there is: fuzzy, owner$/,
  ],
  [
    'an expression that is none',
    () => matcherOf({ k: '(' }, { fuzzy: true }),
    /^"\(" is no regular expression: ./,
  ],
])('%s is no query', (_, ask, message) => {
  expect(ask).toThrow(expect.objectContaining({ code: 'store/bad-query' }))
  expect(ask).toThrow(message)
})

test('the options that are known are those of the one who asks', () => {
  expect(matcherOf({}, { owner: 'me' } as never, ['fuzzy', 'owner'])({})).toBe(true)
  expect(matcherOf({ k: 'r' }, { fuzzy: true })({ k: 'rgb' })).toBe(true)
})
