// Digests of bytes, files and JSON values.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import objectHash from 'object-hash'
import { afterAll, describe, expect, test } from 'vitest'
import type { Json } from '../../src/base/types.ts'
import { digestOf, isDigest, sha256, sha256File } from '../../src/base/digest.ts'

const work = mkdtempSync(join(tmpdir(), 'romi-digest-'))
afterAll(() => rmSync(work, { recursive: true }))

test('the SHA-256 of "abc" is that of FIPS 180-4', () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(sha256('abc')).toBe(abc)
  expect(isDigest(abc)).toBe(true)
  expect(isDigest(abc.slice(1))).toBe(false)
})

test.each([0, 1, 1_000, 1 << 20, (1 << 20) + 1, 3_000_000])(
  'a file of %i bytes has the digest of its bytes',
  async (size) => {
    const bytes = Buffer.alloc(size, 'romi')
    const path = join(work, `f${size}`)
    writeFileSync(path, bytes)
    expect(await sha256File(path)).toBe(sha256(bytes))
  },
)

describe('the digest of a JSON value', () => {
  test('the digest of a JSON value is that of the value: order of keys, prototypes and shared parts do not matter', () => {
    const part = { b: 1 }
    const plain = digestOf({ x: { b: 1 }, y: [{ b: 1 }] })
    expect(digestOf({ y: [part], x: part })).toBe(plain)
    const bare = Object.assign(Object.create(null) as object, { y: [part], x: part })
    expect(digestOf(bare as Json)).toBe(plain)
  })

  test('differs for different values', () => {
    const values: Json[] = [
      0,
      1,
      '1',
      '',
      null,
      false,
      [],
      {},
      [1, 2],
      [2, 1],
      { a: 1 },
      { a: '1' },
    ]
    expect(new Set(values.map((value) => digestOf(value))).size).toBe(values.length)
  })

  test('survives a round trip through a file', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as never
        expect(digestOf(json)).toBe(digestOf(JSON.parse(JSON.stringify(json)) as never))
      }),
    )
  })

  test('is the one that the package object-hash gives, of which keys on disk were made', () => {
    const keys = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), {
      noNullPrototype: true,
    })
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), keys), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json
        const options = { algorithm: 'sha256', respectType: false, unorderedObjects: true } as const
        expect(digestOf(json)).toBe(objectHash(json, options))
      }),
      { numRuns: 200 },
    )
  })

  test('refuses what JSON cannot hold', () => {
    for (const value of [Number.NaN, Infinity, { a: () => 1 }])
      expect(() => digestOf(value as never)).toThrow(
        expect.objectContaining({ code: 'json/not-json' }),
      )
  })
})
