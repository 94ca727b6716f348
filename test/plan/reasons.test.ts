// Every kind of reason, as it comes about, and in the words that people read.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Fileset } from '../../src/fsdb/fileset.ts'
import type { Reason } from '../../src/plan/reason.ts'
import { Desk } from '../support/command-line.ts'

const pipeline = '[Upper]\nsuffix = "!"\n[Join]\n[Count]\n'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
  await desk.write('p.toml', pipeline)
  await desk.scan('plant', { 'a.txt': 'leaf', 'b.txt': 'stem' })
})
afterEach(() => desk[Symbol.asyncDispose]())

const run = (...args: readonly string[]) =>
  desk.romi(['p.toml', 'db', '--executor', 'inline', '-q', ...args])

/** Why a step runs, to programs and to people. */
async function told(step: string, ...args: readonly string[]): Promise<readonly string[]> {
  const plan = ['plan', 'p.toml', 'db', ...args]
  interface Line {
    readonly steps: readonly { readonly step: string; readonly decision: { reason?: Reason } }[]
  }
  // Safe: that is what `plan --json` prints of a scan that can be read.
  const { steps } = JSON.parse((await desk.romi([...plan, '--json'])).out) as Line
  const why = steps.find((of) => of.step === step)?.decision.reason?.why ?? 'nothing'
  const { out } = await desk.romi(plan)
  const rows = out.split('\n').map((line) => line.trim().split(/ {2,}/))
  return [why, rows.find((row) => row[1] === step)?.at(-1) ?? '']
}

/** Changes the photographs as their owner would. */
async function change(work: (images: Fileset) => Promise<unknown>): Promise<void> {
  await using db = new FSDB(join(desk.folder, 'db'))
  await db.connect()
  await work(await (await db.getScan('plant')).getFileset('images'))
}

const encode = (text: string) => new TextEncoder().encode(text)
const open = async () => (await FSDB.open(join(desk.folder, 'db'))).getScan('plant')
const filesetOf = async (task: string) => {
  const ids = await (await open()).filesetIds()
  // Safe: each test made one.
  return ids.find((id) => id.startsWith(`${task}_`))!
}

test('it never ran', async () => {
  expect(await told('Upper')).toEqual(['never-ran', 'never ran on this scan'])
})

test('a parameter: old and new value, and the line that sets it', async () => {
  await run()
  await desk.write('p.toml', '[Upper]\nsuffix = "?"\n[Join]\n[Count]\nbase = 2\n')
  expect(await told('Upper')).toEqual(['parameter', 'suffix "!" → "?" (p.toml:2)'])
  expect(await told('Count')).toEqual(['parameter', 'base 10 → 2 (p.toml:5)'])
})

test('several parameters, one of them back at its default, which no line sets', async () => {
  await change(async (images) => {
    for (const file of await images.getFiles()) await file.setMetadata({ channel: 'rgb' })
  })
  await run()
  await desk.write('p.toml', '[Upper.query]\nchannel = "rgb"\n[Join]\n[Count]\n')
  expect(await told('Upper')).toEqual([
    'parameter',
    'query {} → {"channel":"rgb"} (p.toml:1), suffix "!" → ""',
  ])
})

test('a parameter, against the variant that differs least', async () => {
  await run()
  await run('-s', 'Upper.suffix=?', '-s', 'Join.separator=-', '-s', 'Count.base=2')
  expect(await told('Join', '-s', 'Join.separator=+')).toEqual(['parameter', 'separator " " → "+"'])
})

test('another version of the task', async () => {
  const own = (version: number) => `import { defineTask } from 'romi-run'
import { text } from 'romi-run/tasks'
export default defineTask({ name: 'Own', version: ${version}, summary: '', inputs: {}, params: {},
  output: text, run: () => 'a word' })`
  await desk.write('own-1.ts', own(1))
  await desk.write('own-2.ts', own(2))
  await desk.write('p.toml', '[romi]\nmodules = ["own-1.ts"]\n[Own]\n')
  await run()
  await desk.write('p.toml', '[romi]\nmodules = ["own-2.ts"]\n[Own]\n')
  expect(await told('Own')).toEqual(['version', 'the task changed: version 1 → 2'])
})

test('photographs: more, less, others, and with other metadata', async () => {
  await run()
  await change(async (images) => {
    await (await images.createFile('c')).write(encode('root'), 'txt')
    await (await images.getFile('a')).write(encode('twig'), 'txt')
    await (await images.getFile('b')).setMetadata({ channel: 'rgb' })
  })
  expect(await told('Upper')).toEqual([
    'input-changed',
    'upstream_task from ImagesFilesetExists: 1 added (c), 1 changed (a), metadata changed (channel of b: unset → "rgb")',
  ])
  await run()
  await change((images) => images.deleteFile('a'))
  expect(await told('Upper')).toEqual([
    'input-changed',
    'upstream_task from ImagesFilesetExists: 1 removed (a)',
  ])
})

test('files of its own are missing', async () => {
  await run()
  const upper = await filesetOf('Upper')
  await rm(join(desk.folder, 'db', 'plant', upper, 'b.txt'))
  expect(await told('Upper')).toEqual(['files-missing', `${upper} lacks b`])
})

test('it was deleted: itself asked for, or read by a step that must run', async () => {
  await run()
  for (const task of ['Join', 'Count']) {
    await using db = new FSDB(join(desk.folder, 'db'))
    await db.connect()
    await (await db.getScan('plant')).deleteFileset(await filesetOf(task))
  }
  expect(await told('Count')).toEqual(['deleted', 'was deleted'])
  expect(await told('Join')).toEqual(['deleted', 'was deleted, and Count reads it'])
})

test('it was interrupted, with some files done', async () => {
  let asked = false
  const stdout = {
    write(text: string) {
      if (!asked && text.includes('"progress"')) desk.interrupt('SIGTERM')
      asked ||= text.includes('"progress"')
    },
  }
  await desk.write('p.toml', '[Upper]\ndelay = 50\n')
  const args = ['p.toml', 'db', '--executor', 'inline', '-j', '1', '--json']
  expect((await desk.romi(args, { stdout })).code).toBe(130)
  const [why, words] = await told('Upper')
  expect(why).toBe('incomplete')
  expect(words).toMatch(/^interrupted; \d files? finished$/)
})

test('it is forced; and what follows it may come out the same', async () => {
  await run()
  expect(await told('Join', '-f', 'Join')).toEqual(['forced', 'forced'])
  expect(await told('Count', '-f', 'Join')).toEqual([
    'follows',
    'only if its input comes out different: Join is made again',
  ])
})
