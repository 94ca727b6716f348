// Corrections by hand: which stay when a step is made again, and which are left behind.
import { describe, expect, test } from 'vitest'
import {
  handWork,
  handWorkText,
  isByHand,
  nothingByHand,
  ownMetadataDigest,
} from '../../src/plan/by-hand.ts'
import { keptEdits, leftEditsText } from '../../src/plan/edits.ts'
import type { FileFacts } from '../../src/plan/facts/facts.ts'
import { recordMetadata, type StepRecord } from '../../src/plan/facts/record.ts'
import type { Digest } from '../../src/base/digest.ts'
import { param } from '../../src/task/param.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { digest, recordWith } from '../support/records.ts'
import { tasks } from '../support/tasks.ts'

const photographs = { a: 'one', b: 'two', c: 'three' }
const line = '[Upper]\n[Join]\n'

/** A scan on which `line` was carried out. */
async function made(): Promise<MemoryScan> {
  const scan = new MemoryScan(photographs)
  await scan.make(line)
  return scan
}

describe('a made file that was corrected', () => {
  test('is what readers see, and the plan names it', async () => {
    const scan = await made()
    const [upper] = scan.filesets('Upper')
    scan.edit(upper, 'b', 'by hand')
    expect(await scan.plan(line)).toMatchObject({
      Upper: { do: 'reuse', fileset: upper, edited: ['b'] },
      Join: { do: 'run', reason: { why: 'input-changed', changed: ['b'] } },
    })
    expect(await scan.make(line)).toEqual(['Join'])
    expect(scan.textOf('Join')).toBe('ONE by hand THREE')
  })

  test('stays where its photograph is as it was, and is left where that changed', async () => {
    const scan = await made()
    const [upper] = scan.filesets('Upper')
    scan.edit(upper, 'a', 'A by hand')
    scan.edit(upper, 'b', 'B by hand')
    scan.put('images', { a: 'other' })
    const leaves = [{ fileset: upper, files: ['a'] }]
    expect(await scan.plan(line)).toMatchObject({ Upper: { do: 'run', leaves } })
    await scan.make(line)
    expect(scan.textOf('Upper', 'a')).toBe('OTHER')
    expect(scan.textOf('Upper', 'b')).toBe('B by hand')
    // It was taken over, and is told as edited there, too.
    expect(await scan.plan(line)).toMatchObject({ Upper: { do: 'reuse', edited: ['b'] } })
  })

  test('stays for a step that chooses other files, and says nothing of being left', async () => {
    const scan = new MemoryScan({
      a: { text: 'one', metadata: { channel: 'rgb' } },
      b: { text: 'two', metadata: { channel: 'rgb' } },
    })
    await scan.make(line)
    const [upper] = scan.filesets('Upper')
    scan.edit(upper, 'b', 'by hand')
    const query = '[Upper.query]\nchannel = "rgb"\n[Join]\n'
    expect((await scan.plan(query))['Upper']).toMatchObject({ do: 'run' })
    expect((await scan.plan(query))['Upper']).not.toHaveProperty('leaves')
  })

  test('is left behind by other parameters, once for each text, where it was last', async () => {
    const scan = await made()
    const [first] = scan.filesets('Upper')
    scan.edit(first, 'b', 'by hand')
    const other = '[Upper]\nsuffix = "!"\n[Join]\n'
    const leaves = [{ fileset: first, files: ['b'] }]
    expect(await scan.plan(other)).toMatchObject({ Upper: { do: 'run', leaves } })
    await scan.make(other)
    const second = scan.filesets('Upper')[1]
    scan.edit(second, 'b', 'by hand')
    scan.edit(second, 'a', 'too')
    scan.edit(first, 'c', 'here alone')
    const third = '[Upper]\nsuffix = "?"\n[Join]\n'
    expect(await scan.plan(third)).toMatchObject({
      Upper: {
        leaves: [
          { fileset: second, files: ['b', 'a'] },
          { fileset: first, files: ['c'] },
        ],
      },
    })
  })

  test('is not left behind where the very same bytes stay', async () => {
    const scan = await made()
    const [first] = scan.filesets('Upper')
    scan.edit(first, 'b', 'by hand')
    scan.put('images', { a: 'other' })
    await scan.make(line)
    scan.put('images', { a: 'once more' })
    expect((await scan.plan(line))['Upper']).toMatchObject({ do: 'run' })
    expect((await scan.plan(line))['Upper']).not.toHaveProperty('leaves')
  })

  test('is dropped without a word where that was asked for by force', async () => {
    const scan = await made()
    const [upper] = scan.filesets('Upper')
    scan.edit(upper, 'b', 'by hand')
    const forced = ['Upper']
    const told = async (asked: object) => (await scan.plan(line, asked))['Upper']
    // By force alone it is taken over: nothing is left behind.
    expect(await told({ forced })).not.toHaveProperty('leaves')
    const leaves = [{ fileset: upper, files: ['b'] }]
    expect(await told({ forced, dropsEdits: true })).toMatchObject({ do: 'run', leaves })
    expect(await told({ forced: ['Join'], dropsEdits: true })).toMatchObject({ do: 'reuse' })
  })

  test('of a step that makes a whole is left behind by whatever runs', async () => {
    const scan = await made()
    const [join] = scan.filesets('Join')
    scan.edit(join, 'text', 'by hand')
    const leaves = [{ fileset: join, files: ['text'] }]
    expect(await scan.plan('[Join]\nseparator = "+"\n')).toMatchObject({
      Join: { do: 'run', leaves },
    })
    // Another step leaves nothing of it.
    const suffix = await scan.plan('[Upper]\nsuffix = "!"\n[Join]\n')
    expect(suffix['Upper']).not.toHaveProperty('leaves')
    // Of one that may yet be complete, nothing is left.
    const forced = ['Upper']
    expect((await scan.plan(line, { forced }))['Join']).not.toHaveProperty('leaves')
    expect(await scan.plan(line, { forced: [...forced, 'Join'] })).toMatchObject({
      Join: { do: 'run', leaves },
    })
    // Of one that surely runs, though its input is not known yet, it is.
    expect(await scan.plan('[Upper]\nsuffix = "!"\n[Join]\nseparator = "+"\n')).toMatchObject({
      Join: { do: 'run', leaves },
    })
  })

  test('of a step whose input is not known yet is left for sure by other parameters only', async () => {
    const scan = new MemoryScan(photographs)
    const toml = '[Warp]\n[Locate]\n'
    await scan.make(toml)
    const [warp] = scan.filesets('Warp')
    scan.edit(warp, 'a', 'by hand')
    const forced = ['Locate']
    const plan = await scan.plan(toml, { forced: [...forced, 'Warp'] })
    expect(plan).toMatchObject({ Warp: { do: 'run' } })
    expect(plan['Warp']).not.toHaveProperty('leaves')
    const code = { digest: digest('code'), parts: {} }
    const word = { word: param.string({ default: '', doc: '' }) }
    for (const other of [{ version: 2 }, { code }, { params: word }]) {
      scan.tasks = tasks.map((task) =>
        task.name === 'Warp' && task.is === 'computing' ? { ...task, ...other } : task,
      )
      expect(await scan.plan(toml, { forced })).toMatchObject({
        Warp: { do: 'run', leaves: [{ fileset: warp, files: ['a'] }] },
      })
    }
  })
})

