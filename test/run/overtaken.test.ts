// What a step reads is changed by others while it runs: its result tells of neither state.
import { renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../../src/run/exit-codes.ts'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { Rig, type Ran } from '../support/rig.ts'
import { tasks, text, texts } from '../support/tasks.ts'

/** A task that reads, then lets `meanwhile` happen, then ends. */
function slowReader(name: string, meanwhile: () => void | Promise<void>) {
  return defineTask({
    name,
    version: 1,
    summary: 'Reads all, and takes its time.',
    inputs: {
      upstream_task: files(texts, {
        default: 'ImagesFilesetExists',
        reads: { file: ['camera'], scan: ['unit'] },
        measures: true,
      }),
    },
    params: {},
    output: text,
    run: async ({ inputs }) => {
      const input = inputs.upstream_task
      const ofScan = [input.scanMetadata('unit'), input.measures?.angles].flatMap((value) =>
        value === undefined ? [] : [JSON.stringify(value)],
      )
      const all = await Promise.all(
        input.files.map(
          async (file) =>
            `${await input.read(file)}${JSON.stringify(file.metadata('camera') ?? 0)}`,
        ),
      )
      await meanwhile()
      return [...all, ...ofScan].join(' ')
    },
  })
}

const once = (work: () => void): (() => void) => {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    work()
  }
}

const failures = ({ events }: Ran) =>
  events.flatMap((event) =>
    event.is === 'failed' ? [{ code: event.failure.code, retry: event.retry }] : [],
  )

async function rigWith(
  meanwhile: (rig: Rig) => void | Promise<void>,
  names = ['Slow'],
): Promise<Rig> {
  const rig = await Rig.make({ a: 'one', b: 'two' })
  rig.tasks = [...tasks, ...names.map((name) => slowReader(name, () => meanwhile(rig)))]
  return rig
}

const photograph = (rig: Rig, content: string): void =>
  writeFileSync(join(rig.path, 'plant', 'images', 'a.txt'), content)
const describe = (rig: Rig, metadata: string): void =>
  writeFileSync(join(rig.path, 'plant', 'metadata', 'images', 'a.json'), metadata)
const describeScan = (rig: Rig, metadata: string): void =>
  writeFileSync(join(rig.path, 'plant', 'metadata', 'metadata.json'), metadata)
const measure = (rig: Rig, measures: string): void =>
  writeFileSync(join(rig.path, 'plant', 'measures.json'), measures)

test('a photograph taken again while its step runs: the step is made again', async () => {
  const rig = await rigWith(once(() => photograph(rig, 'ONE!')))
  const ran = await rig.run('[Slow]')
  expect(failures(ran)).toEqual([{ code: 'task/overtaken', retry: true }])
  expect(await rig.textOf('Slow')).toBe('ONE!0 two0')
  expect(await rig.filesets('Slow')).toHaveLength(1)
  expect((await rig.run('[Slow]')).ran).toEqual([])
})

test('so with a photograph behind a link', async () => {
  const rig = await rigWith(once(() => photograph(rig, 'ONE!')))
  const listed = join(rig.path, 'plant', 'images', 'a.txt')
  const original = join(rig.path, 'original.txt')
  renameSync(listed, original)
  symlinkSync(original, listed)
  expect(failures(await rig.run('[Slow]'))).toEqual([{ code: 'task/overtaken', retry: true }])
  expect(await rig.textOf('Slow')).toBe('ONE!0 two0')
})

test('so with metadata that it declared to read', async () => {
  const rig = await rigWith(once(() => describe(rig, '{"camera": "A"}')))
  expect(failures(await rig.run('[Slow]'))).toEqual([{ code: 'task/overtaken', retry: true }])
  expect(await rig.textOf('Slow')).toBe('one"A" two0')
})

