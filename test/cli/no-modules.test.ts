// A stranger's pipeline is read without running its code.
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import { loadPipeline } from '../../src/pipeline/load.ts'
import { libraryOf } from '../../src/task/library.ts'
import { scratchFolder } from '../support/scratch.ts'
import { tasks as builtin } from '../support/tasks.ts'

const left = { modules: 'left' } as const

describe('a pipeline whose modules are left alone', () => {
  test('names what may be of them, and what reads it is passed over', () => {
    const toml =
      '[romi]\nmodules = ["./x.ts"]\n[Slow]\nany = 1\n[Upper]\n[Join]\nupstream_task = "Leaf"\n'
    const parsed = parsePipeline(toml, 'p.toml', libraryOf(builtin), left)
    if (parsed.is !== 'ok') throw new Error(JSON.stringify(parsed.diagnostics))
    expect(parsed.pipeline.notLoaded).toEqual(['Slow', 'Leaf'])
    expect([...parsed.pipeline.steps.keys()]).not.toContain('Join')
    expect(parsed.pipeline.targets).toEqual(['Upper'])
  })

  test('a pipeline whose modules are left alone may ask for what is not loaded, or name nothing else', () => {
    const toml = '[romi]\ntargets = ["Slow"]\n[Slow]\n'
    const parsed = parsePipeline(toml, 'p.toml', libraryOf(builtin), left)
    expect(parsed).toMatchObject({ is: 'ok', pipeline: { targets: [], notLoaded: ['Slow'] } })
  })

  test('a pipeline whose modules are left alone has mistakes as before without that wish', () => {
    const parsed = parsePipeline('[Slow]\n', 'p.toml', libraryOf(builtin))
    expect(parsed).toMatchObject({ is: 'wrong', diagnostics: [{ code: 'pipeline/unknown-task' }] })
  })
})

test('modules run only where that is wished, and are compiled into no folder of others', async () => {
  const folder = scratchFolder('modules')
  const ran = join(folder, 'ran')
  writeFileSync(
    join(folder, 'stranger.ts'),
    `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(ran)}, '')\nexport default []\n`,
  )
  const file = join(folder, 'p.toml')
  writeFileSync(file, '[romi]\nmodules = ["./stranger.ts"]\n[Slow]\n')
  const origin = {
    builtin: new URL('../../tasks/index.ts', import.meta.url).href,
    face: new URL('../../src/index.ts', import.meta.url).href,
  }
  const cached = (): string[] => {
    const cache = join(tmpdir(), 'jiti')
    return existsSync(cache) ? readdirSync(cache).filter((name) => name.includes('stranger')) : []
  }
  expect(await loadPipeline(file, origin, left)).toMatchObject({ is: 'ok' })
  expect(existsSync(ran)).toBe(false)
  const before = cached()
  await loadPipeline(file, origin)
  expect(existsSync(ran)).toBe(true)
  expect(cached()).toEqual(before)
})
