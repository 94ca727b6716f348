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

test('a reading is kept, whatever the path, and is that of the parser', async () => {
  const text = "import a from './a.ts'\nf(1)"
  const read = await readModule(text, 'm.ts')
  expect(await readingOf(text, 'm.ts', folder)).toEqual(read)
  const [name, ...others] = readdirSync(folder)
  expect(others).toEqual([])
  const kept = JSON.parse(keptText(folder, name)!) as object
  keepText(folder, name, JSON.stringify({ ...kept, imports: [] }))
  expect((await readingOf(text, 'elsewhere/n.ts', folder)).imports).toEqual([])
  expect(await readingOf(text, 'm.js', folder)).toEqual(await readModule(text, 'm.js'))
})

test('another text is read anew, and so is one whose kept reading is damaged', async () => {
  await readingOf('f(1)', 'm.ts', folder)
  expect(await readingOf('f(2)', 'm.ts', folder)).toEqual(await readModule('f(2)', 'm.ts'))
  expect(readdirSync(folder)).toHaveLength(2)
  for (const name of readdirSync(folder)) keepText(folder, name, '{"digest":')
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

test('where a module lies counts if it asks for that, and what tells of a mistake is not kept', () => {
  let compiled = 0
  const compiler = {
    transform: ({ source }: { readonly source: string }) => `${source} ${++compiled}`,
  }
  const compile = (source: string, filename: string) =>
    keptCompiler(() => compiler, folder)({ source, filename, ts: true }).code
  expect([compile('a', '/m.ts'), compile('a', '/n.ts'), compile('a', '/n.tsx')]).toEqual([
    'a 1',
    'a 1',
    'a 2',
  ])
  const asking = 'import.meta.url'
  expect([compile(asking, '/m.ts'), compile(asking, '/n.ts'), compile(asking, '/m.ts')]).toEqual([
    `${asking} 3`,
    `${asking} 4`,
    `${asking} 3`,
  ])
  const wrong = 'exports.__JITI_ERROR__ = 1'
  expect([compile(wrong, '/m.ts'), compile(wrong, '/n.ts')]).toEqual([`${wrong} 5`, `${wrong} 6`])
})
