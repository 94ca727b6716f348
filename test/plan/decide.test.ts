// What is decided about the steps of a pipeline, and why: on scans in memory.
import { describe, expect, test } from 'vitest'
import { resumeKeyOf } from '../../src/plan/key.ts'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { tasks } from '../support/tasks.ts'
import { line, madeBy, photographs } from '../support/made-scan.ts'

describe('a pipeline on a scan', () => {
  test('runs from the first step on: one whose input is not made yet follows it', async () => {
    const scan = new MemoryScan(photographs)
    expect(await scan.plan(line)).toEqual({
      ImagesFilesetExists: { do: 'reuse', fileset: 'images', edited: [] },
      Upper: { do: 'run', reason: { why: 'never-ran' } },
      Join: { do: 'run', reason: { why: 'never-ran' } },
      Count: { do: 'run', reason: { why: 'never-ran' } },
    })
    const plan = await scan.planned(line)
    expect([...plan].filter(([, { ready }]) => ready).map(([name]) => name)).toEqual(['Upper'])
    expect(await scan.make(line)).toEqual(['Upper', 'Join', 'Count'])
    expect(scan.textOf('Join')).toBe('ONE TWO THREE')
  })

  test('has nothing to do once all of it is there', async () => {
    const scan = await madeBy(line)
    const [upper] = scan.filesets('Upper')
    const [join] = scan.filesets('Join')
    const [count] = scan.filesets('Count')
    expect(await scan.plan(line)).toEqual({
      ImagesFilesetExists: { do: 'reuse', fileset: 'images', edited: [] },
      Upper: { do: 'reuse', fileset: upper, edited: [] },
      Join: { do: 'reuse', fileset: join, edited: [] },
      Count: { do: 'reuse', fileset: count, edited: [] },
    })
    expect(await scan.make(line)).toEqual([])
  })
})

describe('a step that must run', () => {
  test('makes what reads it wait: whether that runs depends on what comes out', async () => {
    const scan = await madeBy(line)
    const change = '[Upper]\nsuffix = "!"\n[Join]\n[Count]\n'
    const changes = [{ name: 'suffix', from: '', to: '!', line: 2 }]
    expect(await scan.plan(change)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'parameter', changes } },
      Join: { do: 'maybe', reason: { why: 'follows', step: 'Upper' } },
      Count: { do: 'maybe', reason: { why: 'follows', step: 'Join' } },
    })
    expect(await scan.make(change)).toEqual(['Upper', 'Join', 'Count'])
    // Of which the same comes out: what reads that has nothing to do.
    scan.put('images', { a: 'ONE' })
    expect(await scan.make(change)).toEqual(['Upper'])
  })

  test('is made beside the earlier one, and going back finds that again', async () => {
    const scan = await madeBy(line)
    const [first] = scan.filesets('Upper')
    await scan.make('[Upper]\nsuffix = "!"\n[Join]\n[Count]\n')
    expect(scan.filesets('Upper')).toHaveLength(2)
    expect(await scan.plan(line)).toMatchObject({ Upper: { do: 'reuse', fileset: first } })
  })

  test('of a step that is to be made in any case, what follows has other parameters anyway', async () => {
    const scan = await madeBy(line)
    const toml = '[Upper]\nsuffix = "!"\n[Join]\nseparator = "+"\n[Count]\n'
    expect(await scan.plan(toml)).toMatchObject({
      Join: { do: 'run', reason: { why: 'parameter' } },
      Count: { do: 'maybe', reason: { why: 'follows', step: 'Join' } },
    })
  })

  test('is told to take up what a killed run had finished', async () => {
    const scan = new MemoryScan(photographs)
    const upper = scan.pipeline(line).steps.get('Upper') as ComputingStep
    scan.finished.set(resumeKeyOf(upper), 2)
    expect(await scan.plan(line)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'incomplete', finished: 2 } },
      Join: { do: 'run', reason: { why: 'never-ran' } },
    })
  })

  test('waits in vain where its program is missing, and all that needs it with it', async () => {
    const scan = new MemoryScan(photographs)
    const program = { name: 'pov', install: 'install it' }
    scan.tasks = tasks.map((task) =>
      task.name === 'Join' && task.is === 'computing' ? { ...task, programs: [program] } : task,
    )
    const why = 'Join needs the program pov: apt-get install pov'
    const stop = { do: 'stop', cause: 'missing', why }
    const missingPrograms = { pov: 'apt-get install pov' }
    expect(await scan.plan(line, { missingPrograms })).toMatchObject({
      Upper: { do: 'run' },
      Join: stop,
      Count: stop,
    })
    const other = { missingPrograms: { colmap: 'apt-get install colmap' } }
    expect(await scan.plan(line, other)).toMatchObject({
      Join: { do: 'run' },
      Count: { do: 'run' },
    })
    await scan.make(line)
    expect(await scan.plan(line, { missingPrograms })).toMatchObject({ Join: { do: 'reuse' } })
    // One that may have to run cannot be waited for either.
    const forced = ['Upper']
    expect(await scan.plan(line, { missingPrograms, forced })).toMatchObject({
      Upper: { do: 'run' },
      Join: stop,
    })
  })
})

