// Checks: values that are kept with a result and held against limits whenever it is shown.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CheckReport } from '../../src/plan/check-report.ts'
import { isRecord } from '../../src/plan/facts/record-shape.ts'
import { advance, beforeRun } from '../../src/run/state.ts'
import { exitCodeOf } from '../../src/run/exit-code.ts'
import { param } from '../../src/task/param.ts'
import { files, fileset } from '../../src/task/slot.ts'
import { defineTask, type TaskContext } from '../../src/task/task.ts'
import { Rig, type Ran } from '../support/rig.ts'
import { tasks, text, texts } from '../support/tasks.ts'

const share = {
  doc: 'How long a text is.',
  max: 5,
  far: 3,
  high: 'cut it',
  odd: 'look at it',
}
const weigh = (checks: boolean) =>
  defineTask({
    name: 'Weigh',
    version: 1,
    summary: 'Says how long each text is.',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
    params: { suffix: param.string({ default: '', doc: 'no matter' }), query: param.query() },
    output: texts,
    each: 'upstream_task',
    ...(checks && { checks: { share } }),
    run({ value, check }) {
      if (checks) check('share', value.length)
      return value
    },
  })
const total = (checks: boolean) =>
  defineTask({
    name: 'Total',
    version: 1,
    summary: 'All in one.',
    inputs: { upstream_task: files(texts, { default: 'Weigh' }) },
    params: {},
    output: text,
    ...(checks && { checks: { parts: { doc: 'How many.', min: 2 }, never: { doc: 'Not told.' } } }),
    async run({ inputs, check }) {
      const { files: all } = inputs.upstream_task
      if (checks) check('parts', all.length, all.map(({ id }) => id).join(' '))
      if (checks) check('never', Number.NaN)
      return all.map(({ id }) => id).join()
    },
  })

async function rigWith(photographs: Record<string, string>, checks = true): Promise<Rig> {
  const rig = await Rig.make(photographs)
  rig.tasks = [...tasks, weigh(checks), total(checks)]
  return rig
}

const reports = ({ events }: Ran, step: string): readonly CheckReport[] =>
  events.flatMap((event) =>
    (event.is === 'finished' || event.is === 'reused') && event.step === step
      ? (event.checks ?? [])
      : [],
  )
const codeOf = ({ events }: Ran, strict: boolean): number =>
  exitCodeOf(events.reduce(advance, beforeRun()), false, strict)
const toml = '[Weigh]\n[Total]'

test('values are kept with each file and with a whole result, and held against the limits', async () => {
  const rig = await rigWith({ a: 'one', b: 'eleven', c: 'two' })
  const ran = await rig.run(toml)
  expect(reports(ran, 'Weigh')).toEqual([
    {
      check: 'share',
      is: 'broken',
      limits: { max: 5, far: 3 },
      range: { least: 3, median: 3, greatest: 6 },
      files: 3,
      broken: [{ file: 'b', value: 6 }],
      message: 'share of b (6) is above 5: cut it',
    },
  ])
  expect(reports(ran, 'Total')).toMatchObject([
    { check: 'parts', is: 'fine', range: { median: 3 } },
    { check: 'never', is: 'unknown' },
  ])
  expect(ran.code).toBe(0)
  expect(ran.state.warnings).toEqual([
    { scan: 'plant', step: 'Weigh', text: 'share of b (6) is above 5: cut it', isBroken: true },
  ])
})

test('another limit runs nothing, and a reused result warns by it', async () => {
  const rig = await rigWith({ a: 'one', b: 'four' })
  expect(codeOf(await rig.run(toml), true)).toBe(0)
  const narrow = await rig.run(`${toml}\n[Total.romi.checks]\nparts = { min = 3 }`)
  expect(narrow.ran).toEqual([])
  expect(reports(narrow, 'Total')[0]).toMatchObject({ is: 'broken', limits: { min: 3 } })
  expect(reports(narrow, 'Total')[0].message).toBe('parts is 2 (a b), below 3')
  expect([codeOf(narrow, true), codeOf(narrow, false)]).toEqual([15, 0])
  const none = await rig.run(`${toml}\n[Total.romi.checks]\nparts = { min = -inf }`)
  expect(reports(none, 'Total')[0]).toMatchObject({ is: 'fine', limits: {} })
})

test('a file far from the others is named, whatever the limits', async () => {
  const rig = await rigWith({ a: 'o', b: 'four', c: 'five', d: 'nine' })
  const [report] = reports(await rig.run('[Weigh]'), 'Weigh')
  expect(report.message).toBe('share of a (1) is more than 3 times off the median 4: look at it')
})

test('the value of a file travels with it where it is taken over', async () => {
  const rig = await rigWith({ a: 'one', b: 'eleven' })
  await rig.run('[Weigh]')
  await rig.photograph({ c: 'three' })
  const ran = await rig.run('[Weigh]')
  expect(ran.made('Weigh')).toBe(1)
  expect(reports(ran, 'Weigh')[0]).toMatchObject({ files: 3, broken: [{ file: 'b', value: 6 }] })
})

