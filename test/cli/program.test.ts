// The program as it is built (`npm run build`), in a process of its own: signals, pipes, a user's module in worker threads.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/run/event.ts'
import { Desk } from '../support/command-line.ts'

const root = join(import.meta.dirname, '..', '..')
const bin = join(root, 'dist', 'src', 'bin.js')

const slow = `import { defineTask, files, param, type io } from 'romi-run'
import { images } from 'romi-run/tasks'

export default defineTask({
  name: 'Slow',
  version: 1,
  summary: 'Gives each photograph back, in its time.',
  inputs: { upstream_task: files(images, { default: 'ImagesFilesetExists' }) },
  params: { seconds: param.float({ default: 0, min: 0, doc: 'how long' }) },
  output: images,
  each: 'upstream_task',
  async run({ value, params, signal }): Promise<io.Image> {
    const until = performance.now() + params.seconds * 1000
    while (performance.now() < until && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return value
  },
})
`

let desk: Desk
beforeAll(async () => {
  desk = await Desk.make()
  await desk.write('my-tasks/slow.ts', slow)
  await desk.write('p.toml', '[romi]\nmodules = ["./my-tasks/*.ts"]\n[Slow]\n')
  await mkdir(join(desk.folder, 'photos'))
  for (let i = 0; i < 4; i++) {
    const create = { width: 4, height: 4, channels: 3, background: { r: i, g: 1, b: 2 } } as const
    const bytes = await sharp({ create }).png().toBuffer()
    await writeFile(join(desk.folder, 'photos', `${i}.png`), bytes)
  }
  await desk.romi(['import', 'photos', 'db/plant_01'])
})
afterAll(() => desk[Symbol.asyncDispose]())

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly events: readonly RunEvent[]
  readonly err: string
}

/** Starts the program; `watch` sees each event as it comes. */
async function start(
  args: readonly string[],
  watch: (event: RunEvent, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [bin, ...args, '--json'], {
    cwd: desk.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const events: RunEvent[] = []
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as RunEvent
    events.push(event)
    watch(event, child)
  })
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, events, err }))
  })
}

const kinds = ({ events }: Ended) => events.map(({ is }) => is)

describe('the program', () => {
  test('on the first Ctrl-C lets what runs finish, and exits 130', async () => {
    let asked = false
    const ended = await start(
      ['p.toml', 'db', '-s', 'Slow.seconds=0.2', '-j', '1'],
      (event, child) => {
        if (event.is === 'progress' && !asked) asked = child.kill('SIGINT')
      },
    )
    expect(ended.code).toBe(130)
    expect(ended.err).toContain('Ctrl-C again')
  })

  test('on the second stops at once, and on SIGTERM as well; the next run goes on', async () => {
    for (const signals of [['SIGINT', 'SIGINT'], ['SIGTERM']] as const) {
      let asked = false
      const ended = await start(['p.toml', 'db', '-s', 'Slow.seconds=600'], (event, child) => {
        if (event.is !== 'started' || asked) return
        asked = true
        child.kill(signals[0])
        // The first must have been heard before the second is sent: signals of one kind merge.
        child.stderr?.once('data', () => child.kill('SIGINT'))
      })
      expect(ended.code).toBe(130)
    }
    const next = await start(['p.toml', 'db'])
    expect(next.code).toBe(0)
    expect(kinds(next)).toContain('finished')
  })

  test('ends at once on SIGTERM, on a second Ctrl-C and at a time limit, though a task in its own thread waits for ever', async () => {
    await desk.write(
      'stuck/stuck.ts',
      `import { defineTask, files } from 'romi-run'
import { images } from 'romi-run/tasks'
export default defineTask({ name: 'Stuck', version: 1, summary: '', params: {}, output: images,
  inputs: { upstream_task: files(images, { default: 'ImagesFilesetExists' }) },
  each: 'upstream_task',
  run: ({ log }) => {
    log.info('waiting')
    return new Promise(() => setInterval(() => undefined, 1000))
  } })
`,
    )
    const modules = '[romi]\nmodules = "stuck/*.ts"\nexecutor = "inline"\n'
    await desk.write('stuck.toml', `${modules}[Stuck]\n`)
    for (const signals of [['SIGINT', 'SIGINT'], ['SIGTERM']] as const) {
      let asked = false
      const ended = await start(['stuck.toml', 'db'], (event, child) => {
        if (event.is !== 'said' || asked) return
        asked = true
        child.kill(signals[0])
        child.stderr?.once('data', () => child.kill('SIGINT'))
      })
      expect(ended.code).toBe(130)
      expect(kinds(ended).slice(-2)).toEqual(['cancelled', 'ended'])
    }
    await desk.write('stuck.toml', `${modules}[Stuck.romi]\ntime_limit = 0.2\n`)
    const late = await start(['stuck.toml', 'db'])
    expect(late.code).toBe(30)
    expect(kinds(late).at(-1)).toBe('ended')
  })

  test('the program does nothing the second time', async () => {
    await start(['p.toml', 'db'])
    const again = await start(['p.toml', 'db'])
    expect(again.code).toBe(0)
    expect(kinds(again)).not.toContain('started')
  })

  test('exits 40 on what is thrown where nobody waits, and the next run goes on', async () => {
    await desk.write(
      'astray/astray.ts',
      `import { defineTask, files } from 'romi-run'
import { images } from 'romi-run/tasks'
export default defineTask({ name: 'Astray', version: 1, summary: '', params: {}, output: images,
  inputs: { upstream_task: files(images, { default: 'ImagesFilesetExists' }) },
  each: 'upstream_task',
  run: () => new Promise(() => setTimeout(() => { throw new TypeError('thrown later') })) })
`,
    )
    await desk.write('astray.toml', '[romi]\nmodules = "astray/*.ts"\n[Astray]\n')
    const ended = await start(['astray.toml', 'db', '--executor', 'inline'])
    expect(ended.code).toBe(40)
    for (const part of ['internal error', 'thrown later']) expect(ended.err).toContain(part)
    // In a thread it ends the thread alone: the task failed.
    expect((await start(['astray.toml', 'db'])).code).toBe(30)
  })

  test('survives a reader that has seen enough', async () => {
    const child = spawn(process.execPath, [bin, 'schema'], {
      cwd: desk.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let err = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.stdout.destroy()
    await new Promise((resolve) => child.on('close', resolve))
    expect(err).not.toContain('EPIPE')
  })
})
