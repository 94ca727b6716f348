// The journal of a scan is read from a disk that anybody may write to: it moves nothing of anybody else.
import { describe, expect, test } from 'vitest'
import { formatJournal, parseJournal, type Journal } from '../../src/fsdb/journal.ts'
import { draftName, retiredName } from '../../src/fsdb/own-names.ts'
import { parseFileId, parseFilesetId } from '../../src/fsdb/ids.ts'

const [images, a] = [parseFilesetId('images'), parseFileId('a')]
const none: Journal = { before: [], moves: [], after: [], trash: [] }
const path = '/db/plant/.romi/journal.json'
const parsed = (changes: object): Journal | undefined =>
  parseJournal(JSON.stringify({ ...none, ...changes }), path)
const damaged = (message: unknown = expect.anything()): unknown =>
  expect.objectContaining({ code: 'store/journal-damaged', facts: { path }, message })

const temporary = '.romi/tmp/11111111-2222-4333-8444-555555555555'
const draft = `.romi/drafts/${draftName({ label: 'Masks', key: 'k' })}`
const retired = `.romi/retired/${retiredName(images, 1)}`

test('a journal is read as it was written', () => {
  const journal: Journal = {
    before: [
      { do: 'remove-fileset', id: images },
      { do: 'remove-file', fileset: images, id: a },
    ],
    moves: [
      { from: temporary, to: 'images/a.txt', over: true },
      { from: 'metadata/images', to: `${retired}/metadata` },
    ],
    after: [
      { do: 'add-fileset', id: images, files: [{ id: a, file: 'a.txt' }] },
      { do: 'put-files', fileset: images, files: [] },
      { do: 'move-to-end', ids: [images] },
    ],
    trash: [temporary],
  }
  expect(parseJournal(formatJournal(journal), path)).toEqual(journal)
})

describe('what is moved', () => {
  test.each([
    'images',
    'images/a.txt',
    'metadata/images',
    'metadata/images.json',
    'metadata/images/a.json',
    'metadata/images/aaaa b.json',
    temporary,
    `${temporary}/files`,
    `${temporary}/metadata/a.json`,
    draft,
    `${draft}/files`,
    retired,
    `${retired}/metadata/a.json`,
  ])('may be %s', (place) => {
    expect(parsed({ moves: [{ from: place, to: 'images' }] })).toBeDefined()
    expect(parsed({ moves: [{ from: 'images', to: place }] })).toBeDefined()
  })

  test.each([
    '',
    '..',
    '../other/images',
    '/etc/passwd',
    'images/../../other',
    'images/a/b.txt',
    'images/.hidden',
    'metadata',
    'metadata/.json',
    'metadata/images/a.txt',
    'metadata/images/photograph.txt',
    'metadata/images/.json',
    'metadata/images/a/b.json',
    'metadata/../images',
    'files.json/x/y',
    '.romi',
    '.romi/tmp',
    '.romi/tmp/precious',
    '.romi/locks',
    '.romi/drafts',
    '.romi/drafts/precious/x/..',
    '.romi/retired',
    '.romi/retired/../locks',
    `${temporary}/a/b/c`,
    `${temporary}/..`,
    `${temporary}/a/..`,
  ])('is never %j', (place) => {
    const refused = damaged(expect.stringContaining('is no place that a change concerns'))
    expect(() => parsed({ moves: [{ from: place, to: 'images' }] })).toThrow(refused)
    expect(() => parsed({ moves: [{ from: 'images', to: place }] })).toThrow(refused)
  })
})

describe('what is removed', () => {
  test.each([temporary, draft, retired, 'images/a.txt'])('may be %s', (place) => {
    expect(parsed({ trash: [place] })).toBeDefined()
  })

  test.each([
    '',
    '.',
    'images',
    'images/..',
    'images/a/b',
    'metadata',
    '.romi',
    '.romi/tmp',
    '.romi/tmp/precious',
    `${temporary}/files`,
    '../other',
    '../other/a.txt',
  ])('is never %j', (place) => {
    expect(() => parsed({ trash: [place] })).toThrow(
      damaged(expect.stringContaining('is nothing that a change removes')),
    )
  })
})

describe('what is listed', () => {
  test.each<readonly [string, object, string]>([
    ['a fileset by no id', { do: 'add-fileset', id: '../x', files: [] }, 'is no id of a fileset'],
    ['a fileset that goes by no id', { do: 'remove-fileset', id: '' }, 'is no id of a fileset'],
    [
      'a file by no id',
      { do: 'put-files', fileset: 'images', files: [{ id: 'a/b', file: 'a.txt' }] },
      'is no id of a file',
    ],
    [
      'a file by no name',
      { do: 'put-files', fileset: 'images', files: [{ id: 'a', file: '../a.txt' }] },
      'is no name of a file',
    ],
    [
      'a file that goes by no id',
      { do: 'remove-file', fileset: 'images', id: '..' },
      'no id of a file',
    ],
    ['in an order of what is none', { do: 'move-to-end', ids: ['..'] }, 'is no id of a fileset'],
    ['in a way that nobody knows', { do: 'remove-all' }, 'do'],
    ['without its files', { do: 'add-fileset', id: 'images' }, 'files'],
  ])('is never %s', (_, change, why) => {
    for (const when of ['before', 'after'])
      expect(() => parsed({ [when]: [change] })).toThrow(damaged(expect.stringContaining(why)))
  })
})

describe('a journal that cannot be read', () => {
  test.each(['', '{', '{"bef', '{"before":[],"mov', '{"before":[],"moves"\0\0\0', '\0\0\0\0'])(
    'was torn as it was written, and nothing of it was begun: %j',
    (text) => {
      expect(parseJournal(text, path)).toBeUndefined()
    },
  )

  test.each(['text', '{"after":[', '\0{"before":'])('is damaged, and is named: %j', (text) => {
    expect(() => parseJournal(text, path)).toThrow(
      damaged(
        `${path} is damaged (it is no JSON), so that nobody knows what was to be done: ` +
          'see whether the filesets of this scan are as they should be, and remove this file',
      ),
    )
  })

  test.each(['before', 'moves', 'after', 'trash'])('is damaged without its %s', (part) => {
    expect(() => parsed({ [part]: undefined })).toThrow(damaged(expect.stringContaining(part)))
  })

  test('is damaged as a whole where it is no map', () => {
    expect(() => parseJournal('[]', path)).toThrow(
      damaged(expect.stringMatching(/ is damaged \(\S.*\), so that/)),
    )
  })

  test('says where it is damaged', () => {
    const moves = [{ from: 'images', to: 'images' }, { from: 'images' }]
    expect(() => parsed({ moves })).toThrow(damaged(expect.stringContaining('(moves.1.to ')))
  })
})
