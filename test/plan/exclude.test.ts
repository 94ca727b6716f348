// Photographs that are left out, and what is noted of a scan.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { excludePhotographs, includePhotographs } from '../../src/plan/exclude.ts'
import { notesOn } from '../../src/plan/notes.ts'
import type { Rig } from '../support/rig.ts'
import { carriedOut, idOf, scanOf } from './carried-out.ts'

const copied = carriedOut('exclude')

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

  test('files of a fileset that a pipeline names, and that nothing lists, are noted', async () => {
    const rig = await copied()
    mkdirSync(join(rig.path, 'plant', 'more'))
    writeFileSync(join(rig.path, 'plant', 'more', 'z.txt'), '')
    const named = rig.pipeline('[ImagesFilesetExists]\nfileset_id = "more"\n[Upper]')
    expect(await notesOn(await scanOf(rig), named)).toEqual([
      { note: 'unlisted', fileset: 'more', files: ['z.txt'] },
    ])
    expect(await notesOn(await scanOf(rig), rig.pipeline('[DummyTask]'))).toEqual([])
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
