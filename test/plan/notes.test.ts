// What is said of a scan before its steps.
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { excludePhotographs } from '../../src/plan/exclude.ts'
import { notesOn, type ScanNote } from '../../src/plan/notes.ts'
import { noteText } from '../../src/survey/notes.ts'
import { Rig } from '../support/rig.ts'

const asking = '[Upper]\nquery = { channel = "rgb" }\n[Join]\n'

const rigOf = (metadata: Readonly<Record<string, JsonObject>>) =>
  Rig.make(
    Object.fromEntries(
      Object.entries(metadata).map(([id, own]) => [id, { text: id, metadata: own }]),
    ),
  )

async function notesOf(rig: Rig, toml: string): Promise<readonly ScanNote[]> {
  const db = await FSDB.open(rig.path)
  return notesOn(await db.getScan('plant'), rig.pipeline(toml))
}

describe('photographs that have no answer to a query', () => {
  const mixed = { a: { channel: 'rgb' }, b: {}, c: { channel: 'leaf' } }

  test('are named, in every run, as a query passes over them', async () => {
    const rig = await rigOf(mixed)
    const { events } = await rig.run(asking)
    const told = events.flatMap((event) => (event.is === 'noted' ? [event.note] : []))
    expect(told).toEqual([{ note: 'unanswered', fileset: 'images', key: 'channel', files: ['b'] }])
    expect(await rig.textOf('Join')).toBe('Argb')
    const again = await rig.run(asking)
    expect(again.ran).toEqual([])
    expect(again.events.filter(({ is }) => is === 'noted')).toHaveLength(1)
    expect(noteText('plant', told[0])).toBe(
      '1 file in images has no "channel", which a query asks for and so passes over it (b): write ' +
        'it into metadata/images as the others have it, or leave it out with romi-run exclude',
    )
  })

  test('are no matter where nothing asks', async () => {
    expect(await notesOf(await rigOf(mixed), '[Upper]\n[Join]\n')).toEqual([])
  })

  test('are no matter where all have one, or none: then it is another fileset that has it', async () => {
    const all = await rigOf({ a: { channel: 'rgb' }, b: { channel: 'leaf' } })
    expect(await notesOf(all, asking)).toEqual([])
    expect(await notesOf(await rigOf({ a: {}, b: {} }), asking)).toEqual([])
  })

  test('are not named twice: what somebody left out is told as such', async () => {
    const rig = await rigOf(mixed)
    await rig.write(async (db) =>
      excludePhotographs(await db.getScan('plant'), { files: ['b'] }, {}),
    )
    expect((await notesOf(rig, asking)).map(({ note }) => note)).toEqual(['excluded'])
  })
})
