// Evaluations need a truth to compare with; neutral slots that find nothing are as if not there.
import { describe, expect, test } from 'vitest'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import type { ResolvedInput } from '../../src/plan/inputs/resolve.ts'
import { isTold, slotDigests, toldOf } from '../../src/plan/told.ts'
import { wantedResults } from '../../src/plan/truth.ts'
import { files, fileset } from '../../src/task/slot.ts'
import type { FoundTruth } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { digest, seenFile } from '../support/records.ts'
import { tasks, text, texts } from '../support/tasks.ts'

const photographs = { a: 'one', b: 'two' }
const toml = '[Count]\n[Evaluate]\n'

describe('an evaluation', () => {
  const why = 'plant has no ground truth for Evaluate: put a measures.json or .csv into its folder'

  test('without its truth is passed over, and what it would judge is made', async () => {
    const scan = new MemoryScan(photographs)
    expect(await scan.plan(toml)).toMatchObject({
      Count: { do: 'run' },
      Evaluate: { do: 'stop', cause: 'passed-over', why },
    })
  })

  test('that was asked for by name stops for want of it, and nothing is made for it', async () => {
    const scan = new MemoryScan(photographs)
    expect(await scan.plan(toml, { targets: ['Evaluate'] })).toMatchObject({
      Count: { do: 'leave' },
      Evaluate: { do: 'stop', cause: 'missing', why },
    })
    expect(await scan.plan(toml, { targets: ['Join'] })).toMatchObject({
      Evaluate: { do: 'leave' },
    })
  })

  test('with its truth runs, and hangs on what was measured', async () => {
    const scan = new MemoryScan(photographs)
    scan.measures = { angles: [137] }
    expect(await scan.make(toml)).toEqual(['Upper', 'Join', 'Count', 'Evaluate'])
    expect(await scan.plan(toml)).toMatchObject({ Evaluate: { do: 'reuse' } })
    scan.measures = { angles: [138] }
    expect(await scan.plan(toml)).toMatchObject({
      Evaluate: { do: 'run', reason: { why: 'input-changed', metadata: [{ key: 'measures' }] } },
    })
  })

  test('of which the photographs are missing is passed over as well', async () => {
    const scan = new MemoryScan(photographs)
    scan.measures = { angles: [137] }
    scan.remove('images')
    const cause = (name: string, plan: Awaited<ReturnType<typeof scan.plan>>) => plan[name]
    const plan = await scan.plan(toml)
    expect(cause('Evaluate', plan)).toMatchObject({ do: 'stop', cause: 'passed-over' })
    const named = await scan.plan(toml, { targets: ['Evaluate'] })
    expect(cause('Evaluate', named)).toMatchObject({ do: 'stop', cause: 'missing' })
    // What is lost in this run is lost, evaluation or not.
    expect(await scan.plan(toml, { failed: ['ImagesFilesetExists'] })).toMatchObject({
      Evaluate: { do: 'stop', cause: 'input-lost' },
    })
  })

  test('of which the truth is lost is passed over, and what it would judge is made', async () => {
    const scan = new MemoryScan(photographs)
    scan.tasks = [
      ...tasks,
      defineTask({
        name: 'Judge',
        version: 1,
        summary: '',
        inputs: {
          upstream_task: fileset(text, { default: 'Join' }),
          ground_truth: files(texts, { default: 'Letters', groundTruth: () => true }),
        },
        params: {},
        output: text,
        run: () => '',
      }),
    ]
    const without = (step: string) => scan.plan(`[${step}.romi]\nadopt = "mine"\n[Judge]\n`)
    expect(await without('Letters')).toMatchObject({
      Join: { do: 'run' },
      Judge: { do: 'stop', cause: 'passed-over' },
    })
    // What would be compared with nothing is no reason to make the truth.
    expect(await without('Join')).toMatchObject({
      Letters: { do: 'leave' },
      Judge: { do: 'stop', cause: 'passed-over' },
    })
  })

  test('is told what stands where its truth should be', async () => {
    const asked: FoundTruth[] = []
    const judge = defineTask({
      name: 'Judge',
      version: 1,
      summary: '',
      inputs: {
        upstream_task: fileset(text, { default: 'Join' }),
        ground_truth: files(texts, {
          default: 'Upper',
          groundTruth: (found) => {
            asked.push(found)
            return found.files === 2
          },
        }),
      },
      params: {},
      output: text,
      run: () => '',
    })
    const scan = new MemoryScan(photographs)
    scan.tasks = [...tasks, judge]
    await scan.make('[Upper]\n[Join]\n')
    expect(await scan.plan('[Judge]')).toMatchObject({ Judge: { do: 'run' } })
    expect(asked).toEqual([{ artifact: 'texts', measured: false, files: 2 }])
    scan.put('images', { c: 'three' })
    scan.measures = {}
    await scan.make('[Upper]\n[Join]\n')
    expect(await scan.plan('[Judge]')).toMatchObject({
      Judge: { do: 'stop', cause: 'passed-over', why: 'plant has no ground truth for Judge' },
    })
    expect(asked.at(-1)).toEqual({ artifact: 'texts', measured: true, files: 3 })
    // While it is not known what stands there, nobody is asked.
    const count = asked.length
    expect(await scan.plan('[Judge]', { forced: ['Upper'] })).toMatchObject({
      Upper: { do: 'run' },
    })
    expect(asked).toHaveLength(count)
  })

  test('comes after what it judges among the results that were asked for', () => {
    const scan = new MemoryScan(photographs)
    expect(wantedResults(scan.pipeline(toml))).toEqual(['Count', 'Evaluate'])
    expect(wantedResults(scan.pipeline(toml, ['Evaluate']))).toEqual(['Evaluate'])
    expect(wantedResults(scan.pipeline(toml, ['Count', 'Join', 'Count']))).toEqual([
      'Count',
      'Join',
    ])
    expect(wantedResults(scan.pipeline('[ImagesFilesetExists]'))).toEqual(['ImagesFilesetExists'])
  })
})

