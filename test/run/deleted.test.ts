// What was deleted, or is not there: what is made again, and what is left.
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anyFiles } from '../../src/task/artifact.ts'
import { fileset } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { pipeline, Rig } from '../support/rig.ts'
import { text } from '../support/tasks.ts'
import { tasks as oracleTasks } from './oracle/tasks.ts'

describe('deleted filesets', () => {
  const remove = async (rig: Rig, task: string) => {
    const [id] = await rig.filesets(task)
    await rig.write(async (db) => (await db.getScan('plant')).deleteFileset(id))
    return id
  }

  const onlyTheLast = { Upper: { do: 'leave' }, Join: { do: 'leave' }, Count: { do: 'reuse' } }

  test('a deleted intermediate is left, unless a step that must run reads it', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    await remove(rig, 'Upper')
    await remove(rig, 'Join')
    expect(await rig.plan(pipeline)).toMatchObject(onlyTheLast)
    const base = '[Count]\nbase = 2\n'
    expect(await rig.plan(base)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'deleted', reader: 'Join' } },
      Join: { do: 'run', reason: { why: 'deleted', reader: 'Count' } },
      Count: { do: 'run', reason: { why: 'parameter' } },
    })
    expect((await rig.run(base)).ran).toEqual(['Upper', 'Join', 'Count'])
  })

  test('what was deleted is remembered even if the records of a killed run were not kept', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    rmSync(join(rig.path, 'plant', '.romi', 'records'), { recursive: true })
    await rig.run(pipeline)
    await remove(rig, 'Upper')
    await remove(rig, 'Join')
    expect(await rig.plan(pipeline)).toMatchObject(onlyTheLast)
  })

  test('a corrected camera is noticed though the files between were deleted', async () => {
    const rig = await Rig.make({ a: { text: 'one', metadata: { camera: 'Sony' } } })
    await rig.run('[Measure]')
    await remove(rig, 'Upper')
    expect(await rig.plan('[Measure]')).toMatchObject({
      Upper: { do: 'leave' },
      Measure: { do: 'reuse' },
    })
    await rig.photograph({ a: { text: 'one', metadata: { camera: 'Canon' } } })
    expect(await rig.plan('[Measure]')).toMatchObject({
      Upper: { do: 'run' },
      Measure: { do: 'run', reason: { why: 'input-changed', metadata: [{ key: 'camera' }] } },
    })
    await rig.run('[Measure]')
    expect(await rig.textOf('Measure')).toBe('a: Canon undefined')
  })

  test('one file of a fileset is not remembered as all that its step made', async () => {
    const rig = await Rig.make()
    const { tasks } = rig
    const list = defineTask({
      name: 'List',
      version: 1,
      summary: 'The ids of all files.',
      inputs: { upstream_task: fileset([text, anyFiles], { default: 'Join' }) },
      params: {},
      output: text,
      run: ({ inputs }) => inputs.upstream_task.files.map(({ id }) => id).join(),
    })
    rig.tasks = [...tasks, list]
    await rig.run('[Join]')
    const [joined] = await rig.filesets('Join')
    const one = `[FileExists]\nfileset_id = "${joined}"\nfile_id = "text"\n`
    await rig.run(`${one}[List]\nupstream_task = "FileExists"\n`)
    expect(await rig.textOf('List')).toBe('text')
    await remove(rig, 'Join')
    await rig.run('[List]')
    expect(await rig.textOf('List')).toBe('picture,text')
  })

  test('a step whose annotations were deleted is left', async () => {
    const rig = await Rig.make()
    await rig.run('[Place]')
    await remove(rig, 'Locate')
    expect(await rig.plan('[Place]')).toMatchObject({
      Locate: { do: 'leave' },
      Place: { do: 'reuse' },
    })
  })

  test('deleted annotations are left too while a step that must run does not read them', async () => {
    const rig = await Rig.make()
    const toml = '[Join]\nupstream_task = "Warp"\n'
    await rig.run(toml)
    await remove(rig, 'Locate')
    const other = await rig.run(`${toml}separator = "-"\n`)
    expect(other.ran).toEqual(['Join'])
    expect(await rig.textOf('Join')).toBe('one@3-two@3-three@5')
    const [warped] = await rig.filesets('Warp')
    rmSync(join(rig.path, 'plant', warped, 'b.txt'))
    expect((await rig.run(toml)).ran).toEqual(['Locate', 'Warp'])
  })

  test('deleted annotations far above a step are made again if it reads them, else left', async () => {
    const rig = await Rig.make()
    rig.tasks = oracleTasks
    const toml = `
[Place]
upstream_task = "Stamp"
upstream_locate = "DummyTask"
[Count]
upstream_task = "Place"
`
    await rig.run(toml)
    await remove(rig, 'Locate')
    const count = `${toml}base = 2\n`
    expect((await rig.run(count)).ran).toEqual(['Count'])
    const place = `${toml}[Place.query]\npose = 3\n`
    expect(await rig.plan(place)).toMatchObject({
      Locate: { do: 'run', reason: { why: 'deleted', reader: 'Place' } },
      Place: { do: 'run' },
    })
    expect((await rig.run(place)).ran).toEqual(['Locate', 'Place', 'Count'])
    expect(await rig.textOf('Place')).toBe('a@3 b@3')
  })

  test('a deleted output file reruns its step, and the remains are retired', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const [id] = await rig.filesets('Upper')
    rmSync(join(rig.path, 'plant', id, 'b.txt'))
    expect(await rig.plan(pipeline)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'files-missing', fileset: id, files: ['b'] } },
      Join: { do: 'maybe' },
    })
    const again = await rig.run(pipeline)
    expect(again.ran).toEqual(['Upper'])
    expect(again.made('Upper')).toBe(1)
    expect(await rig.filesets('Upper')).toEqual([id])
  })
})

