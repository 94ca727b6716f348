// Which texts are ids: safe as a part of a path on any system, and told apart on any.
import fc from 'fast-check'
import { basename, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filenameOf, parseFileId, parseFilesetId, parseScanId } from '../../src/fsdb/ids.ts'
import { splitFilename } from '../../src/fsdb/ids.ts'

const code = (what: string): unknown => expect.objectContaining({ code: what })
const parsers = { parseScanId, parseFilesetId, parseFileId }

describe.each(Object.entries(parsers))('%s', (_, parse) => {
  test.each([
    'images',
    'myscan_001',
    'Masks_1__0____a_1f09bd77a2',
    '00000_rgb',
    'Ähre',
    'a b',
    'a-b.c',
  ])('takes %j', (text) => expect(parse(text)).toBe(text))

  test.each([
    '',
    '.',
    '..',
    '.hidden',
    'a/b',
    'a\\b',
    '../up',
    'a..b',
    'a\0b',
    'a\nb',
    'a:b',
    'a?',
    'end.',
    'end ',
    'con',
    'NUL',
    'aux.txt',
    'com1',
    'LPT9.x',
    'half\ud800',
    'x'.repeat(251),
    'ä'.repeat(126),
  ])('refuses %j', (text) => expect(() => parse(text)).toThrow(code('store/bad-id')))

  test('lets nothing through that leads elsewhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let id: string
        try {
          id = parse(text)
        } catch {
          return
        }
        expect(normalize(join('/db', id))).toBe(`/db/${id}`)
        expect(basename(join('/db', id))).toBe(text)
        expect(Buffer.byteLength(`${id}.json`)).toBeLessThanOrEqual(255)
      }),
    )
  })
})

test.each(['metadata', 'lock', 'romidb', 'Metadata', 'images.json', 'IMAGES.JSON'])(
  'no scan or fileset is called %j, which the layout uses itself',
  (text) => {
    expect(() => parseScanId(text)).toThrow(code('store/bad-id'))
    expect(() => parseFilesetId(text)).toThrow(code('store/bad-id'))
  },
)

test('the name of a file is its id and its extension', () => {
  expect(filenameOf(parseFileId('00000_rgb'), 'png')).toBe('00000_rgb.png')
  expect(filenameOf(parseFileId('00000_rgb'), '.png')).toBe('00000_rgb.png')
  expect(filenameOf(parseFileId('README'), '')).toBe('README')
  expect(splitFilename('a.b.png')).toEqual({ id: 'a.b', extension: 'png' })
  expect(splitFilename('README')).toEqual({ id: 'README', extension: '' })
})

test.each(['..png', 'a/b', '../x', ' ', 'p\0', 'x'.repeat(250)])('%j is no extension', (text) => {
  expect(() => filenameOf(parseFileId('image'), text)).toThrow(code('store/bad-extension'))
})
