// Records: what is written is read back, and what is none of ours is a source, never a crash.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/base/types.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { keptRecords } from '../../src/plan/facts/archive.ts'
import { recordMetadata, recordIn, type StepRecord } from '../../src/plan/facts/record.ts'
import { Desk } from '../support/command-line.ts'
import { pipeline, Rig } from '../support/rig.ts'

const metadataFile = (rig: Rig, fileset: string) =>
  join(rig.path, 'plant', 'metadata', `${fileset}.json`)
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as JsonObject

/** The record that a run of `Upper` and `Join` wrote for one of them. */
async function written(task: string): Promise<JsonObject> {
  const rig = await Rig.make({ a: { text: 'one', metadata: { channel: 'rgb' } }, b: 'two' })
  await rig.run(pipeline)
  const [id] = await rig.filesets(task)
  return read(metadataFile(rig, id))
}

describe('a record', () => {
  test.each(['Upper', 'Join'])('a record of %s is read as it was written', async (task) => {
    const metadata = await written(task)
    const record = recordIn(metadata)
    expect(record).toEqual(metadata.romi)
    expect(metadata).toMatchObject({ task_name: task, task_params: { query: {} } })
    // Safe: the line above it says that it is a record.
    const again = recordMetadata(task, record as StepRecord, { unit: 'mm' })
    expect(recordIn(JSON.parse(JSON.stringify(again)) as JsonObject)).toEqual(record)
    expect(again).toMatchObject({ unit: 'mm', task_name: task })
  })

  test('a record with members that are not known yet is read: a newer release may add some', async () => {
    const metadata = await written('Join')
    const romi = { ...(metadata.romi as JsonObject), added: 'later' }
    expect(recordIn({ ...metadata, romi })).toEqual(romi)
  })
})

/** Every place inside a value, as a path. */
function places(value: Json, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    [...at, key],
    ...places(inner as Json, [...at, key]),
  ])
}

/** A copy of a value in which one place is left out, or holds something else. */
function damaged(value: Json, [first, ...rest]: readonly string[], by: Json | undefined): Json {
  const copy = structuredClone(value) as Record<string, Json>
  if (rest.length > 0) copy[first] = damaged(copy[first], rest, by)
  else if (by !== undefined) copy[first] = by
  else if (Array.isArray(copy)) copy.splice(Number(first), 1)
  else delete copy[first]
  return copy
}

describe('metadata that no step of ours wrote', () => {
  test('ROMI’s, another format and a torn record have none', async () => {
    const metadata = await written('Join')
    const romi = metadata.romi as JsonObject
    const foreign: readonly JsonObject[] = [
      {},
      { task_name: 'Join', task_params: {} },
      ...([2, '1', null] as const).map((format) => ({ ...metadata, romi: { ...romi, format } })),
      ...[null, 1, 'romi', [], {}].map((other) => ({ ...metadata, romi: other as Json })),
      { ...metadata, romi: { ...romi, key: 'short' } },
      { ...metadata, romi: { ...romi, made: undefined as never } },
    ]
    for (const of of foreign) expect(recordIn(of), JSON.stringify(of)).toBeUndefined()
  })

  test('wherever a record is damaged, all goes on', async () => {
    await using desk = await Desk.make()
    await desk.write('p.toml', '[Upper]\n[Join]\n')
    await desk.scan('plant', { 'a.txt': 'leaf' }, { channel: 'rgb' })
    await desk.romi(['p.toml', 'db', '-q', '--executor', 'inline'])
    const scan = join(desk.folder, 'db', 'plant')
    const filesets = readdirSync(scan)
    // So that Upper is known by records alone.
    rmSync(join(scan, '.romi', 'records'), { recursive: true })
    await desk.romi(['clean', 'db', '--task', 'Upper', '--yes'])
    // Safe: the run above made one.
    const made = filesets.find((id) => id.startsWith('Join_'))!
    const file = join(scan, 'metadata', `${made}.json`)
    const metadata = read(file)
    const { romi } = metadata
    for (const place of places(romi)) {
      for (const by of [undefined, null, 7]) {
        writeFileSync(file, JSON.stringify({ ...metadata, romi: damaged(romi, place, by) }))
        for (const args of [
          ['plan', 'p.toml', 'db', '-s', 'Join.separator=-'],
          ['why', `db/plant/${made}`],
        ]) {
          const { code, err } = await desk.romi(args)
          expect([place.join('.'), by, code], err).toEqual([place.join('.'), by, 0])
        }
      }
    }
    writeFileSync(
      file,
      JSON.stringify({ ...metadata, romi: { ...(romi as JsonObject), format: 2 } }),
    )
    expect((await desk.romi(['p.toml', 'db', '-q', '--executor', 'inline'])).code).toBe(0)
    expect(readdirSync(scan).filter((id) => id.startsWith('Join_'))).toHaveLength(2)
  })

  test('a made fileset that lost its metadata is made again, beside it', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const [upper] = await rig.filesets('Upper')
    rmSync(metadataFile(rig, upper))
    const again = await rig.run('[Upper]\n[Join]\nseparator = "-"\n')
    expect([again.code, again.ran]).toEqual([0, ['Upper', 'Join']])
    const [first, second] = await rig.filesets('Upper')
    expect(first).toBe(upper)
    expect(second).toMatch(new RegExp(`^${upper}[0-9a-f]{2}$`))
  })
})

describe('the archive', () => {
  const folderOf = (rig: Rig) => join(rig.path, 'plant', '.romi', 'records')
  const recordsOf = async (rig: Rig) =>
    keptRecords(await (await FSDB.open(rig.path)).getScan('plant'))

  test('keeps the record of each step, with the name of its fileset', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const kept = await recordsOf(rig)
    const [upper] = await rig.filesets('Upper')
    expect(kept.map(({ task }) => task).sort()).toEqual(['Count', 'Join', 'Upper'])
    const { romi } = read(metadataFile(rig, upper))
    expect(kept.find(({ task }) => task === 'Upper')).toEqual({
      id: upper,
      task: 'Upper',
      record: romi,
    })
  })

  test('the archive is made up for by the next run if it is gone, or if a run was killed before its end', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    rmSync(folderOf(rig), { recursive: true })
    expect((await rig.run(pipeline)).ran).toEqual([])
    expect(await recordsOf(rig)).toHaveLength(3)
  })

  test('passes over what is torn, foreign, newer or no file at all', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const folder = folderOf(rig)
    const [first] = readdirSync(folder)
    const [whole] = read(join(folder, first)) as unknown as [JsonObject]
    writeFileSync(join(folder, 'torn.json'), readFileSync(join(folder, first)).subarray(0, 100))
    writeFileSync(join(folder, 'list.json'), '[1]')
    writeFileSync(join(folder, 'empty.json'), '')
    writeFileSync(join(folder, 'notes.txt'), 'hm')
    writeFileSync(
      join(folder, 'newer.json'),
      JSON.stringify([{ ...whole, romi: { ...(whole.romi as JsonObject), format: 2 } }]),
    )
    writeFileSync(join(folder, 'nameless.json'), JSON.stringify([{ ...whole, id: 3 }]))
    mkdirSync(join(folder, 'folder.json'))
    expect(await recordsOf(rig)).toHaveLength(3)
    expect((await rig.run(pipeline)).ran).toEqual([])
  })

  test('that cannot be read or written is as good as none', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    rmSync(folderOf(rig), { recursive: true })
    writeFileSync(folderOf(rig), 'a file')
    expect(await recordsOf(rig)).toEqual([])
    expect((await rig.run(`${pipeline}base = 2\n`)).code).toBe(0)
  })
})
