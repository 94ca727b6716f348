// Recall: what records tell of filesets that are gone, and what they must not tell.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import { files, fileset } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { Rig } from '../support/rig.ts'
import { tasks, text, texts } from '../support/tasks.ts'

/** Deletes all filesets of these tasks, as their owner would. */
async function remove(rig: Rig, ...tasks: readonly string[]): Promise<void> {
  for (const task of tasks) {
    const ids = await rig.filesets(task)
    await rig.write(async (db) => {
      const scan = await db.getScan('plant')
      for (const id of ids) await scan.deleteFileset(id)
    })
  }
}

const forgetArchive = (rig: Rig) =>
  rmSync(join(rig.path, 'plant', '.romi', 'records'), { recursive: true })

const photograph = (text: string, metadata: JsonObject) => ({ text, metadata })

describe('a deleted input of a step that may be complete', () => {
  test('a deleted input of a step that may be complete is made again only if that step must run', async () => {
    const rig = await Rig.make()
    await rig.run('[Place]')
    await remove(rig, 'Locate')
    expect(await rig.plan('[Place]', ['Upper'])).toMatchObject({
      Upper: { do: 'run', reason: { why: 'forced' } },
      Locate: { do: 'maybe', reason: { why: 'deleted', reader: 'Place' } },
      Place: { do: 'maybe', reason: { why: 'follows', step: 'Upper' } },
    })
    expect((await rig.run('[Place]', { forced: ['Upper'] })).ran).toEqual(['Upper'])
    await rig.photograph({ b: 'other' })
    expect((await rig.run('[Place]')).ran.toSorted()).toEqual(['Locate', 'Place', 'Upper'])
    expect(await rig.textOf('Place')).toBe('a@3 b@5 c@5')
  })

  test('or by a step that is forced', async () => {
    const rig = await Rig.make()
    await rig.run('[Count]')
    await remove(rig, 'Upper', 'Join')
    expect(await rig.plan('[Count]', ['Join'])).toMatchObject({
      Upper: { do: 'run', reason: { why: 'deleted', reader: 'Join' } },
      Join: { do: 'run', reason: { why: 'forced' } },
      Count: { do: 'maybe', reason: { why: 'follows', step: 'Join' } },
    })
    expect((await rig.run('[Count]', { forced: ['Join'] })).ran).toEqual(['Upper', 'Join'])
  })
})

describe('a deleted input of two steps', () => {
  test('a deleted input of two steps is made again for the sake of the one that runs in any case', async () => {
    const rig = await Rig.make()
    const both = defineTask({
      name: 'Both',
      version: 1,
      summary: 'Reads a step, and what that step reads.',
      inputs: {
        from_upper: files(texts, { default: 'Upper' }),
        from_join: fileset(text, { default: 'Join' }),
      },
      params: {},
      output: text,
      run: ({ inputs }) => inputs.from_join.read(),
    })
    rig.tasks = [...tasks, both]
    await rig.run('[Both]')
    await remove(rig, 'Upper')
    expect(await rig.plan('[Both]', ['Join'])).toMatchObject({
      Upper: { do: 'run', reason: { why: 'deleted', reader: 'Join' } },
      Join: { do: 'run', reason: { why: 'forced' } },
      Both: { do: 'maybe', reason: { why: 'follows', step: 'Join' } },
    })
  })
})

describe('a deleted step of which an input is made again', () => {
  test('runs in any case if it was asked for, and perhaps if it is only read', async () => {
    const rig = await Rig.make()
    await rig.run('[Count]')
    await remove(rig, 'Join')
    expect(await rig.plan('[Count]', ['Upper'])).toMatchObject({
      Join: { do: 'maybe' },
      Count: { do: 'maybe' },
    })
    expect(await rig.plan('[Join]', ['Upper'])).toMatchObject({
      Join: { do: 'run', reason: { why: 'deleted' } },
    })
    expect((await rig.run('[Count]', { forced: ['Upper'] })).ran).toEqual(['Upper'])
    expect((await rig.run('[Join]', { forced: ['Upper'] })).ran).toEqual(['Upper', 'Join'])
  })
})

