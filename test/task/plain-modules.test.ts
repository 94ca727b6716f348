// Modules that take nothing but what tasks are declared with run without the loader, and as by it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createJiti } from 'jiti'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as face from '../../src/index.ts'
import { keepText } from '../../src/base/kept-text.ts'
import { isPlain, keepingPlain, plainModule } from '../../src/task/code/plain-modules.ts'
import * as declaring from '../../src/task/declaring.ts'

const given = { 'romi-run': declaring, 'romi-run/tasks': { images: 'the images' } }

let folder: string
let kept: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'romi-run-plain-'))
  kept = join(folder, 'kept')
  mkdirSync(kept)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What the loader makes of a module, and how often the compiler was asked; then what is plain of it. */
async function both(source: string, name = 'm.ts') {
  const file = join(folder, name)
  writeFileSync(file, source)
  const options = { interopDefault: false, fsCache: false, moduleCache: false }
  const compile = createJiti(import.meta.url, options)
  const jiti = createJiti(import.meta.url, {
    ...options,
    transform: keepingPlain((of) => ({ code: compile.transform(of) }), given, kept),
    virtualModules: { ...given, 'romi-run': face },
  })
  const loaded: object = await jiti.import(file)
  return { file, loaded, plain: await plainModule(file, given, kept) }
}

const words = (module: object | undefined) => JSON.stringify(Object.entries(module ?? {}))

describe('a plain module', () => {
  const plain: Readonly<Record<string, string>> = {
    'takes nothing': 'export default [1, 2 as number]',
    'names members': `import { param, isRomiError as is } from 'romi-run'
      import { images } from 'romi-run/tasks'
      import type { io } from 'romi-run'
      export const a = { b: is(1), c: images, d: param.float({ default: 1, doc: 'a' }).default }
      export default (x: typeof io) => x`,
    'waits at the top': 'export const a = await Promise.resolve(3)',
    'has no this': 'export const a = String(this)',
  }
  for (const [what, source] of Object.entries(plain))
    test(`that ${what} gives what the loader makes of it`, async () => {
      const { loaded, plain } = await both(source)
      expect(plain).toBeDefined()
      expect(words(plain)).toBe(words(loaded))
    })

  test('is run anew each time, and not once its text is another', async () => {
    const { file, plain } = await both('export const a = {}')
    expect(await plainModule(file, given, kept)).not.toBe(plain)
    writeFileSync(file, 'export const a = {};')
    expect(plainModule(file, given, kept)).toBeUndefined()
    rmSync(file)
    expect(plainModule(file, given, kept)).toBeUndefined()
  })

  test('is left to the loader if what was kept of it is not whole, or no code', async () => {
    const { file } = await both('export const a = {}')
    const [name] = readdirSync(kept)
    expect(readFileSync(join(kept, name), 'utf8')).toContain('exports.a')
    writeFileSync(join(kept, name), 'no seal')
    expect(plainModule(file, given, kept)).toBeUndefined()
    keepText(kept, name, 'a: )')
    expect(plainModule(file, given, kept)).toBeUndefined()
  })

  test('tells of an error where the loader tells of it', async () => {
    const source = '\n\nexport const f = () => {\n  throw new Error("no luck")\n}'
    const { file, loaded, plain } = await both(source)
    const places = [loaded, plain].map((module) => {
      try {
        ;(module as { readonly f: () => void }).f()
      } catch (error) {
        return new RegExp(`${file}:\\d+:\\d+`).exec((error as Error).stack ?? '')?.[0]
      }
      return 'no error'
    })
    expect(places[0]).toContain(`${file}:4:`)
    expect(places[1]).toBe(places[0])
  })
})

describe('the loader is needed by a module that', () => {
  const others: Readonly<Record<string, string>> = {
    'takes the formats': `import { io } from 'romi-run'; export const a = typeof io.readImage`,
    'takes the whole face': `import * as romi from 'romi-run'; export const a = typeof romi.io`,
    'passes the face on': `export * from 'romi-run'`,
    'imports from Node': `import { join } from 'node:path'; export const a = join('a', 'b')`,
    'imports when it works': `export const a = () => import('romi-run')`,
    'asks where it lies': 'export const a = import.meta.url',
    requires: `export const a = typeof require('node:path')`,
    'evaluates text': `export const a = eval('typeof require')`,
    'hides a name': `export const a = typeof requ\\u0069re`,
    'looks at its arguments': 'export const a = arguments.length',
  }
  for (const [what, source] of Object.entries(others))
    test(`${what}`, async () => {
      const { plain } = await both(source)
      expect(plain).toBeUndefined()
      expect(readdirSync(kept)).toEqual([])
    })

  test('cannot be compiled', async () => {
    await expect(both('export default {\n  a: )\n}')).rejects.toThrow('m.ts:2')
    expect(readdirSync(kept)).toEqual([])
    expect(plainModule(join(folder, 'm.ts'), given, kept)).toBeUndefined()
  })

  test('uses the face otherwise than by a member that is given', () => {
    const head = 'var _romiRun = await jitiImport("romi-run");\n'
    expect(isPlain(`${head}(0, _romiRun.defineTask)({})`, given)).toBe(true)
    expect(isPlain(`${head}(0, _romiRun.run)({})`, given)).toBe(false)
    expect(isPlain(`${head}_romiRun["run"]({})`, given)).toBe(false)
    expect(isPlain(`${head}f(_romiRun)`, given)).toBe(false)
    expect(isPlain(`${head}_romiRun.defineTask(_romiRun)`, given)).toBe(false)
  })
})

test('what tasks are declared with is the same in the face', () => {
  for (const [name, value] of Object.entries(declaring))
    expect((face as Record<string, unknown>)[name]).toBe(value)
})
