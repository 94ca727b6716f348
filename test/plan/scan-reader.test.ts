// What is read from the store of a scan, once, and what is forgotten when others change it.
import { appendFileSync, cpSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import { marksOf } from '../../src/fsdb/digests.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { excludePhotographs, includePhotographs } from '../../src/plan/exclude.ts'
import type { FilesetFacts } from '../../src/plan/facts/facts.ts'
import { ScanReader } from '../../src/plan/facts/scan-reader.ts'
import { resumeKeyOf } from '../../src/plan/key.ts'
import { notesOn } from '../../src/plan/notes.ts'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import { libraryOf } from '../../src/task/library.ts'
import { Rig } from '../support/rig.ts'
import { scratchFolder } from '../support/scratch.ts'
import { tasks } from '../support/tasks.ts'

const work = scratchFolder('scan-reader')
const template = new Rig(join(work, 'template'))
const toml = '[Upper]\n[Locate]\n[Join]\n'
const library = libraryOf(tasks)

/** A database in which `toml` was carried out on `plant`, and `Join` on `other`; made when it is first asked for. */
async function makeTemplate(): Promise<void> {
  await FSDB.create(template.path)
  const metadata = { channel: 'rgb', pose: 1 }
  await template.addScan('plant', { a: { text: 'one', metadata }, b: 'two' })
  await template.write(async (db) => {
    const scan = await db.getScan('plant')
    await scan.setMetadata({ species: 'Arabidopsis' })
    await (await scan.getFileset('images')).setMetadata({ unit: 'mm', by: 'me' })
  })
  await template.run(toml)
  await template.addScan('other', { z: 'elsewhere' })
  await template.run('[Join]', { scans: ['other'] })
}
afterAll(() => rmSync(work, { recursive: true }))

let made: Promise<void> | undefined
let copies = 0

/** A copy of that database. */
async function copied(): Promise<Rig> {
  await (made ??= makeTemplate())
  const path = join(work, `copy-${copies++}`)
  cpSync(template.path, path, { recursive: true })
  onTestFinished(() => rmSync(path, { recursive: true }))
  return new Rig(path)
}

const scanOf = async (rig: Rig, id = 'plant') => (await FSDB.open(rig.path)).getScan(id)
const readerOf = async (rig: Rig, watching = false) => {
  const db = await FSDB.open(rig.path)
  const scan = await db.getScan('plant')
  return watching ? ScanReader.watch(db, scan, library) : ScanReader.read(db, scan, library)
}
/** A fileset as it is seen, whether or not it was changed too lately for its files' stamps to be known. */
function withoutStamps(facts: FilesetFacts | string): unknown {
  if (typeof facts === 'string') return facts
  return { ...facts, files: facts.files.map((file) => ({ ...file, stamp: undefined })) }
}
const idOf = async (rig: Rig, task: string) => (await rig.filesets(task))[0]

describe('a reader', () => {
  test('tells of the scan, its filesets, and those that steps made', async () => {
    const rig = await copied()
    const reader = await readerOf(rig)
    const ids = await Promise.all(['Upper', 'Locate', 'Join'].map((task) => idOf(rig, task)))
    expect(reader.scan).toBe('plant')
    expect(reader.view.scan).toBe('plant')
    expect(reader.view.filesets.map(({ id }) => id).toSorted()).toEqual(
      ['images', ...ids].toSorted(),
    )
    expect(reader.metadata).toEqual({ species: 'Arabidopsis' })
    expect(reader.measures).toBeUndefined()
    expect(reader.made.map(({ task }) => task).toSorted()).toEqual(['Join', 'Locate', 'Upper'])
    expect(reader.recordsOf('Upper')).toEqual([
      reader.made.find((of) => of.task === 'Upper')?.record,
    ])
    expect(reader.recordsOf('Count')).toEqual([])
    expect(reader.archive.map(({ task }) => task).toSorted()).toEqual(['Join', 'Locate', 'Upper'])
    expect(reader.archive).toBe(reader.archive)
    expect(reader.artifactOf('Join')).toBe('text')
    expect(reader.artifactOf('Unknown')).toBe('')
  })

  test('tells what was measured by hand', async () => {
    const rig = await copied()
    const measures = { angles: [137], internodes: [5], more: 'x' }
    writeFileSync(join(rig.path, 'plant', 'measures.json'), JSON.stringify(measures))
    expect((await readerOf(rig)).measures).toEqual(measures)
  })

  test('takes for made what has a record and names its task', async () => {
    const rig = await copied()
    const id = await idOf(rig, 'Upper')
    await rig.write(async (db) => {
      await (await (await db.getScan('plant')).getFileset(id)).setMetadata('task_name', 7)
    })
    expect((await readerOf(rig)).made.map(({ task }) => task).toSorted()).toEqual([
      'Join',
      'Locate',
    ])
  })

  test('tells the copies that made files carry on from what is their own', async () => {
    const rig = await copied()
    const reader = await readerOf(rig)
    const id = await idOf(rig, 'Upper')
    const upper = await reader.fileset(id)
    const [{ record }] = reader.made.filter(({ task }) => task === 'Upper')
    const lineage = [{ fileset: 'images', file: 'a' }]
    expect(upper).toMatchObject({
      id,
      maker: record.key,
      lineage: ['images'],
      gone: [],
      unusable: [],
    })
    expect(upper.metadata).toMatchObject({ unit: 'mm' })
    expect(upper.own).not.toHaveProperty('unit')
    expect(upper.files[0]).toMatchObject({
      id: 'a',
      filename: 'a.txt',
      metadata: { channel: 'rgb', pose: 1 },
      own: {},
      lineage,
      digest: record.outputs['a'].digest,
    })
    expect(upper.files[0].path).toBe(join(rig.path, 'plant', id, 'a.txt'))
    // a file that was copied just now has none yet
    const stamp = marksOf(statSync(upper.files[0].path)).join(' ')
    expect([stamp, undefined]).toContain(upper.files[0].stamp)
    const images = await reader.fileset('images')
    expect(images).toMatchObject({ maker: undefined, lineage: [] })
    expect(images.own).toEqual({ unit: 'mm', by: 'me' })
    expect(images.files[0]).toMatchObject({ own: { channel: 'rgb', pose: 1 }, lineage: [] })
    expect(images.files[1]).toMatchObject({ metadata: {}, own: {} })
    expect(await reader.fileset(id)).toBe(upper)
  })

  test('knows metadata of files once they were asked for, less the copies', async () => {
    const rig = await copied()
    const reader = await readerOf(rig)
    const id = await idOf(rig, 'Upper')
    const none = new Map<string, JsonObject>()
    expect(reader.filesMetadata(id)).toEqual(none)
    await reader.prefetch([id, 'images', 'gone'])
    expect(reader.filesMetadata(id).get('a')).toEqual({})
    expect(reader.filesMetadata('images').get('a')).toEqual({ channel: 'rgb', pose: 1 })
    expect(reader.filesMetadata('gone')).toEqual(none)
    expect(reader.filesetMetadata(id)).not.toHaveProperty('unit')
    expect(reader.filesetMetadata('images')).toEqual({ unit: 'mm', by: 'me' })
    expect(reader.filesetMetadata('gone')).toBeUndefined()
    const again = await readerOf(rig)
    await again.fileset('images')
    expect(again.filesMetadata('images').get('a')).toEqual({ channel: 'rgb', pose: 1 })
  })

  test('has a fileset as made only while its files are the very ones', async () => {
    const rig = await copied()
    const id = await idOf(rig, 'Upper')
    rig.edit(id, 'b.txt', 'by hand')
    const edited = await readerOf(rig)
    expect((await edited.fileset(id)).maker).toBeUndefined()
    const made = edited.made.find(({ task }) => task === 'Upper')!
    expect(await edited.condition(made)).toEqual({ missing: [], edited: ['b'] })
    rmSync(join(rig.path, 'plant', id, 'b.txt'))
    const lacking = await readerOf(rig)
    const upper = await lacking.fileset(id)
    expect([upper.maker, upper.gone, upper.files.map((file) => file.id)]).toEqual([
      undefined,
      ['b'],
      ['a'],
    ])
    expect(await lacking.condition(made)).toEqual({ missing: ['b'], edited: [] })
  })

  test('tells of entries of the index that cannot be used, by their place', async () => {
    const rig = await copied()
    const files = [{ id: '../d', file: 'd.txt' }]
    const index = { filesets: [{ id: 'images', files }] }
    writeFileSync(join(rig.path, 'plant', 'files.json'), JSON.stringify(index))
    const { unusable } = await (await readerOf(rig)).fileset('images')
    expect(unusable).toEqual([expect.stringMatching(/^filesets\[0\]\.files\[0\]: ./)])
  })

  test('reads what a step annotated; damaged annotations are none', async () => {
    const rig = await copied()
    const id = await idOf(rig, 'Locate')
    const reader = await readerOf(rig)
    expect(await reader.annotations(id)).toEqual(
      new Map([
        ['images/a', { pose: 3 }],
        ['images/b', { pose: 3 }],
      ]),
    )
    expect(await reader.annotations(await idOf(rig, 'Upper'))).toEqual(new Map())
    appendFileSync(join(rig.path, 'plant', id, 'annotations.json'), '{')
    const damaged = await readerOf(rig)
    const locate = damaged.made.find(({ task }) => task === 'Locate')!
    expect(await damaged.condition(locate)).toEqual({ missing: ['annotations'], edited: [] })
  })

  test('knows how far a killed run of a step had come', async () => {
    const rig = await copied()
    const upper = rig.pipeline('[Upper]\nsuffix = "!"').steps.get('Upper') as ComputingStep
    await rig.write(async (db) => {
      const draft = await (
        await db.getScan('plant')
      ).draft('Upper', {
        resumable: { key: resumeKeyOf(upper) },
      })
      await draft.writeFile('a', new TextEncoder().encode('ONE!'), 'txt', {})
    })
    const reader = await readerOf(rig)
    expect(reader.unfinished(resumeKeyOf(upper))).toBe(1)
    const other = rig.pipeline('[Upper]').steps.get('Upper') as ComputingStep
    expect(reader.unfinished(resumeKeyOf(other))).toBe(0)
  })

  test('finds the last fileset of a task in another scan, or says what is missing', async () => {
    const rig = await copied()
    const reader = await readerOf(rig)
    const [joined] = await rig.filesets('Join', 'other')
    expect(await reader.elsewhere('other', 'Join')).toMatchObject({ id: joined, lineage: [] })
    const [upper] = await rig.filesets('Upper', 'other')
    const elsewhere = await reader.elsewhere('other', 'Upper')
    expect(elsewhere).toMatchObject({ id: upper, lineage: [], files: [{ id: 'z', lineage: [] }] })
    expect(await reader.elsewhere('other', 'Upper')).toBe(elsewhere)
    expect(await reader.elsewhere('other', 'Count')).toContain('"other" has no fileset of Count')
    expect(await reader.elsewhere('none', 'Join')).toContain(`no scan "none" in ${rig.path}`)
    // Known by its metadata alone, as one of ROMI's is; and the last of several.
    await rig.write(async (db) => {
      const other = await db.getScan('other')
      await (await other.createFileset('camera_model')).setMetadata('task_name', 'Join')
    })
    const now = await readerOf(rig)
    expect(await now.elsewhere('other', 'Join')).toMatchObject({ id: 'camera_model' })
  })
})

describe('a reader that watches', () => {
  const images = (rig: Rig) => join(rig.path, 'plant', 'images')

  test('tells of nothing while nothing changes', async () => {
    const rig = await copied()
    const reader = await readerOf(rig, true)
    await reader.fileset('images')
    await reader.prefetch([await idOf(rig, 'Upper')])
    await reader.elsewhere('other', 'Upper')
    expect(await reader.changed(new Set([await idOf(rig, 'Upper')]))).toEqual([])
  })

  test('tells of photographs and metadata that changed, and reads them anew', async () => {
    const rig = await copied()
    const reader = await readerOf(rig, true)
    const before = await reader.fileset('images')
    writeFileSync(join(images(rig), 'a.txt'), 'another text')
    expect(await reader.changed(new Set())).toEqual(['images'])
    const after = await reader.fileset('images')
    expect(after).not.toBe(before)
    expect(after.files[0].digest).not.toBe(before.files[0].digest)
    expect(await reader.changed(new Set())).toEqual([])
    await rig.write(async (db) => {
      const scan = await db.getScan('plant')
      await (await (await scan.getFileset('images')).getFile('b')).setMetadata({ channel: 'x' })
    })
    expect(await reader.changed(new Set())).toEqual(['images'])
    await reader.prefetch(['images'])
    await reader.refresh()
    await reader.prefetch(['images'])
    expect(reader.filesMetadata('images').get('b')).toEqual({ channel: 'x' })
  })

  test('looks at a made fileset only where it is told to', async () => {
    const rig = await copied()
    const reader = await readerOf(rig, true)
    const id = await idOf(rig, 'Upper')
    await reader.fileset(id)
    rig.edit(id, 'a.txt', 'by hand')
    expect(await reader.changed(new Set())).toEqual([])
    expect(await reader.changed(new Set([id]))).toEqual([id])
    const made = reader.made.find(({ task }) => task === 'Upper')!
    expect(await reader.condition(made)).toMatchObject({ edited: ['a'] })
  })

  test('tells of annotations, of the scan’s own metadata, and of another scan', async () => {
    const rig = await copied()
    const reader = await readerOf(rig, true)
    const id = await idOf(rig, 'Locate')
    await reader.annotations(id)
    await reader.elsewhere('other', 'Upper')
    const [upper] = await rig.filesets('Upper', 'other')
    const place = `other/${upper}`
    writeFileSync(join(rig.path, 'plant', id, 'annotations.json'), '{}')
    writeFileSync(join(rig.path, 'other', upper, 'z.txt'), 'by hand')
    await rig.write(async (db) => (await db.getScan('plant')).setMetadata({ species: 'Maize' }))
    const all = new Set([id, place])
    expect((await reader.changed(all)).toSorted()).toEqual([id, place, 'plant'].toSorted())
    expect(await reader.annotations(id)).toEqual(new Map())
    await reader.refresh()
    expect(reader.metadata).toEqual({ species: 'Maize' })
    const elsewhere = await reader.elsewhere('other', 'Upper')
    const anew = await (await readerOf(rig)).elsewhere('other', 'Upper')
    expect(withoutStamps(elsewhere)).toEqual(withoutStamps(anew))
    expect(await reader.changed(all)).toEqual([])
  })

  test('forgets files that it is told to read again, of this scan and of others', async () => {
    const rig = await copied()
    const reader = await readerOf(rig)
    const before = await reader.fileset('images')
    const [upper] = await rig.filesets('Upper', 'other')
    const paths = [
      join(images(rig), 'a.txt'),
      join(images(rig), 'b.txt'),
      join(rig.path, 'other', upper, 'z.txt'),
    ]
    expect(reader.reread(paths)).toEqual(['images', `other/${upper}`])
    expect(await reader.fileset('images')).not.toBe(before)
  })

  test('reads a fileset anew that is said to be another', async () => {
    const rig = await copied()
    const reader = await readerOf(rig, true)
    const id = await idOf(rig, 'Upper')
    const before = await reader.fileset(id)
    const made = reader.made.find(({ task }) => task === 'Upper')!
    await reader.condition(made)
    rig.edit(id, 'a.txt', 'by hand')
    reader.forget(id)
    expect(await reader.fileset(id)).not.toBe(before)
    expect(await reader.condition(made)).toMatchObject({ edited: ['a'] })
    // How it stands by now is what it is held against from now on.
    expect(await reader.changed(new Set([id]))).toEqual([])
  })
})

describe('photographs that are left out', () => {
  const date = new Date('2026-05-03')
  const metadataOf = async (rig: Rig, file: string) =>
    (await (await (await scanOf(rig)).getFileset('images')).getFile(file)).getMetadata()
  const excluding = (
    rig: Rig,
    photographs: Parameters<typeof excludePhotographs>[1],
    words?: Parameters<typeof excludePhotographs>[2],
  ) => rig.write(async (db) => excludePhotographs(await db.getScan('plant'), photographs, words))
  const including = (rig: Rig, files: readonly string[]) =>
    rig.write(async (db) => includePhotographs(await db.getScan('plant'), { files }))

  test('say why, by whom and when, beside their other metadata', async () => {
    const rig = await copied()
    const words = { why: ' cut off ', by: ' me ', date }
    expect(await excluding(rig, { files: ['a', 'a.txt'] }, words)).toEqual(['a'])
    expect(await metadataOf(rig, 'a')).toEqual({
      channel: 'rgb',
      pose: 1,
      excluded: { why: 'cut off', by: 'me', date: date.toISOString() },
    })
    // Said once more, it is not new.
    expect(await excluding(rig, { files: ['a', 'b'] }, { why: ' ', date })).toEqual(['b'])
    expect(await metadataOf(rig, 'b')).toEqual({ excluded: { date: date.toISOString() } })
    const before = Date.now()
    await excluding(rig, { files: ['a'] })
    const { excluded } = await metadataOf(rig, 'a')
    expect(Date.parse((excluded as { date: string }).date)).toBeGreaterThanOrEqual(before)
  })

  test('are taken back without a trace, and none that was not left out', async () => {
    const rig = await copied()
    await excluding(rig, { files: ['a'] })
    await rig.photograph({ b: { text: 'two', metadata: { excluded: false } } })
    expect(await including(rig, ['a', 'b'])).toEqual(['a'])
    expect(await metadataOf(rig, 'a')).toEqual({ channel: 'rgb', pose: 1 })
    expect(await metadataOf(rig, 'b')).toEqual({})
    expect(await including(rig, ['a'])).toEqual([])
  })

  test('are found by id before file name, however accents are stored', async () => {
    const rig = await copied()
    await rig.photograph({ é: 'accent' })
    expect(await excluding(rig, { files: ['e\u0301'] })).toEqual(['é'])
    expect(await excluding(rig, { files: ['e\u0301.txt'] })).toEqual([])
    await expect(excluding(rig, { files: ['b', 'x'] })).rejects.toMatchObject({
      code: 'store/file-missing',
    })
    expect(await metadataOf(rig, 'b')).toEqual({})
  })

  test('are of a fileset that no step made', async () => {
    const rig = await copied()
    const fileset = await idOf(rig, 'Upper')
    await expect(excluding(rig, { fileset, files: ['a'] })).rejects.toMatchObject({
      code: 'store/made-by-task',
      facts: { scan: 'plant', fileset },
      message: expect.stringContaining(`${fileset} of plant`),
    })
    await rig.write(async (db) => {
      const more = await (await db.getScan('plant')).createFileset('more')
      await (await more.createFile('c')).write(new TextEncoder().encode('x'), 'txt')
    })
    expect(await excluding(rig, { fileset: 'more', files: ['c'] })).toEqual(['c'])
  })

  test('are noted where a pipeline starts from them, as are files that nothing lists', async () => {
    const rig = await copied()
    const pipeline = rig.pipeline('[Upper]')
    expect(await notesOn(await scanOf(rig), pipeline)).toEqual([])
    await excluding(rig, { files: ['a'] }, { why: 'cut off', date })
    writeFileSync(join(rig.path, 'plant', 'images', 'z.txt'), '')
    const excluded = { id: 'a', why: 'cut off', date: date.toISOString() }
    expect(await notesOn(await scanOf(rig), pipeline)).toEqual([
      { note: 'unlisted', fileset: 'images', files: ['z.txt'] },
      { note: 'excluded', fileset: 'images', files: [excluded] },
    ])
    // Another pipeline starts from none of it; and of one without data there is nothing to say.
    for (const source of ['fileset_id = "none"', `fileset_id = "${await idOf(rig, 'Locate')}"`]) {
      const other = rig.pipeline(`[ImagesFilesetExists]\n${source}\n[Upper]`)
      expect(await notesOn(await scanOf(rig), other)).toEqual([])
    }
  })

  test('a fileset that the index lost is noted first', async () => {
    const rig = await copied()
    const id = await idOf(rig, 'Upper')
    const path = join(rig.path, 'plant', 'files.json')
    const files = ['a', 'b'].map((file) => ({ id: file, file: `${file}.txt` }))
    writeFileSync(path, JSON.stringify({ filesets: [{ id: 'images', files }] }))
    const notes = await notesOn(await scanOf(rig), rig.pipeline('[Upper]'))
    expect(notes).toContainEqual({ note: 'lost', fileset: id })
    expect(notes.every(({ note }) => note === 'lost')).toBe(true)
  })
})
