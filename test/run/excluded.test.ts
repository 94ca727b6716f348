// Photographs that somebody left out: every step works as if they were not there.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { excludePhotographs, includePhotographs } from '../../src/plan/exclude.ts'
import { notesOn } from '../../src/plan/notes.ts'
import { pipeline, Rig } from '../support/rig.ts'

const exclude = (rig: Rig, files: readonly string[], why?: string) =>
  rig.write(async (db) =>
    excludePhotographs(await db.getScan('plant'), { files }, why === undefined ? {} : { why }),
  )
const include = (rig: Rig, files: readonly string[]) =>
  rig.write(async (db) => includePhotographs(await db.getScan('plant'), { files }))

describe('a photograph that is left out', () => {
  test('a photograph that is left out is left out by every step, and what descends from it, without a mask more', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    await exclude(rig, ['b'], 'cut off')
    const again = await rig.run(pipeline)
    expect(again.ran).toEqual(['Upper', 'Join', 'Count'])
    expect(again.made('Upper')).toBe(0)
    expect(await rig.textOf('Join')).toBe('ONE THREE')
  })

  test('leaves the very names and keys of a scan that never had it', async () => {
    const [with_, without] = [await Rig.make(), await Rig.make({ a: 'one', c: 'three' })]
    await exclude(with_, ['b'], 'cut off')
    for (const rig of [with_, without]) await rig.run(pipeline)
    for (const task of ['Upper', 'Join', 'Count'])
      expect(await with_.filesets(task)).toEqual(await without.filesets(task))
  })

  test('a photograph that is left out with another reason reruns nothing; taken back, all is found again', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    await exclude(rig, ['b'], 'cut off')
    await rig.run(pipeline)
    await exclude(rig, ['b'], 'blurred')
    expect((await rig.run(pipeline)).ran).toEqual([])
    expect(await include(rig, ['b'])).toEqual(['b'])
    expect((await rig.run(pipeline)).ran).toEqual([])
    expect(await rig.textOf('Join')).toBe('ONE TWO THREE')
  })

  test('leaves no trace in its metadata once it is taken back', async () => {
    const rig = await Rig.make({ a: { text: 'one', metadata: { channel: 'rgb' } } })
    await exclude(rig, ['a'])
    await include(rig, ['a'])
    const images = await (await (await FSDB.open(rig.path)).getScan('plant')).getFileset('images')
    expect(await (await images.getFile('a')).getMetadata()).toEqual({ channel: 'rgb' })
  })

  test('a photograph that is left out is left out of an adopted fileset that was made of it, too', async () => {
    const rig = await Rig.make()
    await rig.run('[Upper]')
    const [id] = await rig.filesets('Upper')
    await exclude(rig, ['b'])
    const adopting = `${pipeline}[Upper.romi]\nadopt = "${id}"\n`
    await rig.run(adopting)
    expect(await rig.textOf('Join')).toBe('ONE THREE')
    // What was made of the rest does not stand for the whole once that is gone.
    await include(rig, ['b'])
    await rig.run(adopting)
    expect(await rig.textOf('Join')).toBe('ONE TWO THREE')
    await exclude(rig, ['b'])
    expect((await rig.run(adopting)).ran).toEqual([])
    await include(rig, ['b'])
    await rig.write(async (db) => (await db.getScan('plant')).deleteFileset(id))
    expect((await rig.run(pipeline)).ran).toEqual([])
    expect(await rig.textOf('Join')).toBe('ONE TWO THREE')
  })

  test('a photograph that is left out may be gone from the disk', async () => {
    const rig = await Rig.make()
    rmSync(join(rig.path, 'plant', 'images', 'b.txt'))
    expect((await rig.run(pipeline)).code).toBe(20)
    await exclude(rig, ['b'], 'lost')
    expect((await rig.run(pipeline)).code).toBe(0)
    expect(await rig.textOf('Join')).toBe('ONE THREE')
  })

  test('a correction by hand of a mask is named where its photograph is left out', async () => {
    const rig = await Rig.make()
    await rig.run('[Upper]')
    const [id] = await rig.filesets('Upper')
    rig.edit(id, 'b.txt', 'by hand')
    await exclude(rig, ['b'])
    expect(await rig.plan('[Upper]')).toMatchObject({
      Upper: { do: 'run', leaves: [{ fileset: id, files: ['b'] }] },
    })
  })
})

test('photographs that are all left out are an empty selection', async () => {
  const rig = await Rig.make()
  await exclude(rig, ['a', 'b', 'c'])
  const { code, events } = await rig.run(pipeline)
  expect(code).toBe(20)
  expect(events).toContainEqual(
    expect.objectContaining({
      is: 'skipped',
      step: 'Upper',
      cause: 'missing',
      why: expect.stringContaining('left out'),
    }),
  )
})

test('left-out photographs are noted, each with why', async () => {
  const rig = await Rig.make()
  await exclude(rig, ['a', 'b'], 'cut off')
  const scan = await (await FSDB.open(rig.path)).getScan('plant')
  expect(await notesOn(scan, rig.pipeline(pipeline))).toEqual([
    {
      note: 'excluded',
      fileset: 'images',
      files: [
        { id: 'a', why: 'cut off', date: expect.any(String) },
        { id: 'b', why: 'cut off', date: expect.any(String) },
      ],
    },
  ])
})

test('of names of which one is not there, none is left out', async () => {
  const rig = await Rig.make()
  await expect(exclude(rig, ['a', 'x'])).rejects.toMatchObject({ code: 'store/file-missing' })
  expect(await exclude(rig, ['a.txt'])).toEqual(['a'])
})

test('what a step made is not left out: its photograph is', async () => {
  const rig = await Rig.make()
  await rig.run('[Upper]')
  const [fileset] = await rig.filesets('Upper')
  const excluding = rig.write(async (db) =>
    excludePhotographs(await db.getScan('plant'), { fileset, files: ['a'] }),
  )
  await expect(excluding).rejects.toMatchObject({ code: 'store/made-by-task' })
})

test('a photograph that cannot be read fails its step with the command that leaves it out', async () => {
  const rig = await Rig.make({ a: 'one', b: 'half a\0' })
  const { code, events } = await rig.run(pipeline)
  expect(code).toBe(30)
  const failed = events.find((event) => event.is === 'failed')
  expect(failed?.failure.message).toContain(`romi-run exclude ${rig.path}/plant b `)
  await exclude(rig, ['b'])
  expect((await rig.run(pipeline)).code).toBe(0)
})

test.each([
  [true, ['ONE', 'THREE']],
  ['blurred', ['ONE', 'THREE']],
  [{ why: 'blurred', by: 'Anna' }, ['ONE', 'THREE']],
  [false, ['ONE', 'TWO', 'THREE']],
  ['', ['ONE', 'TWO', 'THREE']],
  [null, ['ONE', 'TWO', 'THREE']],
])('the metadata excluded = %j, written by hand, count as they read', async (excluded, left) => {
  const rig = await Rig.make({ a: 'one', b: { text: 'two', metadata: { excluded } }, c: 'three' })
  await rig.run(pipeline)
  expect(await rig.textOf('Join')).toBe(left.join(' '))
})