test('the value of an edited file is shown as edited and breaks no limit', async () => {
  const rig = await rigWith({ a: 'one', b: 'eleven' })
  await rig.run(toml)
  const [made] = await rig.filesets('Weigh')
  rig.edit(made, 'b.txt', 'short')
  expect(reports(await rig.run('[Weigh]'), 'Weigh')[0]).toMatchObject({
    is: 'fine',
    files: 1,
    edited: ['b'],
  })
  const [whole] = await rig.filesets('Total')
  const ran = await rig.run('[Weigh]\n[Total]')
  rig.edit((await rig.filesets('Total')).at(-1)!, 'text.txt', 'by hand')
  expect(ran.code).toBe(0)
  expect(whole).toMatch(/^Total_/)
  expect(reports(await rig.run(toml), 'Total')[0]).toMatchObject({ is: 'edited' })
})

test('they enter no key: a result from before they were declared is complete, and not known', async () => {
  const rig = await rigWith({ a: 'one', b: 'eleven' }, false)
  await rig.run(toml)
  rig.tasks = [...tasks, weigh(true), total(true)]
  const ran = await rig.run(toml)
  expect(ran.ran).toEqual([])
  expect(reports(ran, 'Weigh')).toMatchObject([{ check: 'share', is: 'unknown' }])
  expect(codeOf(ran, true)).toBe(0)
  // Forced, it comes out the same, and is published all the same for what it tells.
  expect(reports(await rig.run(toml, { forced: ['Weigh'] }), 'Weigh')[0].is).toBe('broken')
})

test('a record with checks has the shape that records had, and task_params know nothing of them', async () => {
  const rig = await rigWith({ a: 'one' })
  await rig.run(toml)
  const [made] = await rig.filesets('Total')
  const path = join(rig.path, 'plant', 'metadata', `${made}.json`)
  const metadata = JSON.parse(readFileSync(path, 'utf8'))
  expect(metadata.romi.checks).toEqual({ parts: { value: 1, note: 'a' } })
  expect(metadata.task_params).toEqual({ upstream_task: 'Weigh' })
  // What a later version adds, an earlier one passes over, and garbled values are not known.
  metadata.romi.checks = { parts: 'many', other: { value: 1, unheard: [] } }
  expect(isRecord(metadata.romi)).toBe(true)
  writeFileSync(path, JSON.stringify(metadata))
  expect(reports(await rig.run(toml), 'Total')[0].is).toBe('unknown')
})

test('a check that was not declared is a fault of the task', async () => {
  const rig = await Rig.make()
  const wrong = defineTask({
    name: 'Wrong',
    version: 1,
    summary: 'Reports what it does not declare.',
    inputs: { upstream_task: fileset(text, { default: 'Join' }) },
    params: {},
    output: text,
    run({ check }) {
      check('share', 1)
      return 'x'
    },
  })
  rig.tasks = [...tasks, wrong]
  const { events } = await rig.run('[Wrong]')
  expect(events.find(({ is }) => is === 'failed')).toMatchObject({
    failure: { code: 'task/undeclared-check', facts: { task: 'Wrong', check: 'share' } },
  })
})

test('limits in the file are checked: unknown checks and limits, and texts, are mistakes', async () => {
  const rig = await rigWith({ a: 'one' })
  for (const wrong of ['shares = { max = 1 }', 'share = { maximum = 1 }', 'share = { max = "1" }'])
    expect(() => rig.pipeline(`[Weigh]\n[Weigh.romi.checks]\n${wrong}`)).toThrow(/checks/)
  expect(() => rig.pipeline('[Total]\n[Total.romi.checks]\nparts = { far = 2 }')).toThrow(/far/)
  expect(() => rig.pipeline('[Count]\n[Count.romi.checks]\nx = { max = 2 }')).toThrow(/Count/)
})

test('what a task warned of is told again by a run that has nothing to do, until it is made anew', async () => {
  const rig = await Rig.make({ a: 'one' })
  const warning = (version: number) => ({
    ...total(false),
    version,
    run({ log }: TaskContext) {
      if (version === 1) for (const text of ['odd', 'odd', 'very odd']) log.warn(text)
      return 'all'
    },
  })
  rig.tasks = [...tasks, weigh(false), warning(1)]
  await rig.run(toml)
  const again = await rig.run(toml)
  expect(again.events.filter(({ is }) => is === 'finished')).toEqual([])
  const reused = again.events.find((event) => event.is === 'reused' && event.step === 'Total')
  expect(reused).toMatchObject({ warned: ['odd', 'very odd'] })
  expect(again.state.warnings.map(({ text }) => text)).toEqual(['odd', 'very odd'])
  rig.tasks = [...tasks, weigh(false), warning(2)]
  expect((await rig.run(toml)).state.warnings).toEqual([])
  expect((await rig.run(toml)).state.warnings).toEqual([])
})
