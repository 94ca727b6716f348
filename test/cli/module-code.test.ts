// The code of a user's own modules: a change of it is noticed, a change of its layout is not.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { loadPipeline } from '../../src/pipeline/load.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import { loadLibrary } from '../../src/task/modules.ts'
import { Desk } from '../support/command-line.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
  await desk.scan('s1', { 'a.txt': 'one', 'b.txt': 'two' })
  await desk.write('p.toml', pipeline())
  await desk.write('own/task.ts', task)
  await desk.write('own/helper.ts', helper(1))
  await desk.write('own/table.json', '{"add": 1}')
})
afterEach(() => desk[Symbol.asyncDispose]())

const pipeline = (more = '') =>
  `[romi]\nexecutor = "inline"\nmodules = ["./own/task.ts"]\n${more}[Longer]\n[Twice]\n`

const task = `import { defineTask, files, filesetArtifact } from 'romi-run'
import { texts } from 'romi-run/tasks'
export { unused } from './helper.js'
import { times } from './helper.js'
import table from './table.json'
const number = filesetArtifact<'number', number>({
  name: 'number', doc: 'a number',
  read: async (input) => Number(new TextDecoder().decode(await input.file('n').read())),
  write: (n, output) => output.write('n', { bytes: new TextEncoder().encode(String(n)), extension: 'txt' }),
})
const inputs = { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) }
const common = { version: 1, summary: 's', inputs, params: {}, output: number }
export default [
  defineTask({ ...common, name: 'Longer', run: ({ inputs }) => inputs.upstream_task.files.length * times + table.add }),
  defineTask({ ...common, name: 'Twice', run: ({ inputs }) => 2 * inputs.upstream_task.files.length * times }),
]
`
const helper = (times: number) => `export const times: number = ${times}\nexport const unused = 0\n`

const planned = async () => (await desk.romi(['plan', 'p.toml', 'db/s1'])).out
const run = async () => (await desk.romi(['p.toml', 'db/s1'])).code

test('what a module imports counts, in the keys of all its tasks', async () => {
  expect(await run()).toBe(0)
  await desk.write('own/helper.ts', helper(3))
  expect(await planned()).toMatch(/Longer.*its code changed: helper\.ts[^]*Twice.*helper\.ts/)
  expect(await run()).toBe(0)
  const table = await desk.romi(['why', 'db/s1/' + (await newest('Longer'))])
  expect(table.code).toBe(0)
  // What ran is what was read, though this process had loaded the module before.
  expect(await valueOf('Longer')).toBe('7')
  await desk.write('own/table.json', '{"add": 2}')
  expect(await planned()).toMatch(/Longer.*its code changed: table\.json/)
  // Back to what it was: the old results are found.
  await desk.write('own/table.json', '{ "add":   1 }')
  await desk.write('own/helper.ts', `// once\n${helper(1)}`)
  expect(await planned()).not.toMatch(/ run /)
})

test('layout and comments do not count', async () => {
  expect(await run()).toBe(0)
  await desk.write('own/task.ts', `// what it does\n${task.replaceAll('\n', '\n\n')}`)
  expect(await planned()).not.toMatch(/ run /)
})

test('code = "version" counts versions alone, as results of earlier did', async () => {
  await desk.write('p.toml', pipeline('code = "version"\n'))
  expect(await run()).toBe(0)
  await desk.write('own/helper.ts', helper(3))
  expect(await planned()).not.toMatch(/ run /)
  await desk.write('p.toml', pipeline())
  expect(await planned()).toMatch(/Longer.*its code is now part of the key: task\.ts/)
})

test('an import that is computed is told, with its line', async () => {
  await desk.write(
    'own/helper.ts',
    `${helper(1)}const name = './table.json'\nexport const load = () => import(name)\n`,
  )
  const { err, code } = await desk.romi(['plan', 'p.toml', 'db/s1'])
  expect(code).toBe(0)
  expect(err).toMatch(/own\/helper\.ts:4:.*not noticed/)
})

describe('a module that changes during a run', () => {
  const base = {
    builtin: pathToFileURL(join(import.meta.dirname, '..', 'support', 'tasks.ts')).href,
    face: pathToFileURL(join(import.meta.dirname, '..', '..', 'src', 'index.ts')).href,
  }
  const job = {
    run: 'r',
    scan: 's1',
    step: 'Longer',
    version: 1,
    params: {},
    inputs: {},
    fileset: '',
    draft: '',
    key: sha256(''),
    scratch: '',
    limits: {},
    threads: 1,
  }

  test('ends the steps that a thread would make of new code', async () => {
    const loaded = await loadPipeline(join(desk.folder, 'p.toml'), base)
    if (loaded.is === 'wrong') throw new Error('the pipeline is right')
    const { origin: library } = loaded
    const code = (await loadLibrary(library)).get('Longer')
    if (code?.is !== 'computing' || !code.code) throw new Error('its code counts')
    await desk.write('own/helper.ts', helper(3))
    const given = { ...job, code: code.code.digest, library }
    const outcome = await inlineExecutor().execute(
      given,
      new AbortController().signal,
      () => undefined,
    )
    expect(outcome).toMatchObject({ is: 'failed', failure: { message: /code of Longer/ } })
  })

  test('a module that changes during a run is noticed also in what is loaded only when the task runs', async () => {
    await desk.write(
      'own/task.ts',
      task
        .replace('length * times + table.add', "length * (await import('./late.ts')).late")
        .replace('run: ({ inputs }) => inputs', 'run: async ({ inputs }) => inputs'),
    )
    await desk.write('own/late.ts', 'export const late = 1')
    const loaded = await loadPipeline(join(desk.folder, 'p.toml'), base)
    if (loaded.is === 'wrong') throw new Error('the pipeline is right')
    const tool = (await loadLibrary(loaded.origin)).get('Longer')
    if (tool?.is !== 'computing') throw new Error('it computes')
    await expect(tool.assertCode?.()).resolves.toBeUndefined()
    await rm(join(desk.folder, 'own', 'late.ts'))
    await expect(tool.assertCode?.()).rejects.toMatchObject({ code: 'task/changed' })
  })
})

async function newest(taskName: string): Promise<string> {
  const { filesets } = JSON.parse(await read('db/s1/files.json')) as {
    readonly filesets: readonly { readonly id: string }[]
  }
  return filesets.findLast(({ id }) => id.startsWith(taskName))!.id
}

const valueOf = async (taskName: string) => read(`db/s1/${await newest(taskName)}/n.txt`)

async function read(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  return readFile(join(desk.folder, path), 'utf8')
}