test('so with metadata of photographs that it sees through what was made from them', async () => {
  const rig = await rigWith(once(() => describe(rig, '{"camera": "A"}')))
  const toml = '[Slow]\nupstream_task = "Upper"'
  expect(failures(await rig.run(toml))).toEqual([{ code: 'task/overtaken', retry: true }])
  expect(await rig.textOf('Slow')).toBe('ONE"A" TWO0')
  expect(await rig.filesets('Slow')).toHaveLength(1)
  expect((await rig.run(toml)).ran).toEqual([])
})

test('so with metadata of the scan', async () => {
  const rig = await rigWith(once(() => describeScan(rig, '{"unit": "cm"}')))
  expect(failures(await rig.run('[Slow]'))).toEqual([{ code: 'task/overtaken', retry: true }])
  expect(await rig.textOf('Slow')).toBe('one0 two0 "cm"')
})

test('so with what was measured', async () => {
  const rig = await rigWith(once(() => measure(rig, '{"angles": [137]}')))
  expect(failures(await rig.run('[Slow]'))).toEqual([{ code: 'task/overtaken', retry: true }])
  expect(await rig.textOf('Slow')).toBe('one0 two0 [137]')
})

test('so with metadata of the scan that change just when another step ends', async () => {
  let go = (): void => undefined
  const afterJoin = new Promise<void>((resolve) => (go = resolve))
  const rig = await rigWith(() => afterJoin)
  const ran = await rig.run('[Slow]\n[Join]\n[Count]', {
    tell: (event) => {
      if (event.is === 'finished' && event.step === 'Join') describeScan(rig, '{"unit": "cm"}')
      // Join is settled by then.
      if (event.is === 'started' && event.step === 'Count') go()
    },
  })
  expect(failures(ran)).toEqual([{ code: 'task/overtaken', retry: true }])
  expect(await rig.textOf('Slow')).toBe('one0 two0 "cm"')
})

test('with metadata that it does not read, or the same bytes again, it is published', async () => {
  const rig = await rigWith(
    once(() => {
      describe(rig, '{"gardener": "Ada"}')
      photograph(rig, 'one')
    }),
  )
  const ran = await rig.run('[Slow]')
  expect(failures(ran)).toEqual([])
  expect(await rig.textOf('Slow')).toBe('one0 two0')
})

test('of two steps that read what was changed, both are made again', async () => {
  const rig = await rigWith(
    once(() => photograph(rig, 'ONE!')),
    ['Slow', 'Slower'],
  )
  const ran = await rig.run('[Slow]\n[Slower]')
  expect(ran.code).toBe(exitCodes.complete)
  expect(await rig.textOf('Slow')).toBe('ONE!0 two0')
  expect(await rig.textOf('Slower')).toBe('ONE!0 two0')
  expect((await rig.run('[Slow]\n[Slower]')).ran).toEqual([])
})

test('a photograph that never comes to rest fails the step, with what to do', async () => {
  let times = 0
  const rig = await rigWith(() => photograph(rig, `again ${'!'.repeat(++times)}`))
  const ran = await rig.run('[Slow]')
  expect(ran.code).toBe(exitCodes.taskFailed)
  expect(failures(ran).at(-1)).toEqual({ code: 'task/overtaken', retry: false })
  const last = ran.events.findLast((event) => event.is === 'failed')
  expect(last?.failure.message).toBe(
    'what it reads was changed while it ran (images): let whatever writes there finish first',
  )
  expect(await rig.filesets('Slow')).toEqual([])
})

test('file by file, what is not touched is kept', async () => {
  const rig = await Rig.make({ a: 'one', b: 'two', c: 'three' })
  const change = once(() => photograph(rig, 'ONE!'))
  const ran = await rig.run('[Upper]\ndelay = 5', {
    tell: (event) => {
      if (event.is === 'progress' && event.done === 3) change()
    },
  })
  expect(ran.made('Upper')).toBe(1)
  expect(await rig.textOf('Upper', 'a')).toBe('ONE!')
})
