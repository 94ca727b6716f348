// The program as it is shipped (`npm run build`): it works, and loads no more than it needs.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { globSync } from 'tinyglobby'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scratchFolder } from '../support/scratch.ts'

const root = join(import.meta.dirname, '../..')
const dist = join(root, 'dist')

const pipeline = `
[romi]
database = "db"
scans = ["plant"]
[VirtualPlant]
[VirtualScan]
n_points = 3
width = 64
height = 64
labels = false
[Masks]
upstream_task = "VirtualScan"
query = { channel = "rgb" }
type = "excess_green"
threshold = 0.05
`

describe('the built program', () => {
  let folder: string
  const romi = async (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [join(dist, 'src/bin.js'), ...args], { cwd: folder })
  beforeAll(async () => {
    folder = scratchFolder('built')
    await writeFile(join(folder, 'pipeline.toml'), pipeline)
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('carries a pipeline out, and has nothing to do then', async () => {
    await romi('pipeline.toml')
    const made = (await readdir(join(folder, 'db/plant'))).find((name) => name.startsWith('Masks_'))
    expect(await readdir(join(folder, 'db/plant', String(made)))).toEqual([
      '00000_rgb.png',
      '00001_rgb.png',
      '00002_rgb.png',
    ])
    const { stdout } = await romi('plan', 'pipeline.toml', '--json')
    expect(stdout).toContain('"do":"reuse"')
    expect(stdout).not.toMatch(/"do":"(?:run|maybe)"/)
  })
})

/** A file of the program: what it has, and the files that are loaded with it. */
interface BuiltFile {
  readonly sources: readonly string[]
  readonly loads: readonly string[]
}

function builtFile(path: string): BuiltFile {
  const code = readFileSync(path, 'utf8')
  // One that only passes names on has no map. Safe: a source map names its sources.
  const { sources } = existsSync(`${path}.map`)
    ? (JSON.parse(readFileSync(`${path}.map`, 'utf8')) as { sources: string[] })
    : { sources: [] }
  const imported = code.matchAll(/^(?:import|export)\b[^;]*?["'](\.[^"']+)["'];$/gm)
  return {
    sources: sources.map((source) => relative(root, resolve(path, '..', source))),
    loads: [...imported].map(([, source]) => resolve(path, '..', source)),
  }
}

describe('of the built program', () => {
  const files = new Map(
    globSync('dist/{src,tasks,chunks}/**/*.js', { cwd: root, absolute: true }).map((path) => [
      path,
      builtFile(path),
    ]),
  )
  const fileWith = (source: string): string => {
    const [path] = [...files].find(([, { sources }]) => sources.includes(source)) ?? []
    if (path === undefined) throw new Error(`no file has ${source}`)
    return path
  }
  const loadedWith = (...paths: readonly string[]): readonly string[] => {
    const loaded = new Set(paths)
    for (const path of loaded) for (const other of files.get(path)?.loads ?? []) loaded.add(other)
    return [...loaded]
  }

  test('no file needs the one where it begins: that one waits for others', () => {
    const bin = join(dist, 'src/bin.js')
    expect(loadedWith(bin).length).toBeGreaterThan(1)
    expect([...files].filter(([, { loads }]) => loads.includes(bin))).toEqual([])
  })

  test('no file imports a module of Node, which would read all that it exports', () => {
    const importing = [...files.keys()].filter((path) =>
      /^import .*"(?:node:|fs"|path")/m.test(readFileSync(path, 'utf8')),
    )
    expect(importing).toEqual([])
  })

  test('a line is found again in its source', () => {
    const path = fileWith('src/run/run.ts')
    const line = readFileSync(path, 'utf8')
      .split('\n')
      .findIndex((text) => text.startsWith('async function run('))
    // Safe: the map is one that the bundler wrote.
    const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')) as SourceMapPayload)
    const found = map.findEntry(line, 0)
    if (!('originalSource' in found)) throw new Error(`line ${line} has no source`)
    const source = resolve(path, '..', found.originalSource)
    expect(relative(root, source)).toBe('src/run/run.ts')
    expect(readFileSync(source, 'utf8').split('\n')[found.originalLine]).toContain('function run(')
  })

  test('a run with nothing to do loads no kernel, no format and no task’s work', () => {
    const tasks = join(dist, 'tasks/index.js')
    const loaded = loadedWith(join(dist, 'src/bin.js'), fileWith('src/cli/verbs/run.ts'), tasks)
    const sources = loaded
      .filter((path) => path !== tasks)
      .flatMap((path) => files.get(path)?.sources ?? [])
    expect(sources).toContain('src/run/run.ts')
    expect(sources.filter((source) => /^(?:src\/(?:geometry|io)|tasks)\//.test(source))).toEqual([])
    expect(loaded.some((path) => path.includes('/geometry/'))).toBe(false)
  })
})
