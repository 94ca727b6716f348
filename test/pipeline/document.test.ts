// A document of any shape: what is too deep or twice is told, and every key is a key.
import { describe, expect, test } from 'vitest'
import { Remarks } from '../../src/pipeline/diagnostic.ts'
import { readDocument } from '../../src/pipeline/document.ts'

function read(text: string, ...sets: string[]) {
  const remarks = new Remarks()
  return { document: readDocument(text, 'p.toml', sets, remarks), told: remarks.sorted() }
}

describe('a document', () => {
  test.each([
    ['dotted keys', `${'a.'.repeat(20_000)}a = 1`],
    ['lists', `a = ${'['.repeat(900)}${']'.repeat(900)}`],
    ['headers', `[${'a.'.repeat(20_000)}a]`],
  ])('whose %s stand too deep is told so', (_, text) => {
    const { document, told } = read(text)
    expect(document).toBeUndefined()
    expect(told.map(({ code }) => code)).toEqual(['pipeline/syntax'])
  })

  test('that has a key twice names it with its table, or the table', () => {
    expect(read('[Masks]\ntype = 1\ntype = 2\n').told[0]).toMatchObject({ key: 'Masks.type' })
    expect(read('[Masks]\n[ Masks ]\n').told[0]).toMatchObject({ key: 'Masks' })
    expect(read(`x = """\n[${' '.repeat(300)}\n"""\nx = 1\n`).told[0]).toMatchObject({ key: 'x' })
  })

  test('keeps what a flag sets under the names of a prototype', () => {
    const { document, told } = read('[Masks]\n', '__proto__.a=1', 'Masks.constructor.x=2')
    expect(told).toEqual([])
    expect(JSON.stringify(document?.tables)).toBe(
      '{"Masks":{"constructor":{"x":2}},"__proto__":{"a":1}}',
    )
    expect(document?.written(['Masks', 'toString'])).toBeUndefined()
    expect(document?.written(['Masks', 'constructor', 'x'])).toBe(2n)
  })
})
