// What was read and compiled of users' modules is kept, and used for the same text alone.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepText, keptText } from '../../src/base/kept-text.ts'
import { keptCompiler } from '../../src/task/code/compiled-modules.ts'
import { readingOf } from '../../src/task/code/read-modules.ts'
import { readModule } from '../../src/task/code/tokens.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'romi-run-kept-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('a reading is kept by path, and is that of the parser', async () => {
  const text = "import a from './a.ts'\nf(1)"
  const read = await readModule(text, 'm.ts')
  expect(await readingOf(text, 'm.ts', folder)).toEqual(read)
  expect(readdirSync(folder)).toHaveLength(1)
  const [name] = readdirSync(folder)
  const kept = JSON.parse(keptText(folder, name)!) as { reading: object }
  keepText(folder, name, JSON.stringify({ ...kept, reading: { ...kept.reading, imports: [] } }))
  expect((await readingOf(text, 'm.ts', folder)).imports).toEqual([])
})

test('another text is read anew, and so is one whose kept reading is damaged', async () => {
  await readingOf('f(1)', 'm.ts', folder)
  expect(await readingOf('f(2)', 'm.ts', folder)).toEqual(await readModule('f(2)', 'm.ts'))
  expect(readdirSync(folder)).toHaveLength(1)
  keepText(folder, readdirSync(folder)[0], '{"of":')
  expect(await readingOf('f(2)', 'm.ts', folder)).toEqual(await readModule('f(2)', 'm.ts'))
})

test('a module is compiled once for the same text and options', () => {
  const compiled: string[] = []
  const compiler = {
    transform: ({ source }: { readonly source: string }) => {
      compiled.push(source)
      return `compiled ${source}`
    },
  }
  const compile = (source: string, ts = true) =>
    keptCompiler(() => compiler, folder)({ source, filename: '/m.ts', ts }).code
  expect([compile('a'), compile('a')]).toEqual(['compiled a', 'compiled a'])
  expect(compiled).toEqual(['a'])
  expect([compile('b'), compile('b', false)]).toEqual(['compiled b', 'compiled b'])
  expect(compiled).toEqual(['a', 'b', 'b'])
})
