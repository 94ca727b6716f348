// Loading tasks: built-in ones and users' own, in any thread.
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gatherLibrary, loadLibrary, loadModule } from '../../src/task/modules.ts'

const root = join(import.meta.dirname, '..', '..')
const face = pathToFileURL(join(root, 'src', 'index.ts')).href
const builtin = pathToFileURL(join(root, 'test', 'support', 'romi-tasks.ts')).href

let folder = ''
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'romi-modules-')))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function module(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}

const task = (name: string) =>
  `defineTask({ name: '${name}', version: 1, summary: '', inputs: {}, params: {}, output: nothing, run: () => undefined })`

describe('a module', () => {
  test('a module may give one task or several', async () => {
    const one = await module(
      'one.ts',
      `import { defineTask, nothing } from 'romi-run'\nexport default ${task('One')}`,
    )
    const two = await module(
      'two.mts',
      `import { defineTask, nothing } from 'romi-run'\nexport default [${task('Two')}, ${task('Three')}]`,
    )
    expect((await loadModule(one, { face, builtin })).map(({ name }) => name)).toEqual(['One'])
    const library = await loadLibrary({ builtin, face, modules: [one, two] })
    expect([...library.keys()]).toEqual(expect.arrayContaining(['Masks', 'One', 'Two', 'Three']))
  })

  test('that is wrong keeps no other from being loaded', async () => {
    const bad = await module('bad.ts', 'export default {\n')
    const half = await module('half.ts', 'export default [{ name: "Half" }]')
    const named = await module(
      'named.ts',
      `import { defineTask, nothing } from 'romi-run'\nexport default ${task('Bad_Name')}`,
    )
    const good = await module(
      'good.ts',
      `import { defineTask, nothing } from 'romi-run'\nexport default ${task('Good')}`,
    )
    const origin = { builtin, face, modules: [bad, half, named, good] }
    const { library, faults } = await gatherLibrary(origin)
    expect(library.has('Good')).toBe(true)
    expect(faults).toMatchObject([
      { code: 'task/bad-module', facts: { file: bad } },
      { code: 'task/bad-module', facts: { file: half } },
      { code: 'task/bad-name', facts: { file: named, line: 2 } },
    ])
    await expect(loadLibrary(origin)).rejects.toMatchObject({ code: 'task/bad-module' })
  })
})
