// What makes no other key: where and when files lie, in which order, and who wrote the record.
import { cpSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { pipeline, Rig } from '../support/rig.ts'
const complete = {
  Upper: { do: 'reuse' },
  Join: { do: 'reuse' },
  Count: { do: 'reuse' },
}

/** Changes a JSON file of the database. */
function change(rig: Rig, file: string, of: (json: never) => unknown): void {
  const path = join(rig.path, file)
  writeFileSync(path, JSON.stringify(of(JSON.parse(readFileSync(path, 'utf8')) as never)))
}

test('other times of the files', async () => {
  const rig = await Rig.make()
  await rig.run(pipeline)
  const [upper] = await rig.filesets('Upper')
  for (const file of ['images/a.txt', `${upper}/b.txt`])
    utimesSync(join(rig.path, 'plant', file), new Date(0), new Date(0))
  expect(await rig.plan(pipeline)).toMatchObject(complete)
})

test('another order of the files in the index', async () => {
  const rig = await Rig.make()
  await rig.run(pipeline)
  interface Index {
    readonly filesets: readonly { readonly files: readonly object[] }[]
  }
  change(rig, 'plant/files.json', ({ filesets }: Index) => ({
    filesets: filesets.map((of) => ({ ...of, files: of.files.toReversed() })),
  }))
  expect(await rig.plan(pipeline)).toMatchObject(complete)
})

test('another path of the database, and another name of the scan', async () => {
  const rig = await Rig.make()
  await rig.run(pipeline)
  const moved = new Rig(join(dirname(rig.path), 'moved'))
  onTestFinished(() => rmSync(moved.path, { recursive: true }))
  cpSync(join(rig.path, 'romidb'), join(moved.path, 'romidb'))
  cpSync(join(rig.path, 'plant'), join(moved.path, 'fern'), { recursive: true })
  const again = await moved.run(pipeline, { scans: ['fern'] })
  expect(again.ran).toEqual([])
  expect(again.reused).toContain('Count')
})

test('another machine, run and duration in the record', async () => {
  const rig = await Rig.make()
  await rig.run(pipeline)
  const [join_] = await rig.filesets('Join')
  change(rig, `plant/metadata/${join_}.json`, (metadata: { romi: { made: object } }) => {
    const made = { ...metadata.romi.made, host: 'elsewhere', run: 'another', seconds: 9 }
    return { ...metadata, romi: { ...metadata.romi, made } }
  })
  expect(await rig.plan(pipeline)).toMatchObject(complete)
})

test('two keys whose ten digits agree: the second name has two more', async () => {
  const rig = await Rig.make()
  await rig.run(pipeline)
  const [name] = await rig.filesets('Join')
  await rig.write(async (db) => {
    const scan = await db.getScan('plant')
    await scan.deleteFileset(name)
    // Of that name, but not of that key.
    const file = await (await scan.createFileset(name)).createFile('text')
    await file.write(new TextEncoder().encode('by hand'), 'txt')
  })
  const again = await rig.run(`${pipeline}base = 2\n`)
  expect(again.ran).toEqual(['Join', 'Count'])
  const [byHand, made] = await rig.filesets('Join')
  expect(byHand).toBe(name)
  expect(made).toMatch(new RegExp(`^${name}[0-9a-f]{2}$`))
  expect(await rig.textOf('Join')).toBe('ONE TWO THREE')
  expect((await rig.run(pipeline)).ran).toEqual([])
})