test('a correction of a file without a key of its own stays with no other', () => {
  const key = digest('key')
  // Safe: nothing else of a file is looked at.
  const file = { id: 'a', digest: digest('b') } as FileFacts
  const edit = { fileset: 'Upper_1', file, made: digest('a') }
  expect(keptEdits([{ ...edit, key: undefined }], new Map([['b', key]])).size).toBe(0)
  expect(keptEdits([{ ...edit, key }], new Map([['a', key]])).size).toBe(1)
})

test('what is left behind is told fileset by fileset', () => {
  expect(
    leftEditsText([
      { fileset: 'Masks_1', files: ['a', 'b'] },
      { fileset: 'Masks_2', files: ['c'] },
    ]),
  ).toBe('corrections by hand stay behind: a, b in Masks_1; c in Masks_2')
})

describe('what people put into a made fileset', () => {
  const output = (id: string, more: object = {}) => ({
    file: `${id}.txt`,
    digest: digest(id),
    size: 1,
    metadata: digest(`metadata of ${id}`),
    ...more,
  })
  const own = { unit: 'mm' }
  const recorded = (told: Partial<StepRecord> = {}) =>
    recordWith({
      outputs: { a: output('a'), b: output('b') },
      metadata: ownMetadataDigest(own),
      ...told,
    })
  const parts = (record: StepRecord | undefined, told: object = {}) => ({
    files: ['a', 'b'].map((id) => ({ name: `${id}.txt`, path: `/${id}` })),
    metadata: record ? recordMetadata('Upper', record, own) : own,
    filesMetadata: new Map(['a', 'b'].map((id) => [id, digest(`metadata of ${id}`)])),
    ...told,
  })
  const digestOf = (path: string) => Promise.resolve(digest(path.slice(1)))

  test('is nothing where all is as it was made', async () => {
    const work = await handWork(parts(recorded()), digestOf)
    expect(work).toEqual(nothingByHand)
    expect(isByHand(work)).toBe(false)
  })

  test('are files that were changed, or taken over from such ones', async () => {
    const changed = (path: string) => digestOf(path === '/b' ? '/other' : path)
    const work = await handWork(parts(recorded()), changed)
    expect(work).toEqual({ ...nothingByHand, edited: ['b.txt'] })
    expect(isByHand(work)).toBe(true)
    const outputs = { a: output('a', { edited: true }), b: output('b') }
    expect(await handWork(parts(recorded({ outputs })), digestOf)).toMatchObject({
      edited: ['a.txt'],
    })
    const isElsewhere = (id: string, of: Digest) => id === 'b' && of === digest('other')
    expect(await handWork(parts(recorded()), changed, isElsewhere)).toEqual(nothingByHand)
    expect(
      await handWork(parts(recorded()), changed, (id, of) => !isElsewhere(id, of)),
    ).toMatchObject({ edited: ['b.txt'] })
  })

  test('are files that no step made: all of them, where no record tells', async () => {
    const files = ['a.txt', 'notes.md'].map((name) => ({ name, path: `/${name[0]}` }))
    const work = await handWork(parts(recorded(), { files }), digestOf)
    expect(work).toEqual({ ...nothingByHand, added: ['notes.md'] })
    expect(isByHand(work)).toBe(true)
    expect(await handWork(parts(undefined), digestOf)).toEqual({
      ...nothingByHand,
      added: ['a.txt', 'b.txt'],
    })
  })

  test('are metadata that were set, of a file or of the fileset', async () => {
    const filesMetadata = new Map([
      ['a', digest('metadata of a')],
      ['b', digest('other')],
      ['unknown', digest('other')],
    ])
    const ofFile = await handWork(parts(recorded(), { filesMetadata }), digestOf)
    expect(ofFile).toEqual({ ...nothingByHand, metadata: ['b'] })
    expect(isByHand(ofFile)).toBe(true)
    const metadata = recordMetadata('Upper', recorded(), { unit: 'cm' })
    const ofFileset = await handWork(parts(recorded(), { metadata }), digestOf)
    expect(ofFileset).toEqual({ ...nothingByHand, ofFileset: true })
    expect(isByHand(ofFileset)).toBe(true)
    // A result of the time before metadata were recorded tells of none.
    const { metadata: _unknown, ...before } = recorded()
    const old = parts(before, { filesMetadata, metadata: recordMetadata('Upper', before, {}) })
    expect(await handWork(old, digestOf)).toEqual(nothingByHand)
  })

  test('is told in words, each kind apart', () => {
    expect(handWorkText(nothingByHand)).toBe('')
    expect(
      handWorkText({ edited: ['a.png', 'b.png'], added: ['n'], metadata: ['a'], ofFileset: true }),
    ).toBe(
      'changed by hand: a.png, b.png; put there: n; metadata set of a; metadata set of the fileset',
    )
  })
})