test('under a name that a folder bears which nothing lists, nothing is made in vain', async () => {
  const rig = await Rig.make()
  const index = join(rig.path, 'plant', 'files.json')
  const backup = readFileSync(index)
  await rig.run(pipeline)
  for (const step of ['Upper', 'Join', 'Count']) {
    const [id] = await rig.filesets(step)
    const folder = join(rig.path, 'plant', id)
    // What is not as it was made is not listed again.
    appendFileSync(join(folder, readdirSync(folder)[0]), 'x')
  }
  writeFileSync(index, backup)
  const again = await rig.run(pipeline)
  expect([again.code, again.ran]).toEqual([0, ['Upper', 'Join', 'Count']])
  expect((await rig.run(pipeline)).ran).toEqual([])
})

describe('missing data', () => {
  test('an evaluation without its truth is passed over, unless it is asked for', async () => {
    const rig = await Rig.make()
    const toml = '[Count]\n[Evaluate]\n'
    const passed = await rig.run(toml)
    expect(passed.code).toBe(0)
    expect(passed.events).toContainEqual(
      expect.objectContaining({ is: 'skipped', step: 'Evaluate', cause: 'passed-over' }),
    )
    expect((await rig.run(toml, { targets: ['Evaluate'] })).code).toBe(20)
  })

  test('a listed photograph that is gone is missing data, not one photograph less', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    rmSync(join(rig.path, 'plant', 'images', 'b.txt'))
    const ran = await rig.run(pipeline)
    expect(ran.code).toBe(20)
    expect(ran.events).toContainEqual(
      expect.objectContaining({ is: 'skipped', step: 'ImagesFilesetExists' }),
    )
  })

  test.each([
    ['a link that leads nowhere', (path: string) => symlinkSync('/nowhere/b.txt', path)],
    ['a link to itself', (path: string) => symlinkSync(path, path)],
    ['a folder', (path: string) => mkdirSync(path)],
  ])('%s in place of a photograph is missing data of its scan alone', async (_, put) => {
    const rig = await Rig.make()
    await rig.addScan('other', { a: 'one' })
    const photograph = join(rig.path, 'plant', 'images', 'b.txt')
    rmSync(photograph)
    put(photograph)
    const ran = await rig.run('[Upper]', { scans: ['plant', 'other'] })
    expect(ran.code).toBe(20)
    expect(ran.events).toContainEqual(
      expect.objectContaining({ is: 'skipped', scan: 'plant', step: 'ImagesFilesetExists' }),
    )
    expect(ran.ran).toEqual(['Upper'])
  })

  test('a listed file that is gone from an adopted fileset is missing data, too', async () => {
    const rig = await Rig.make()
    const toml = '[Upper.romi]\nadopt = "images"\n[Join]\n'
    expect((await rig.run(toml)).code).toBe(0)
    rmSync(join(rig.path, 'plant', 'images', 'b.txt'))
    expect(await rig.plan(toml)).toMatchObject({ Upper: { do: 'stop', cause: 'missing' } })
    const ran = await rig.run(toml)
    expect(ran.code).toBe(20)
    expect(ran.ran).toEqual([])
  })

  test('a listed file that is gone from a fileset of another scan is missing data, too', async () => {
    const rig = await Rig.make()
    await rig.addScan('other', { z: 'elsewhere' })
    await rig.run('[Join]', { scans: ['other'] })
    const toml = '[Borrow]\nfrom_scan_id = "other"\n'
    expect((await rig.run(toml)).code).toBe(0)
    const [joined] = await rig.filesets('Join', 'other')
    rmSync(join(rig.path, 'other', joined, 'text.txt'))
    expect(await rig.plan(toml)).toMatchObject({ Borrow: { do: 'stop', cause: 'missing' } })
    const ran = await rig.run(toml)
    expect(ran.code).toBe(20)
    expect(ran.ran).toEqual([])
  })

  const again = { id: 'images', files: [{ id: 'd', file: 'd.txt' }] }

  test.each([
    ['a bad id', { id: '../d', file: 'd.txt' }, []],
    ['no name of a file', { id: 'd', file: null }, []],
    ['an id that is there already', { id: 'a', file: 'd.txt' }, []],
    ['a name that is there already', { id: 'd', file: 'a.txt' }, []],
    ['no map', 'd.txt', []],
    ['the id of a fileset that is there already', undefined, [again]],
  ])('an entry with %s is missing data, not one photograph less', async (_, file, filesets) => {
    const rig = await Rig.make()
    const index = join(rig.path, 'plant', 'files.json')
    const listed = JSON.parse(readFileSync(index, 'utf8')) as { filesets: [{ files: unknown[] }] }
    const [images] = listed.filesets
    if (file !== undefined) images.files.push(file)
    writeFileSync(index, JSON.stringify({ filesets: [images, ...filesets] }))
    const at = file === undefined ? 'filesets[1]' : 'filesets[0].files[3]'
    expect(await rig.plan(pipeline)).toMatchObject({
      ImagesFilesetExists: { do: 'stop', cause: 'missing', why: expect.stringContaining(at) },
    })
    const ran = await rig.run(pipeline)
    expect(ran.code).toBe(20)
    expect(ran.ran).toEqual([])
  })

  test('a scan without photographs ends with 20 and says what there is', async () => {
    const rig = await Rig.make()
    await rig.write(async (db) => (await db.getScan('plant')).deleteFileset('images'))
    const ran = await rig.run(pipeline)
    expect(ran.code).toBe(20)
    expect(ran.ran).toEqual([])
  })
})
