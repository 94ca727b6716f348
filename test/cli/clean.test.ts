// What clean does of what nobody lists, of what changes while it asks, and of logs of long ago.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { newRunId } from '../../src/fsdb/own-names.ts'
import { Desk } from '../support/command-line.ts'

let desk: Desk
const at = (...path: readonly string[]): string => join(desk.folder, 'db', ...path)
const run = () => desk.romi(['p.toml', 'db', '--executor', 'inline', '-q'])
const plant = async () => (await FSDB.open(at())).getScan('plant')
const answer = (work: () => void) => ({ ask: () => (work(), Promise.resolve('y')) })
const made = async (task: string): Promise<string> =>
  // Safe: each test asks for what was made.
  (await (await plant()).filesetIds()).find((id) => id.startsWith(task))!

beforeEach(async () => {
  desk = await Desk.make()
  await desk.write('p.toml', '[Upper]\n[Join]\n')
  await desk.scan('plant', { 'a.txt': 'leaf' })
  return () => desk[Symbol.asyncDispose]()
})

describe('a fileset that files.json lost', () => {
  test('a fileset that files.json lost is dropped for good by --forget, with its metadata; nobody lists it again', async () => {
    const before = readFileSync(at('plant', 'files.json'))
    await run()
    const [upper, join_] = [await made('Upper'), await made('Join')]
    writeFileSync(at('plant', 'files.json'), before)
    const { code } = await desk.romi(['clean', 'db/plant', '--forget', upper, '--yes'])
    expect(code).toBe(0)
    const left = [...readdirSync(at('plant')), ...readdirSync(at('plant', 'metadata'))]
    expect(left.filter((name) => name.startsWith('Upper'))).toEqual([])
    const scan = await plant()
    expect(await scan.lost()).toEqual([])
    // The other one was taken back as by any writer.
    expect(await scan.filesetIds()).toEqual(['images', join_])
  })

  test('a fileset that files.json lost is asked for by its name: another is refused, with those that were lost', async () => {
    const before = readFileSync(at('plant', 'files.json'))
    await run()
    const upper = await made('Upper')
    writeFileSync(at('plant', 'files.json'), before)
    const { code, err } = await desk.romi(['clean', 'db/plant', '--forget', 'images', '--yes'])
    expect(code).not.toBe(0)
    expect(err).toContain(upper)
    expect(await (await plant()).lost()).toContain(upper)
  })
})

describe('while it asks', () => {
  test('a file that somebody corrects keeps its fileset', async () => {
    await run()
    const upper = await made('Upper')
    const { err } = await desk.romi(
      ['clean', 'db'],
      answer(() => writeFileSync(at('plant', upper, 'a.txt'), 'Leaf')),
    )
    expect(err).toContain(`${upper} stays`)
    expect(await (await plant()).filesetIds()).toEqual(['images', upper])
    expect(readFileSync(at('plant', upper, 'a.txt'), 'utf8')).toBe('Leaf')
  })

  test('what somebody adds, listed or not, keeps its fileset', async () => {
    await run()
    const upper = await made('Upper')
    await desk.romi(
      ['clean', 'db'],
      answer(() => writeFileSync(at('plant', upper, 'notes.txt'), 'mine')),
    )
    expect(readFileSync(at('plant', upper, 'notes.txt'), 'utf8')).toBe('mine')
  })
})

describe('of runs of long ago', () => {
  const ids = Array.from({ length: 104 }, (_, i) => newRunId(new Date(i)))

  test('the logs and records before the last hundred go, and it says so', async () => {
    await run()
    const [own] = readdirSync(at('.romi', 'runs'))
    const records = at('plant', '.romi', 'records')
    for (const id of ids) {
      mkdirSync(at('.romi', 'runs', id))
      writeFileSync(join(records, `${id}.json`), '[]')
    }
    const { code, out } = await desk.romi(['clean', 'db', '--leftovers', '--yes'])
    expect(code).toBe(0)
    expect(out).toContain('4 records')
    expect(out).toContain('5 logs of runs before the last 100')
    expect(readdirSync(at('.romi', 'runs')).sort()).toEqual([...ids.slice(5), own])
    expect(readdirSync(records).sort()).toEqual([...ids.slice(4), own].map((id) => `${id}.json`))
    const again = await desk.romi(['clean', 'db', '--leftovers', '--yes'])
    expect(again.out).toBe('there is nothing to remove\n')
  })

  test('a folder that a kill left half removed goes, too', async () => {
    for (const id of ids) mkdirSync(at('.romi', 'runs', id, 'logs'), { recursive: true })
    writeFileSync(at('.romi', 'runs', ids[0], 'logs', 'plant.Upper.log'), 'left')
    await desk.romi(['clean', 'db', '--leftovers', '--yes'])
    expect(readdirSync(at('.romi', 'runs')).sort()).toEqual(ids.slice(4))
  })
})
