// romi-run table: what a step found on many scans, as one CSV.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { joinedTable, tableOfJson } from '../../src/cli/joined-table.ts'
import { Desk } from '../support/command-line.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
  await desk.write('p.toml', '[Count.romi]\nadopt = "found"\n')
  for (const scan of ['p1', 'p2', 'p3']) await desk.scan(scan, { 'a.txt': 'leaf' })
})
afterEach(() => desk[Symbol.asyncDispose]())

/** Gives a scan the result of a step, as it were. */
async function found(scan: string, files: Readonly<Record<string, string>>): Promise<void> {
  await using db = await FSDB.open(join(desk.folder, 'db'))
  await db.connect()
  const fileset = await (await db.getScan(scan)).createFileset('found')
  for (const [name, text] of Object.entries(files)) {
    const [id, extension] = name.split('.')
    await (await fileset.createFile(id)).write(Buffer.from(text), extension)
  }
}
const table = () => desk.romi(['table', 'Count', 'p.toml', 'db'])

describe('table', () => {
  test('joins the CSV of all scans, and tells which lack it', async () => {
    await found('p1', { 'organs.csv': 'organ,angle\n1,137.5\n2,\n', 'all.json': '{"n": 2}' })
    await found('p3', { 'organs.csv': 'organ,internode\n1,9\n' })
    const { code, out, err } = await table()
    expect(out).toBe('scan,organ,angle,internode\np1,1,137.5,\np1,2,,\np3,1,,9\n')
    expect(err).toMatch(/^p2 .*\n$/)
    expect(code).toBe(20)
  })

  test('table without a CSV has the values of the JSON, a row a scan', async () => {
    for (const scan of ['p1', 'p2', 'p3'])
      await found(scan, { 'right.json': `{"right": 18, "angle": {"mae": 1.5}, "of": "${scan}"}` })
    expect(await table()).toEqual({
      code: 0,
      out: 'scan,right,angle.mae,of\np1,18,1.5,p1\np2,18,1.5,p2\np3,18,1.5,p3\n',
      err: '',
    })
  })

  test('reads what Python writes of what is no number', async () => {
    for (const scan of ['p1', 'p2', 'p3'])
      await found(scan, { 'right.json': '{"right": 18, "mae": NaN}' })
    expect((await table()).out).toBe('scan,right,mae\np1,18,\np2,18,\np3,18,\n')
  })

  test('table of a step that makes no table, or that does not exist, is a wrong command line', async () => {
    await found('p1', { 'picture.txt': 'leaf' })
    expect((await table()).code).toBe(2)
    expect((await desk.romi(['table', 'Cuont', 'p.toml', 'db'])).code).toBe(2)
  })
})

describe('a table that was changed since its step made it', () => {
  const rows = Array.from({ length: 30 }, (_, i) => `${i},${i}.5\n`).join('')
  const task = `import { defineTask, files, filesetArtifact } from 'romi-run'
import { texts } from 'romi-run/tasks'
const organs = filesetArtifact<'organs', string>({
  name: 'organs', doc: 'a table',
  read: async (input) => new TextDecoder().decode(await input.file('organs').read()),
  write: (text, output) => output.write('organs', { bytes: new TextEncoder().encode(text), extension: 'csv' }),
})
export default defineTask({
  name: 'Organs', version: 1, summary: 's', params: {}, output: organs,
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  run: () => ${JSON.stringify(`organ,angle\n${rows}`)},
})
`
  beforeEach(async () => {
    await desk.write('t.toml', '[romi]\nmodules = ["./task.ts"]\nexecutor = "inline"\n[Organs]\n')
    await desk.write('task.ts', task)
    expect((await desk.romi(['t.toml', 'db', '-q'])).code).toBe(0)
  })
  const change = async (scan: string, how: (text: string) => string): Promise<void> => {
    const path = join(desk.folder, 'db', scan)
    const [fileset] = readdirSync(path).filter((name) => name.startsWith('Organs_'))
    const file = join(path, fileset, 'organs.csv')
    writeFileSync(file, how(readFileSync(file, 'utf8')))
  }

  test('a table that was changed since its step made it and is cut is left out, and named; its rows are not believed', async () => {
    await change('p1', (text) => text.slice(0, text.indexOf('11,') + 2))
    const { code, out, err } = await desk.romi(['table', 'Organs', 't.toml', 'db'])
    expect(code).toBe(20)
    expect(err).toMatch(/p1 is left out: .*organs\.csv/)
    expect(out.match(/^p\d/gm)).toHaveLength(60)
    expect(out).not.toContain('p1,')
  })

  test('a table that was changed since its step made it and is whole is told on stderr, and printed as it stands', async () => {
    await change('p2', (text) => text.replace('3,3.5', '3,137.5'))
    const { code, out, err } = await desk.romi(['table', 'Organs', 't.toml', 'db'])
    expect(code).toBe(0)
    expect(err).toMatch(/^✎ p2: .*organs\.csv/)
    expect(out).toContain('p2,3,137.5\n')
    expect(out.match(/^p\d/gm)).toHaveLength(90)
  })
})

test('lists have no place in a row, and an absent value is empty', () => {
  expect(tableOfJson({ a: [1, 2], b: null, c: true })).toEqual({
    columns: ['b', 'c'],
    rows: [['', 'true']],
  })
  expect(joinedTable([])).toEqual({ columns: ['scan'], rows: [] })
})
