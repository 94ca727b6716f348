// The verbs exclude and include, and what plan, status and import say of photographs that are bad.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { Desk, realTasks } from '../support/command-line.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
})
afterEach(() => desk[Symbol.asyncDispose]())

const texts = { 'a.txt': 'one', 'b.txt': 'two', 'c.txt': 'three' }
const metadataOf = async (file: string) => {
  const scan = await (await FSDB.open(join(desk.folder, 'db'))).getScan('p')
  return (await (await scan.getFileset('images')).getFile(file)).getMetadata()
}

test('a photograph is left out and taken back, which plan and status tell', async () => {
  await desk.scan('p', texts)
  await desk.write('pipeline.toml', '[Upper]\n')
  const excluded = await desk.romi(['exclude', 'db/p', 'b', '--why', 'cut off'])
  expect(excluded).toMatchObject({ code: 0, out: expect.stringContaining('2 of 3') })
  expect(await metadataOf('b')).toEqual({ excluded: { why: 'cut off', date: expect.any(String) } })
  for (const verb of ['plan', 'status']) {
    const { out } = await desk.romi([verb, 'pipeline.toml', 'db/p'])
    expect(out).toContain('b: cut off')
    const json = await desk.romi([verb, 'pipeline.toml', 'db/p', '--json'])
    expect(JSON.parse(json.out)).toMatchObject({
      notes: [{ note: 'excluded', fileset: 'images', files: [{ id: 'b', why: 'cut off' }] }],
    })
  }
  expect((await desk.romi(['include', 'db/p', 'b'])).code).toBe(0)
  expect(await metadataOf('b')).toEqual({})
  expect((await desk.romi(['status', 'pipeline.toml', 'db/p'])).out).not.toContain('left out')
})

test.each([
  ['an unknown photograph', 20, ['exclude', 'db/p', 'x']],
  ['an unknown scan', 20, ['exclude', 'db/q', 'a']],
  ['an unknown fileset', 20, ['include', 'db/p', 'a', '--fileset', 'depth']],
  ['a database in place of a scan', 2, ['exclude', 'db', 'a']],
])('%s is refused, and nothing is changed', async (_, code, args) => {
  await desk.scan('p', texts)
  await desk.scan('r', texts)
  expect((await desk.romi(args)).code).toBe(code)
  expect(await metadataOf('a')).toEqual({})
})

test('import names what is cut off, with the command that leaves it out', async () => {
  await mkdir(join(desk.folder, 'photos'))
  const pixel = sharp({ create: { width: 64, height: 64, channels: 3, background: 'green' } })
  const bytes = await pixel.jpeg().toBuffer()
  await writeFile(join(desk.folder, 'photos', 'a.jpg'), bytes)
  await writeFile(join(desk.folder, 'photos', 'b.jpg'), bytes.subarray(0, bytes.length - 200))
  const { code, err } = await desk.romi(['import', 'photos', 'db/p'], realTasks)
  expect(code).toBe(0)
  expect(err).toContain('b.jpg')
  expect(err).not.toContain('a.jpg')
  expect(err).toContain('romi-run exclude db/p b --why')
})

test('a query that fits nothing is told by plan, before anything is started', async () => {
  await desk.scan('p', texts, { channel: 'rgb' })
  await desk.write('pipeline.toml', '[Upper]\nquery = { channel = "mask" }\n\n[Join]\n')
  const plan = await desk.romi(['plan', 'pipeline.toml', 'db/p', '--json'])
  expect(plan.code).toBe(20)
  const { steps } = JSON.parse(plan.out) as { steps: { step: string; decision: object }[] }
  const decisions = Object.fromEntries(steps.map(({ step, decision }) => [step, decision]))
  expect(decisions).toMatchObject({
    Upper: { do: 'stop', cause: 'missing', why: expect.stringContaining('"rgb"') },
    Join: { do: 'stop' },
  })
  expect((await desk.romi(['status', 'pipeline.toml', 'db/p', '--json'])).out).toContain(
    '"Upper":"cannot run"',
  )
})
