// What a reader of a scan forgets when others change it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FilesetFacts } from '../../src/plan/facts/facts.ts'
import type { Rig } from '../support/rig.ts'
import { carriedOut, idOf, readerOf } from './carried-out.ts'

const copied = carriedOut('scan-reader-watches')

/** A fileset as it is seen, whether or not it was changed too lately for its files' stamps to be known. */
function withoutStamps(facts: FilesetFacts | string): unknown {
  if (typeof facts === 'string') return facts
  return { ...facts, files: facts.files.map((file) => ({ ...file, stamp: undefined })) }
}

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

  test('remembers how a fileset stood when any of it was first read', async () => {
    const rig = await copied()
    const reader = await readerOf(rig, true)
    await reader.prefetch(['images'])
    writeFileSync(join(images(rig), 'a.txt'), 'another text')
    await reader.fileset('images')
    expect(await reader.changed(new Set())).toEqual(['images'])
  })

  test('tells of what was taken out of the index after it had looked there', async () => {
    const rig = await copied()
    const reader = await readerOf(rig, true)
    writeFileSync(join(rig.path, 'plant', 'files.json'), '{"filesets": []}')
    // It is read as it was listed, and that it is not any more is told before anything is published.
    expect((await reader.fileset('images')).files).toHaveLength(2)
    expect(await reader.changed(new Set())).toEqual(['images'])
    await reader.refresh()
    expect(reader.view.filesets).toEqual([])
  })

  test('tells of metadata that changed after it had read them, before the fileset', async () => {
    const rig = await copied()
    const reader = await readerOf(rig, true)
    writeFileSync(join(rig.path, 'plant', 'metadata', 'images.json'), '{"unit": "m"}')
    await reader.fileset('images')
    expect(await reader.changed(new Set())).toEqual(['images'])
    await reader.refresh()
    expect((await reader.fileset('images')).metadata).toEqual({ unit: 'm' })
  })

  test('reads the scan’s own metadata anew only once it told of them', async () => {
    const rig = await copied()
    const reader = await readerOf(rig, true)
    await rig.write(async (db) => (await db.getScan('plant')).setMetadata({ species: 'Maize' }))
    await reader.refresh()
    expect(reader.metadata).toEqual({ species: 'Arabidopsis' })
    expect(await reader.changed(new Set())).toEqual(['plant'])
    await reader.refresh()
    expect(reader.metadata).toEqual({ species: 'Maize' })
  })

  test('is the one that tells of filesets: one that only reads does not', async () => {
    const rig = await copied()
    const reader = await readerOf(rig)
    await reader.fileset('images')
    writeFileSync(join(images(rig), 'a.txt'), 'another text')
    expect(await reader.changed(new Set())).toEqual([])
  })

  test('knows the metadata of a fileset again that it forgot, once it is read', async () => {
    const rig = await copied()
    const reader = await readerOf(rig)
    reader.forget('images')
    expect(reader.filesetMetadata('images')).toBeUndefined()
    await reader.fileset('images')
    expect(reader.filesetMetadata('images')).toEqual({ unit: 'mm', by: 'me' })
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
