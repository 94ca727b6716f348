// Which texts are ids: safe as a part of a path on any system, and told apart on any.
import fc from 'fast-check'
import { basename, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  caseTwin,
  extensionOf,
  filenameOf,
  foldedName,
  isFileId,
  isFilesetId,
  isSafeName,
  isScanId,
  parseFileId,
  parseFilesetId,
  parseScanId,
  splitFilename,
  twinsAmong,
} from '../../src/fsdb/ids.ts'
import { code } from '../support/coded.ts'

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

test.each(['..png', '_a', 'a/b', '../x', ' ', 'p\0', 'x'.repeat(250)])(
  '%j is no extension',
  (text) => {
    expect(() => filenameOf(parseFileId('image'), text)).toThrow(code('store/bad-extension'))
  },
)

test.each<[string, string]>([
  ['', 'is empty'],
  ['a\tb', 'contains a control character'],
  ['a\u007fb', 'contains a control character'],
  ['a\\b', 'contains a slash'],
  ['.hidden', 'begins with a dot'],
  ['a..b', 'contains ".."'],
  ['end.', 'ends with a dot or a space'],
  ['end ', 'ends with a dot or a space'],
  ['a*', 'contains one of < > : " | ? *'],
  ['half\ud800', 'contains half a character'],
  ['con.png', 'is a name that Windows reserves'],
  ['x'.repeat(251), 'is longer than 250 bytes'],
  ['metadata', 'is a name that the database uses itself'],
  ['a.json', 'ends with ".json", as metadata files do'],
])('a refusal says of %j what is wrong: it %s', (text, why) => {
  for (const [kind, parse] of Object.entries({ scan: parseScanId, fileset: parseFilesetId }))
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        message: `the ${kind} id ${JSON.stringify(text)} ${why}: choose another`,
        facts: { id: text, kind },
      }),
    )
})

test('names that only begin or end like those of devices are ids', () => {
  for (const text of ['console', 'falcon', 'com10', 'com', 'a.con', 'x'.repeat(250)]) {
    expect(parseFileId(text)).toBe(text)
    expect(isScanId(text)).toBe(true)
  }
})

test('what is an id can be asked', () => {
  for (const is of [isScanId, isFilesetId, isFileId]) {
    expect(is('images')).toBe(true)
    expect(is('../up')).toBe(false)
    for (const other of [undefined, null, 7, ['images'], {}]) expect(is(other)).toBe(false)
  }
  // A file may be called as the layout calls what lies beside filesets.
  expect([isScanId('lock'), isFilesetId('a.json'), isFileId('lock'), isFileId('a.json')]).toEqual([
    false,
    false,
    true,
    true,
  ])
  expect(() => parseFileId('')).toThrow(
    expect.objectContaining({ facts: { id: '', kind: 'file' } }),
  )
})

test('a name may be as long as most filesystems take it', () => {
  expect(isSafeName('x'.repeat(255))).toBe(true)
  for (const name of ['x'.repeat(256), 'ä'.repeat(128), 'a/b', '', undefined, 7])
    expect(isSafeName(name)).toBe(false)
})

test('an extension is what follows the id, or the last dot of another name', () => {
  const id = parseFileId('a')
  expect(extensionOf('a', id)).toBe('')
  expect(extensionOf('a.ome.tiff', id)).toBe('ome.tiff')
  expect(extensionOf('b.ome.tiff', id)).toBe('tiff')
  expect(extensionOf('ab.png', id)).toBe('png')
  expect(extensionOf('a.b', parseFileId('a.b'))).toBe('')
  expect(splitFilename('.hidden')).toEqual({ id: '.hidden', extension: '' })
  expect(() => filenameOf(id, '.')).toThrow(
    expect.objectContaining({
      message: '"." is no extension for a: give one such as png',
      facts: { id: 'a', extension: '.' },
    }),
  )
  expect(() => filenameOf(id, 'p/g')).toThrow(code('store/bad-extension'))
  expect(filenameOf(id, 'ome.tiff')).toBe('a.ome.tiff')
})

test('names are one where they differ in case or in how accents are stored only', () => {
  expect(foldedName('A\u0301h')).toBe(foldedName('\u00e1H'))
  expect(foldedName('ß')).not.toBe(foldedName('ss'))
  expect(caseTwin('a', ['b', 'a', 'A'])).toBe('A')
  expect(caseTwin('a', ['a', 'b'])).toBeUndefined()
  const named = (...ids: string[]) => ids.map((id, i) => ({ id, i }))
  expect(twinsAmong(named('a', 'b', 'B', 'A'), ({ id }) => id)).toEqual([
    { id: 'b', i: 1 },
    { id: 'B', i: 2 },
  ])
  expect(twinsAmong(named('a', 'b'), ({ id }) => id)).toBeUndefined()
})