describe('a step that is forced', () => {
  test('runs again though it is complete, and what reads it may follow', async () => {
    const scan = await madeBy(line)
    const [join] = scan.filesets('Join')
    const plan = await scan.planned(line, { forced: ['Join'] })
    expect(plan.get('Join')).toMatchObject({
      decision: { do: 'run', reason: { why: 'forced' } },
      ready: { replaces: { id: join } },
    })
    expect(plan.get('Upper')?.decision.do).toBe('reuse')
    expect(plan.get('Count')?.decision).toEqual({
      do: 'maybe',
      reason: { why: 'follows', step: 'Join' },
    })
    expect(await scan.make(line, { forced: ['Join'] })).toEqual(['Join'])
    expect(scan.filesets('Join')).toEqual([join])
  })

  test('runs though nobody asked for it, and not before what it reads', async () => {
    const scan = new MemoryScan(photographs)
    const forced = ['Join']
    expect(await scan.plan(line, { targets: ['Upper'], forced })).toMatchObject({
      Upper: { do: 'run' },
      Join: { do: 'run', reason: { why: 'forced' } },
    })
    await scan.make(line)
    expect(await scan.plan(line, { forced: ['Upper', 'Join'] })).toMatchObject({
      Upper: { do: 'run', reason: { why: 'forced' } },
      Join: { do: 'run', reason: { why: 'forced' } },
      Count: { do: 'maybe', reason: { why: 'follows', step: 'Join' } },
    })
  })

  test('of which files are missing is told as damaged', async () => {
    const scan = await madeBy(line)
    const [upper] = scan.filesets('Upper')
    scan.lose(upper, 'b')
    const reason = { why: 'files-missing', fileset: upper, files: ['b'] }
    expect(await scan.plan(line, { forced: ['Upper'] })).toMatchObject({ Upper: { reason } })
  })
})

describe('a made fileset that lacks a file', () => {
  test('is made again in its place; what reads it may be complete all the same', async () => {
    const scan = await madeBy(line)
    const [upper] = scan.filesets('Upper')
    scan.lose(upper, 'b')
    const plan = await scan.planned(line)
    expect(plan.get('Upper')).toMatchObject({
      decision: { do: 'run', reason: { why: 'files-missing', fileset: upper, files: ['b'] } },
      ready: { replaces: { id: upper } },
    })
    expect(plan.get('Join')?.decision).toMatchObject({ do: 'maybe' })
    expect(await scan.make(line)).toEqual(['Upper'])
    expect(scan.filesets('Upper')).toEqual([upper])
    expect(await scan.plan(line)).toMatchObject({ Upper: { do: 'reuse' }, Count: { do: 'reuse' } })
  })
})