test('a step of which everything was deleted did run: what changed since is told', async () => {
  const rig = await Rig.make()
  await rig.run('[Join]\nseparator = "+"\n')
  await rig.run('[Join]\nseparator = "-"\n')
  await remove(rig, 'Join')
  expect(await rig.plan('[Join]')).toMatchObject({
    Join: { do: 'run', reason: { why: 'parameter', changes: [{ from: '-', to: ' ' }] } },
  })
  forgetArchive(rig)
  expect(await rig.plan('[Join]')).toMatchObject({ Join: { reason: { why: 'never-ran' } } })
})

describe('annotations that are gone', () => {
  const at = (offset: number) => `[Locate]\noffset = ${offset}\n[Place]\n`

  test('annotations that are gone are recalled from the records of their own making, not of another', async () => {
    const rig = await Rig.make()
    await rig.run(at(0))
    const [first] = await rig.filesets('Place')
    await rig.run(at(10))
    const second = (await rig.filesets('Place')).at(-1)
    await remove(rig, 'Locate')
    for (const [offset, fileset] of [
      [0, first],
      [10, second],
    ] as const)
      expect(await rig.plan(at(offset))).toMatchObject({
        Locate: { do: 'leave' },
        Place: { do: 'reuse', fileset },
      })
    expect(await rig.plan(at(20))).toMatchObject({
      Locate: { do: 'run', reason: { why: 'parameter' } },
      Place: { do: 'maybe' },
    })
  })

  test('annotations that are gone are made again where only records of another making are left', async () => {
    const rig = await Rig.make()
    await rig.run(at(0))
    await rig.run(at(10))
    const [, second] = await rig.filesets('Place')
    await rig.write(async (db) => (await db.getScan('plant')).deleteFileset(second))
    await remove(rig, 'Locate')
    forgetArchive(rig)
    const again = await rig.run(at(10))
    expect(again.ran).toEqual(['Locate', 'Place'])
    expect(await rig.textOf('Place')).toBe('a@13 b@13 c@15')
  })

  test('that were edited before they were deleted are not those of their key', async () => {
    const rig = await Rig.make()
    await rig.run('[Place]')
    const [locate] = await rig.filesets('Locate')
    rig.edit(locate, 'annotations.json', '{"images": {"a": {"pose": 7}}}')
    await rig.run('[Place]')
    expect(await rig.textOf('Place')).toBe('a@7 b@undefined c@undefined')
    await remove(rig, 'Locate')
    await rig.run('[Place]')
    expect(await rig.textOf('Place')).toBe('a@3 b@3 c@5')
  })

  test('over files that are gone as well: both are told by one record', async () => {
    const rig = await Rig.make()
    await rig.run(at(0))
    await remove(rig, 'Locate', 'Upper')
    expect(await rig.plan(at(0))).toMatchObject({
      Upper: { do: 'leave' },
      Locate: { do: 'leave' },
      Place: { do: 'reuse' },
    })
  })
})

