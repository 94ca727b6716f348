// What the README shows is true: its commands run, its programs are sound, its links lead somewhere.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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

/** What npm does is not tried here, nor what needs COLMAP and an hour. */
const isElsewhere = (command: string): boolean => /^npm |real-plant\.toml/.test(command)

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

describe('the programs of the README', () => {
  const [task, store] = blocks('ts')

  test('the task is the one of “Writing a task”, which is run there', async () => {
    const page = await readFile(join(root, 'docs', 'writing-a-task.md'), 'utf8')
    expect(blocks('ts', page)).toContain(task)
  })

  test.skipIf(!existsSync(join(root, 'dist')))(
    'the store’s has sound types and does what its last comment says (skipped: without a build)',
    async () => {
      await desk.write('store/store.mts', store)
      const folder = join(desk.folder, 'store')
      await mkdir(join(folder, 'node_modules', '@types'), { recursive: true })
      await symlink(root, join(folder, 'node_modules', 'romi-run'))
      const types = join('node_modules', '@types', 'node')
      await symlink(join(root, types), join(folder, types))
      const bin = (name: string) => join(root, 'node_modules', '.bin', name)
      const run = promisify(execFile)
      const options =
        '--noEmit --strict --module nodenext --target esnext --skipLibCheck --types node'
      await run(bin('tsc'), [...options.split(' '), 'store.mts'], { cwd: folder })
      const { stdout } = await run(bin('tsx'), ['store.mts'], { cwd: folder })
      expect(stdout.trim()).toBe('scan_img_00.png 64')
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
