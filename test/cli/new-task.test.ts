// romi-run new task: what it writes loads, passes its own test and its types.
import { execFile } from 'node:child_process'
import { readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Desk, realTasks } from '../support/command-line.ts'

const root = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)

let desk: Desk
beforeAll(async () => {
  desk = await Desk.make()
  await desk.write('package.json', '{ "type": "module" }')
  await symlink(join(root, 'node_modules'), join(desk.folder, 'node_modules'))
})
afterAll(() => desk[Symbol.asyncDispose]())

test('a new task is a file, its test, and lines for the pipeline', async () => {
  const { code, out } = await desk.romi(['new', 'task', 'LeafMask'])
  expect(code).toBe(0)
  expect(await readdir(join(desk.folder, 'my-tasks'))).toEqual([
    'leaf-mask.test.ts',
    'leaf-mask.ts',
  ])
  expect(out).toContain('modules = ["./my-tasks/*.ts"]\n')
  const lines = /^\[romi\]$[^]*\n\n(?=then)/m.exec(out)?.[0] ?? ''
  await desk.write('pipeline.toml', lines)
  const manual = await desk.romi(['tasks', 'LeafMask', '-p', 'pipeline.toml', '--json'], realTasks)
  expect(manual.err).toBe('')
  expect(JSON.parse(manual.out)).toMatchObject({ name: 'LeafMask', makes: 'masks' })
})

test('its test passes', async () => {
  const alias = {
    'romi-run/testing': join(root, 'src', 'testing', 'index.ts'),
    'romi-run/tasks': join(root, 'tasks', 'index.ts'),
    'romi-run': join(root, 'src', 'index.ts'),
  }
  const config = `export default { resolve: { alias: ${JSON.stringify(alias)} } }`
  await desk.write('vitest.config.mjs', config)
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  await run(process.execPath, [vitest, 'run', '--testTimeout=0', '--root', desk.folder], {
    cwd: desk.folder,
  })
})

test('its types are sound', async () => {
  const paths = {
    'romi-run/testing': [join(root, 'src', 'testing', 'index.ts')],
    'romi-run/tasks': [join(root, 'tasks', 'index.ts')],
    'romi-run': [join(root, 'src', 'index.ts')],
  }
  const types = [join(root, 'node_modules', '@types')]
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { paths, typeRoots: types },
    include: ['my-tasks'],
  }
  await desk.write('tsconfig.json', JSON.stringify(config))
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [tsc, '-p', desk.folder, '--pretty', 'false']
  const { stdout } = await run(process.execPath, args, { cwd: desk.folder }).catch(
    (error: { readonly stdout: string }) => error,
  )
  expect(stdout).toBe('')
})

test('what is there is not overwritten, and a name must name a task', async () => {
  expect((await desk.romi(['new', 'task', 'LeafMask'])).code).toBe(2)
  expect((await desk.romi(['new', 'task', 'leaf_mask'])).code).toBe(2)
  expect((await desk.romi(['new', 'task', 'Upper'])).code).toBe(2)
})

test('a module that is wrong is told of with its place, and nothing is said of tasks in it', async () => {
  await desk.write('wrong/a.ts', `import { defineTask } from 'romi-run'\nexport default {\n`)
  await desk.write(
    'wrong/b.ts',
    `import { defineTask, files } from 'romi-run'
import { texts } from 'romi-run/tasks'
export default defineTask({
  name: 'Second', version: 1, summary: '', params: {}, output: texts, each: 'upstream',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  run: () => 'text' })
`,
  )
  await desk.write(
    'wrong/c.ts',
    `import { defineTask } from 'romi-run'
import { text } from 'romi-run/tasks'
export default defineTask({
  name: 'Third', version: 1, summary: '', inputs: {}, params: {}, output: text, run: () => '' })
`,
  )
  await desk.write('wrong/d.ts', `export { default } from './c.ts'\n// name: 'Third'\n`)
  await desk.write('wrong.toml', '[romi]\nmodules = ["./wrong/*.ts"]\n')
  const { code, err } = await desk.romi(['tasks', 'First', '-p', 'wrong.toml'])
  expect(code).toBe(35)
  const places = err.split('\n').map((line) => /^error (\S+):/.exec(line)?.[1])
  expect(places).toEqual(['wrong/a.ts:3', 'wrong/b.ts:4', 'wrong/d.ts:2', undefined])
  expect(err).toContain('it has upstream_task')
  expect(err).toContain('in c.ts')
})