describe('files that are gone', () => {
  test('files that are gone have the annotations of today, not those of then', async () => {
    const rig = await Rig.make()
    const at = (offset: number) => `[Locate]\noffset = ${offset}\n[Place]\n`
    await rig.run(at(0))
    await remove(rig, 'Upper')
    expect(await rig.plan(at(10))).toMatchObject({ Locate: { do: 'run' }, Place: { do: 'maybe' } })
    expect((await rig.run(at(10))).ran.toSorted()).toEqual(['Locate', 'Place', 'Upper'])
    expect(await rig.textOf('Place')).toBe('a@13 b@13 c@15')
    await remove(rig, 'Upper')
    expect((await rig.run(at(0))).ran).toEqual([])
    expect(await rig.textOf('Place')).toBe('a@3 b@3 c@5')
  })

  test('files that are gone have the metadata of today’s photographs: changed, new, and taken away', async () => {
    const rig = await Rig.make({ a: photograph('one', { camera: 'Sony' }), b: 'two' })
    await rig.run('[Measure]')
    await remove(rig, 'Upper')
    expect(await rig.plan('[Measure]')).toMatchObject({ Measure: { do: 'reuse' } })
    await rig.photograph({ b: photograph('two', { camera: 'Canon' }) })
    expect(await rig.plan('[Measure]')).toMatchObject({
      Measure: { do: 'run', reason: { why: 'input-changed', metadata: [{ key: 'camera' }] } },
    })
    await rig.run('[Measure]')
    expect(await rig.textOf('Measure')).toBe('a: Sony,b: Canon undefined')
    await remove(rig, 'Upper')
    rmSync(join(rig.path, 'plant', 'metadata', 'images', 'a.json'))
    await rig.run('[Measure]')
    expect(await rig.textOf('Measure')).toBe('a: undefined,b: Canon undefined')
  })

  test('files that are gone are made again where a query finds one that it had passed over', async () => {
    const rig = await Rig.make({
      a: photograph('one', { camera: 'Sony' }),
      b: photograph('two', { camera: 'Canon' }),
      c: photograph('three', { camera: 'Sony' }),
    })
    const toml = '[Join.query]\ncamera = "Sony"\n'
    await rig.run(toml)
    expect(await rig.textOf('Join')).toBe('ONE THREE')
    await remove(rig, 'Upper')
    expect(await rig.plan(toml)).toMatchObject({ Upper: { do: 'leave' }, Join: { do: 'reuse' } })
    await rig.photograph({ b: photograph('two', { camera: 'Sony' }) })
    expect((await rig.run(toml)).ran).toEqual(['Upper', 'Join'])
    expect(await rig.textOf('Join')).toBe('ONE TWO THREE')
    await remove(rig, 'Upper')
    await rig.photograph({ a: photograph('one', { camera: 'Canon' }) })
    expect(await rig.plan(toml)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'deleted', reader: 'Join' } },
      Join: { do: 'run', reason: { why: 'input-changed', removed: ['a'], added: [] } },
    })
    await rig.run(toml)
    expect(await rig.textOf('Join')).toBe('TWO THREE')
  })

  test('files that are gone are made again for another query, of which no record tells', async () => {
    const rig = await Rig.make({
      a: photograph('one', { camera: 'Sony' }),
      b: photograph('two', { camera: 'Canon' }),
    })
    await rig.run('[Join]')
    await remove(rig, 'Upper')
    const toml = '[Join.query]\ncamera = "Canon"\n'
    expect((await rig.run(toml)).ran).toEqual(['Upper', 'Join'])
    expect(await rig.textOf('Join')).toBe('TWO')
  })

  test('gone files of another making are not recalled for those of this one', async () => {
    const rig = await Rig.make()
    await rig.run('[Upper]\nsuffix = "!"\n[Join]\n')
    await rig.run('[Upper]\nsuffix = "?"\n[Join]\n')
    await remove(rig, 'Upper')
    const [first, second] = await rig.filesets('Join')
    expect(await rig.plan('[Upper]\nsuffix = "!"\n[Join]\n')).toMatchObject({
      Join: { do: 'reuse', fileset: first },
    })
    expect(await rig.plan('[Upper]\nsuffix = "?"\n[Join]\n')).toMatchObject({
      Join: { do: 'reuse', fileset: second },
    })
    expect(await rig.plan('[Upper]\n[Join]\n')).toMatchObject({
      Upper: { do: 'run' },
      Join: { do: 'maybe' },
    })
  })
})

test('of a file that its query passed over, a record does not know what is read of it now', async () => {
  const of = (view: string) => ({ text: view, metadata: { view } })
  const scan = new MemoryScan({ a: of('top'), b: of('side') })
  const toml = '[Upper]\n[Join.query]\nview = "top"\n'
  await scan.make(toml)
  scan.remove('Upper')
  expect(await scan.plan(toml)).toMatchObject({ Upper: { do: 'leave' }, Join: { do: 'reuse' } })
  scan.put('images', { b: { text: 'side', metadata: { view: 'top' } } })
  expect(await scan.plan(toml)).toMatchObject({
    Upper: { do: 'run', reason: { why: 'deleted', reader: 'Join' } },
    Join: { do: 'maybe', reason: { why: 'follows', step: 'Upper' } },
  })
})
