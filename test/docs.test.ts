// What the README shows is true: its commands run, its programs are sound, its links lead somewhere.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FSDB } from '../src/fsdb/fsdb.ts'
import { Desk, realTasks } from './support/command-line.ts'

const root = join(import.meta.dirname, '..')
const readme = await readFile(join(root, 'README.md'), 'utf8')

/** The fenced blocks of a language, in order. */
const blocks = (language: string, text = readme): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, body]) => body,
  )

/** What npm does is not tried here, nor what needs COLMAP and an hour, or serves until Ctrl-C. */
const isElsewhere = (command: string): boolean => /^npm |real-plant\.toml| serve /.test(command)

const commands = blocks('sh')
  .flatMap((block) => block.trim().split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').replace('npm ci && ', ''))

let desk: Desk
beforeAll(async () => {
  desk = await Desk.make()
  for (const name of await readdir(join(root, 'pipelines'))) {
    const text = await readFile(join(root, 'pipelines', name), 'utf8')
    await desk.write(`pipelines/${name}`, smaller(text))
  }
})
afterAll(() => desk[Symbol.asyncDispose]())

/** The demo with a plant and photographs that a test has time for. */
const smaller = (text: string): string =>
  text
    .replace(/^organs = \d+/m, 'organs = 6')
    .replace(/^n_points = \d+/m, 'n_points = 24')
    .replace(/^(width|height) = \d+/gm, '$1 = 640')

/** What a scanner would have left: a folder of photographs, their cameras, and where it was told to go. */
async function takePhotographs(): Promise<void> {
  await using db = await FSDB.open(join(desk.folder, 'romi-demo'))
  const filesets = await (await db.getScan('virtual_plant')).getFilesets()
  const shots = filesets.find(({ id }) => id.startsWith('VirtualScan'))
  await mkdir(join(desk.folder, 'photos'))
  const cameras: Record<string, unknown> = {}
  for (const file of (await shots?.getFiles({ channel: 'rgb' })) ?? []) {
    await copyFile(file.path, join(desk.folder, 'photos', file.filename))
    cameras[file.filename] = { camera: await file.getMetadata('camera') }
  }
  await desk.write('cameras.json', JSON.stringify(cameras))
  const poses = Object.keys(cameras).map((name, i) => `${name},${10 * i},0,0,0,0`)
  await desk.write('poses.csv', ['file,x,y,z,pan,tilt', ...poses].join('\n'))
}

test('the commands of the README do what it says, one after the other', async () => {
  const ran: string[] = []
  for (const command of commands) {
    if (isElsewhere(command)) continue
    if (command.includes(' import photos/') && !existsSync(join(desk.folder, 'photos')))
      await takePhotographs()
    const [program, ...args] = command.replace(/^npx /, '').split(' ')
    expect(program, command).toBe('romi-run')
    const { code, err } = await desk.romi(args, realTasks)
    expect([command, code], err).toEqual([command, 0])
    ran.push(command)
  }
  expect(ran.length).toBeGreaterThan(7)
})

const isBuilt = existsSync(join(root, 'dist'))

/** What a program prints where it is saved, once its types are found sound. */
async function outputOf(program: string, path: string): Promise<string> {
  await desk.write(path, program)
  const [cwd, file] = [join(desk.folder, dirname(path)), basename(path)]
  const modules = join(desk.folder, 'node_modules')
  if (!existsSync(modules)) {
    await mkdir(join(modules, '@types'), { recursive: true })
    await symlink(root, join(modules, 'romi-run'))
    await symlink(join(root, 'node_modules', '@types', 'node'), join(modules, '@types', 'node'))
  }
  const bin = (name: string) => join(root, 'node_modules', '.bin', name)
  const run = promisify(execFile)
  const options = '--noEmit --strict --module nodenext --target esnext --skipLibCheck --types node'
  await run(bin('tsc'), [...options.split(' '), file], { cwd })
  return (await run(bin('tsx'), [file], { cwd })).stdout.trim()
}

describe('the programs of the README and its pages', () => {
  const [task, store] = blocks('ts')

  test('the task is the one of “Writing a task”, which is run there', async () => {
    const page = await readFile(join(root, 'docs', 'writing-a-task.md'), 'utf8')
    expect(blocks('ts', page)).toContain(task)
  })

  test.skipIf(!isBuilt)('the store’s does what its last comment says (needs a build)', async () =>
    expect(await outputOf(store, 'store/store.mts')).toBe('scan_img_00.png 64'),
  )

  test.skipIf(!isBuilt)(
    'the one of “A pipeline, from a program” runs it, and finds all done the second time (needs a build)',
    async () => {
      const page = await readFile(join(root, 'docs', 'from-a-program.md'), 'utf8')
      const [study] = blocks('ts', page)
      const first = await outputOf(study, 'study.mts')
      expect(first).toMatch(/^0.3: \d of 5 steps right \(finished\)\n0.4: \d of 5 .* \(finished\)$/)
      expect(await outputOf(study, 'study.mts')).toBe(first.replaceAll('finished', 'reused'))
    },
  )
})

test('links of README and docs lead to files that are there', async () => {
  const pages = ['README.md', ...(await readdir(join(root, 'docs'))).map((name) => `docs/${name}`)]
  for (const page of pages.filter((name) => name.endsWith('.md'))) {
    const text = (await readFile(join(root, page), 'utf8')).replace(/^```[^]*?^```$/gm, '')
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)|src="([^"]+)"/g)].map(
      ([, a, b]) => a ?? b,
    )
    for (const link of links.filter((one) => !/^\w+:/.test(one)))
      expect(existsSync(join(root, dirname(page), link)), `${page}: ${link}`).toBe(true)
  }
})
