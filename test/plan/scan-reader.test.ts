// What is read from the store of a scan, once.
import { appendFileSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { RomiError } from '../../src/base/errors.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import type { JsonObject } from '../../src/base/types.ts'
import { marksOf } from '../../src/fsdb/digests.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { ScanReader } from '../../src/plan/facts/scan-reader.ts'
import { resumeKeyOf } from '../../src/plan/key.ts'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import { libraryOf } from '../../src/task/library.ts'
import type { Task } from '../../src/task/task.ts'
import { tasks } from '../support/tasks.ts'
import { carriedOut, idOf, readerOf } from './carried-out.ts'

const copied = carriedOut('scan-reader')

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

  test('has a fileset as made only if nothing came to it, and no file has another name', async () => {
    const rig = await copied()
    const id = await idOf(rig, 'Upper')
    await rig.write(async (db) => {
      const upper = await (await db.getScan('plant')).getFileset(id)
      await (await upper.createFile('added')).write(new TextEncoder().encode('by hand'), 'txt')
    })
    const added = await (await readerOf(rig)).fileset(id)
    expect(added.maker).toBeUndefined()
    expect(added.files.find((file) => file.id === 'added')).toMatchObject({ lineage: [] })
    const locate = await idOf(rig, 'Locate')
    const index = join(rig.path, 'plant', 'files.json')
    const folder = join(rig.path, 'plant', locate)
    renameSync(join(folder, 'poses.txt'), join(folder, 'poses.text'))
    writeFileSync(index, readFileSync(index, 'utf8').replace('poses.txt', 'poses.text'))
    const renamed = await (await readerOf(rig)).fileset(locate)
    expect(renamed.files.map(({ filename }) => filename)).toContain('poses.text')
    expect(renamed.maker).toBeUndefined()
  })

  test('does not take for gone what is there and may not be read', async () => {
    const rig = await copied()
    const db = await FSDB.open(rig.path)
    const denied = new RomiError('store/no-permission', 'denied')
    vi.spyOn(db.digests, 'cachedAs').mockReturnValue(undefined)
    vi.spyOn(db.digests, 'digest').mockRejectedValue(denied)
    const reader = await ScanReader.read(db, await db.getScan('plant'), libraryOf(tasks))
    await expect(reader.fileset('images')).rejects.toBe(denied)
  })

  test('knows how a file stood when it was digested, unless it was written just then', async () => {
    const rig = await copied()
    const movedBy = (ms: number): Disk => ({
      ...realDisk,
      stat: (at) => {
        const stat = realDisk.stat(at)
        if (stat) {
          stat.mtimeMs += ms
          stat.ctimeMs += ms
        }
        return stat
      },
    })
    const first = async (ms: number) => {
      const db = await FSDB.open(rig.path, { disk: movedBy(ms) })
      const reader = await ScanReader.read(db, await db.getScan('plant'), libraryOf(tasks))
      return (await reader.fileset('images')).files[0]
    }
    const hourMs = 3_600_000
    const { path, stamp } = await first(-hourMs)
    expect(stamp).toBe(marksOf(movedBy(-hourMs).stat(path)!).join(' '))
    expect(await first(hourMs)).not.toHaveProperty('stamp')
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

  test('takes a file for annotations only where its step annotates', async () => {
    const rig = await copied()
    await rig.addScan('third', { annotations: 'a photograph of that name' })
    await rig.run('[Upper]', { scans: ['third'] })
    const [upper] = await rig.filesets('Upper', 'third')
    writeFileSync(join(rig.path, 'third', upper, 'annotations.txt'), 'by hand')
    const db = await FSDB.open(rig.path)
    const read = async (known: readonly Task[]) => {
      const reader = await ScanReader.read(db, await db.getScan('third'), libraryOf(known))
      return reader.condition(reader.made[0])
    }
    const edited = { missing: [], edited: ['annotations'] }
    expect(await read(tasks)).toEqual(edited)
    // Of a task that is gone from the library nothing can be asked.
    expect(await read(tasks.filter(({ name }) => name !== 'Upper'))).toEqual(edited)
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
    // Known by its name alone, and one of which nothing is known beside it.
    await rig.write(async (db) => {
      const other = await db.getScan('other')
      for (const id of ['Join_by_hand', 'bare']) await other.createFileset(id)
    })
    const byName = await readerOf(rig)
    expect(await byName.elsewhere('other', 'Join')).toMatchObject({ id: 'Join_by_hand' })
    // What is read of another scan is not a fileset of this one.
    expect(byName.filesetMetadata('Join_by_hand')).toBeUndefined()
  })
})
