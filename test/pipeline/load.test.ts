// A pipeline with tasks of one's own: found, compiled, checked, and of the same framework.
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadPipeline } from '../../src/pipeline/load.ts'
import type { Parsed } from '../../src/pipeline/parse.ts'

const root = join(import.meta.dirname, '..', '..')
const origin = {
  builtin: pathToFileURL(join(root, 'test', 'support', 'romi-tasks.ts')).href,
  face: pathToFileURL(join(root, 'src', 'index.ts')).href,
}

let folder = ''
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'romi-load-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Writes files, `pipeline.toml` among them, and loads it. */
async function loaded(files: Readonly<Record<string, string>>): Promise<Parsed> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return loadPipeline(join(folder, 'pipeline.toml'), origin)
}

/** Code, file without the folder, and line of each error. */
function errorsOf(parsed: Parsed): string[] {
  if (parsed.is === 'ok') return []
  return parsed.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, place }) => `${code} ${place?.file.slice(folder.length + 1)}:${place?.line}`)
}

const leaf = `import { defineTask, nothing, param } from 'romi-run'
const half: number = 0.5
export default defineTask({
  name: 'LeafArea',
  version: 1,
  summary: 'A task of a user.',
  inputs: {},
  params: { share: param.float({ default: half, doc: 'a share' }) },
  output: nothing,
  run: () => undefined,
})
`

describe('modules', () => {
  test('in TypeScript are loaded without a build, by pattern, tests apart', async () => {
    const parsed = await loaded({
      'pipeline.toml': '[romi]\nmodules = ["./my-tasks/*.ts"]\n[LeafArea]\nshare = 0.25',
      'my-tasks/leaf.ts': leaf,
      'my-tasks/leaf.test.ts': 'this is no task',
    })
    expect(parsed).toMatchObject({
      is: 'ok',
      origin: { modules: [join(folder, 'my-tasks', 'leaf.ts')] },
      pipeline: { targets: ['LeafArea'] },
    })
    const step = parsed.is === 'ok' ? parsed.pipeline.steps.get('LeafArea') : undefined
    expect(step?.params).toEqual({ share: 0.25 })
  })

  test('import the very framework that loads them', async () => {
    const { nothing } = await import('../../src/task/artifact.ts')
    const parsed = await loaded({
      'pipeline.toml': '[romi]\nmodules = "leaf.ts"\n[LeafArea]',
      'leaf.ts': leaf,
    })
    const step = parsed.is === 'ok' ? parsed.pipeline.steps.get('LeafArea') : undefined
    expect(step?.task.output).toBe(nothing)
  })

  test('a path is found as a pattern would find it: a file or a link to one, and no folder', async () => {
    await mkdir(join(folder, 'folder.ts'))
    await mkdir(join(folder, 'my-tasks'))
    await writeFile(join(folder, 'my-tasks', 'leaf.ts'), leaf)
    await symlink(join('my-tasks', 'leaf.ts'), join(folder, 'link.ts'))
    const filesOf = async (module: string) => {
      const file = join(folder, 'pipeline.toml')
      await writeFile(file, `[romi]\nmodules = [${JSON.stringify(module)}]\n[LeafArea]`)
      const parsed = await loadPipeline(file, origin)
      return parsed.is === 'ok' ? parsed.origin.modules : errorsOf(parsed)
    }
    const same = [
      ['./my-tasks/leaf.ts', './my-tasks/lea[f].ts'],
      ['my-tasks/leaf.ts', 'my-tasks/lea[f].ts'],
      ['link.ts', 'lin[k].ts'],
      ['folder.ts', 'folde[r].ts'],
      ['none.ts', 'non[e].ts'],
      ['link.ts/leaf.ts', 'lin[k].ts/leaf.ts'],
    ]
    for (const [path, pattern] of same) expect(await filesOf(path)).toEqual(await filesOf(pattern))
    expect(await filesOf('./my-tasks/leaf.ts')).toEqual([join(folder, 'my-tasks', 'leaf.ts')])
    expect(await filesOf('link.ts')).toEqual([join(folder, 'link.ts')])
    expect(await filesOf('folder.ts')).toContain('pipeline/bad-module pipeline.toml:2')
  })

  test('modules may be packages', async () => {
    const parsed = await loaded({
      'pipeline.toml': '[romi]\nmodules = ["lab-tasks"]\n[LeafArea]',
      'node_modules/lab-tasks/package.json': JSON.stringify({
        name: 'lab-tasks',
        type: 'module',
        exports: { import: './index.ts' },
      }),
      'node_modules/lab-tasks/index.ts': leaf,
    })
    expect(errorsOf(parsed)).toEqual([])
    expect(parsed.is).toBe('ok')
  })

  test('a module that is wrong is named with file and line, and nothing is said of its tasks', async () => {
    const parsed = await loaded({
      'pipeline.toml': [
        '[romi]',
        'modules = [',
        '  "./broken.ts",',
        '  "./none.ts",',
        '  "./twice.ts",',
        '  "./absent/*.ts",',
        '  "no-such-package",',
        '  "./throws.ts",',
        ']',
        '[FromBroken]',
        '[Masks]',
        'treshold = 1',
      ].join('\n'),
      'broken.ts': 'export default {\n  a: )\n}',
      'none.ts': 'export const task = 1',
      'twice.ts': leaf.replace('LeafArea', 'Masks'),
      'throws.ts': '\n\nthrow new Error("no luck")',
    })
    expect(errorsOf(parsed).toSorted()).toEqual([
      'pipeline/bad-module broken.ts:2',
      'pipeline/bad-module pipeline.toml:4',
      'pipeline/bad-module pipeline.toml:6',
      'pipeline/bad-module pipeline.toml:7',
      'pipeline/bad-module throws.ts:3',
      'pipeline/bad-module twice.ts:4',
      'pipeline/unknown-key pipeline.toml:12',
    ])
  })
})

test('a pipeline file that is absent, or a folder, is an error with its path', async () => {
  await expect(loadPipeline(join(folder, 'absent.toml'), origin)).rejects.toMatchObject({
    code: 'pipeline/unreadable',
    facts: { file: join(folder, 'absent.toml') },
  })
  await expect(loadPipeline(folder, origin)).rejects.toMatchObject({ code: 'pipeline/unreadable' })
})
