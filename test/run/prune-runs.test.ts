// What is kept of earlier runs: the last hundred, those at work, and the last failure of each step.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { RunId } from '../../src/fsdb/ids.ts'
import { newRunId } from '../../src/fsdb/own-names.ts'
import { prunableRuns, prunableRunsOf } from '../../src/run/prune-runs.ts'
import type { PastEnd } from '../../src/run/run-log.ts'
import { lastFailures } from '../../src/survey/last-failures.ts'
import { pipeline, Rig } from '../support/rig.ts'

const runs = Array.from({ length: 103 }, (_, i) => newRunId(new Date(i)))
const failed = (step: string): PastEnd => ({
  is: 'failed',
  scan: 's',
  step,
  code: 'task/threw',
  message: 'm',
})
const well = (step: string): PastEnd => ({ is: 'well', scan: 's', step })
const prunable = (ends: Readonly<Record<number, readonly PastEnd[]>>, atWork: RunId[] = []) =>
  prunableRuns(runs, new Set(atWork), (run) => ends[runs.indexOf(run)] ?? []).map((run) =>
    runs.indexOf(run),
  )

describe('of 103 runs', () => {
  test('the first three go', () => {
    expect(prunable({ 0: [well('A')], 50: [failed('B')] })).toEqual([2, 1, 0])
  })

  test('one that is at work stays', () => {
    expect(prunable({}, [runs[1]])).toEqual([2, 0])
  })

  test('one that tells the last failure of a step stays, until a later one tells its end', () => {
    expect(prunable({ 0: [failed('A')], 1: [failed('B')], 80: [well('B')] })).toEqual([2, 1])
    expect(prunable({ 0: [failed('A')], 1: [failed('A')] })).toEqual([2, 0])
    expect(prunable({ 0: [failed('A'), well('A')] })).toEqual([2, 1, 0])
  })

  test('the logs of the others are read only where a failure asks for them', () => {
    const read: RunId[] = []
    prunableRuns(runs, new Set(), (run) => {
      read.push(run)
      return []
    })
    expect(read).toHaveLength(3)
  })
})

describe('of the runs of a database', () => {
  const prunableIn = (unended: RunId[], withJobs: RunId[], own?: RunId) => {
    const folders = { ids: () => runs, unended: () => unended, withJobs: () => withJobs }
    // Safe: nothing else of the runs is asked for, and none of these has a log.
    const db = { runs: { ...folders, read: () => '', stamp: () => '' } } as unknown as FSDB
    return prunableRunsOf(db, own).map((run) => runs.indexOf(run))
  }

  test('the last hundred stay', () => {
    expect(prunableIn([], [])).toEqual([2, 1, 0])
  })

  test('one that did not end stays, one that may have jobs elsewhere, and one’s own', () => {
    expect(prunableIn([runs[1]], [])).toEqual([2, 0])
    expect(prunableIn([], [runs[2]])).toEqual([1, 0])
    expect(prunableIn([], [], runs[0])).toEqual([2, 1])
  })
})

const foldersOf = (rig: Rig): string[] => {
  const path = join(rig.path, '.romi', 'runs')
  return existsSync(path) ? readdirSync(path) : []
}

/** Folders of runs of long ago, the first of which failed. */
async function withOldRuns(rig: Rig, step: string): Promise<void> {
  await rig.write(async (db) => {
    for (const run of runs) db.runs.make(run, 'logs')
    const failure = { code: 'task/threw', message: 'long ago', logTail: [] }
    const event = { is: 'failed', scan: 'plant', step, retry: false, failure }
    db.runs.append(runs[0], 'events.ndjson', `${JSON.stringify(event)}\n`)
  })
}

describe('a run', () => {
  test('that did nothing leaves no folder, and one that did leaves its own', async () => {
    const rig = await Rig.make()
    const first = await rig.run(pipeline)
    expect(foldersOf(rig)).toHaveLength(1)
    expect(existsSync(first.log ?? '')).toBe(true)
    const second = await rig.run(pipeline)
    expect(second.log).toBeUndefined()
    expect(foldersOf(rig)).toHaveLength(1)
  })

  test('removes those of long ago, but not the last failure of a step, which is found', async () => {
    const rig = await Rig.make()
    await withOldRuns(rig, 'Count')
    await rig.run('[Upper]')
    const left = foldersOf(rig).sort()
    expect(left).toHaveLength(101)
    expect(left[0]).toBe(runs[0])
    expect(lastFailures(rig.path).get('plant/Count')?.message).toBe('long ago')
    await rig.run(pipeline)
    expect(lastFailures(rig.path)).toEqual(new Map())
    expect(foldersOf(rig)).toHaveLength(100)
  })

  test('that cannot remove them ends as well as ever', async () => {
    const rig = await Rig.make()
    await withOldRuns(rig, 'Count')
    const odd = join(rig.path, '.romi', 'runs', 'notes')
    mkdirSync(odd)
    rmSync(join(rig.path, '.romi', 'runs', runs[1]), { recursive: true })
    writeFileSync(join(rig.path, '.romi', 'runs', runs[1]), 'no folder')
    expect((await rig.run('[Upper]')).code).toBe(0)
    expect(existsSync(odd)).toBe(true)
  })
})

describe('records of a scan', () => {
  const names = Array.from(
    { length: 105 },
    (_, i) => `${runs[0].slice(0, 9)}${100_000_000 + i}-000000.json`,
  )

  test('records of a scan of long ago go, but not those of filesets that are there, nor what is not ours', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const folder = join(rig.path, 'plant', '.romi', 'records')
    const own = readdirSync(folder)
    expect(own).toHaveLength(1)
    for (const name of [...names, 'notes.json']) writeFileSync(join(folder, name), '[]')
    // Older than any other by its name, and of filesets that are there.
    expect((await rig.run(pipeline)).ran).toEqual([])
    const db = await FSDB.open(rig.path)
    const left = (await db.getScan('plant')).records.names()
    expect(left).toEqual([...names.slice(5), ...own, 'notes.json'].sort())
  })
})