describe('a neutral slot', () => {
  const told = (name: string, neutral: boolean) =>
    defineTask({
      name,
      version: 1,
      summary: '',
      inputs: {
        upstream_task: files(texts, { default: 'ImagesFilesetExists' }),
        later: files(texts, { default: undefined, ...(neutral && { neutral }) }),
      },
      params: {},
      output: text,
      run: () => '',
    })
  const scan = new MemoryScan(photographs)
  scan.tasks = [...tasks, told('Neutral', true), told('Plain', false)]
  const step = (name: string) => scan.pipeline(`[${name}]`).steps.get(name) as ComputingStep
  const input = (seen: object = {}): ResolvedInput =>
    // Safe: only what is seen, and its digest, is looked at.
    ({ seen: { files: [], fileset: {}, scan: {}, ...seen }, digest: digest('seen') }) as never

  test('is told only where it finds something', () => {
    expect(isTold(step('Plain'), 'later', input())).toBe(true)
    expect(isTold(step('Neutral'), 'upstream_task', input())).toBe(true)
    expect(isTold(step('Neutral'), 'later', input())).toBe(false)
    for (const seen of [
      { files: [seenFile('a')] },
      { fileset: { box: '1' } },
      { scan: { unit: '"mm"' } },
      { measures: '{}' },
    ])
      expect(isTold(step('Neutral'), 'later', input(seen))).toBe(true)
  })

  test('that finds nothing is in no key', () => {
    const inputs = { upstream_task: input(), later: input() }
    expect(Object.keys(toldOf(step('Neutral'), inputs))).toEqual(['upstream_task'])
    expect(Object.keys(toldOf(step('Plain'), inputs))).toEqual(['upstream_task', 'later'])
    expect(slotDigests({ later: input() })).toEqual({ later: digest('seen') })
  })

  test('leaves a result of the time before it as it was', async () => {
    const before = new MemoryScan(photographs)
    const plain = told('Neutral', true)
    const { later: _later, ...inputs } = plain.inputs
    before.tasks = [...tasks, { ...plain, inputs }]
    await before.make('[Neutral]')
    before.tasks = [...tasks, plain]
    expect(await before.plan('[Neutral]')).toMatchObject({ Neutral: { do: 'reuse' } })
    // It has a photograph now that it did not have: the reason tells of that slot.
    before.put('more', { z: 'more' })
    const toml = '[Neutral]\nlater = "Upper"\n'
    await before.make('[Upper]\n')
    expect(await before.plan(toml)).toMatchObject({
      Neutral: { do: 'run', reason: { why: 'input-changed', slot: 'later', added: ['a', 'b'] } },
    })
  })
})
