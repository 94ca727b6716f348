// Scans that cannot be looked at, or not be worked on: what is told of them, and that the others go on.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { RomiError } from '../../src/base/errors.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { newRunId } from '../../src/fsdb/own-names.ts'
import { runFoldersAt } from '../../src/fsdb/run-folders.ts'
import type { RunEvent } from '../../src/run/event.ts'
import { JobFiles, type JobOrder } from '../../src/run/executors/slurm/job-files.ts'
import { scratchFolder } from '../support/scratch.ts'
import { Rig } from '../support/rig.ts'

afterEach(() => void vi.restoreAllMocks())

const damaged = () => new RomiError('store/bad-id', 'its index is damaged')

/** A method of all databases, as it is. */
const methodOf = <Name extends 'getScan' | 'takeScan'>(name: Name): FSDB[Name] =>
  // Safe: it is the one of that name.
  Reflect.get(FSDB.prototype, name) as FSDB[Name]

/** Has the first looks at scans fail: those before a scan is taken, or those after it. */
function failing(error: Error, when: 'looked at' | 'taken'): void {
  const getScan = methodOf('getScan')
  const takeScan = methodOf('takeScan')
  let isTaken = false
  vi.spyOn(FSDB.prototype, 'takeScan').mockImplementation(async function (this: FSDB, ...args) {
    await takeScan.apply(this, args)
    isTaken = true
  })
  let isOver = false
  vi.spyOn(FSDB.prototype, 'getScan').mockImplementation(function (this: FSDB, ...args) {
    if (isOver || isTaken !== (when === 'taken')) return getScan.apply(this, args)
    isOver = true
    return Promise.reject(error)
  })
}

const broken = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.is === 'broken' ? [`${event.scan}: ${event.message}`] : []))

/** A rig of two scans, which a run works on among other writers. */
async function rigOfTwo(): Promise<Rig> {
  const rig = await Rig.make({ a: 'one' })
  await rig.addScan('second', { a: 'two' })
  return rig
}
const scans = ['plant', 'second']

describe('a scan that cannot be looked at', () => {
  test.each([
    ['is refused', damaged()],
    ['lies on a disk that is away', Object.assign(new Error('EIO'), { code: 'EIO' })],
  ])('is taken, and tells then what is wrong if it still is: one that %s', async (_, error) => {
    const rig = await rigOfTwo()
    failing(error, 'looked at')
    const ran = await rig.run('[Upper]', { scans })
    expect([ran.code, ran.ran, broken(ran.events)]).toEqual([0, ['Upper', 'Upper'], []])
  })

  test('by a bug of ours ends the run', async () => {
    const rig = await rigOfTwo()
    failing(new TypeError('a bug of ours'), 'looked at')
    await expect(rig.run('[Upper]', { scans })).rejects.toThrow('a bug of ours')
  })
})

describe('a scan that cannot be worked on', () => {
  test('is told of, and the others go on', async () => {
    const rig = await rigOfTwo()
    failing(damaged(), 'taken')
    const ran = await rig.run('[Upper]', { scans })
    expect(broken(ran.events)).toEqual(['plant: its index is damaged'])
    expect([ran.ran, ran.code]).toEqual([['Upper'], 20])
  })

  test('by a bug of ours ends the run', async () => {
    const rig = await rigOfTwo()
    failing(new TypeError('a bug of ours'), 'taken')
    await expect(rig.run('[Upper]', { scans })).rejects.toThrow('a bug of ours')
  })

  test('since another took the lock ends the run: nothing may be written any more', async () => {
    const rig = await rigOfTwo()
    failing(new RomiError('store/lock-lost', 'the lock was lost'), 'taken')
    const ran = await rig.run('[Upper]', { scans: ['plant'] })
    expect(broken(ran.events)).toEqual(['plant: the lock was lost'])
    expect(ran.code).toBe(10)
  })
})

test('a complete scan is worked on again where a step is forced', async () => {
  const rig = await Rig.make({ a: 'one' })
  await rig.run('[Upper]')
  const ran = await rig.run('[Upper]', { forced: ['Upper'] })
  expect(ran.ran).toEqual(['Upper'])
})

test('what a person should know of a scan that is worked on is told: photographs that nothing lists', async () => {
  const rig = await Rig.make({ a: 'one' })
  writeFileSync(join(rig.path, 'plant', 'images', 'stray.txt'), 'three')
  const { events } = await rig.run('[Upper]')
  expect(events).toContainEqual({
    is: 'noted',
    scan: 'plant',
    note: { note: 'unlisted', fileset: 'images', files: ['stray.txt'] },
  })
})

test.each(['cancel', 'stop'] as const)(
  'a wish to end (%s) while a scan is taken begins nothing there',
  async (wish) => {
    const rig = await Rig.make({ a: 'one' })
    const controller = new AbortController()
    const takeScan = methodOf('takeScan')
    vi.spyOn(FSDB.prototype, 'takeScan').mockImplementation(async function (this: FSDB, ...args) {
      await takeScan.apply(this, args)
      controller.abort()
    })
    const ran = await rig.run('[Upper]', { [wish]: controller.signal })
    expect(ran.events.map(({ is }) => is)).toEqual(['begun', 'ended'])
    expect(ran.code).toBe(130)
  },
)

describe('jobs that a dead run left on a cluster', () => {
  /** A rig whose scan has such a job, and a Slurm that says what a test says. */
  async function leftOnSlurm(squeue: string) {
    const rig = await Rig.make({ a: 'one' })
    const id = newRunId(new Date())
    const files = new JobFiles(runFoldersAt(rig.path), id)
    await files.begin('word')
    const order = { job: { scan: 'plant', step: 'Upper', draft: '/none' }, root: rig.path }
    // Safe: nothing else of an order is looked at.
    await files.write('j', 'job', order as unknown as JobOrder)
    await files.intend('a1', ['j'])
    await files.taken('a1', '7')
    const bin = scratchFolder('bin')
    onTestFinished(() => rmSync(bin, { recursive: true }))
    mkdirSync(bin, { recursive: true })
    const said = join(bin, 'said')
    const scripts = { squeue, scancel: 'exit 0', scontrol: 'echo "Invalid job id" >&2; exit 1' }
    for (const [name, script] of Object.entries(scripts)) {
      const note = `echo "${name} $*" >> ${said}`
      const text = `#!/bin/sh\n${note}\nRUN=${id}\nFIRST=${bin}/first\n${script}\n`
      writeFileSync(join(bin, name), text, { mode: 0o755 })
    }
    vi.stubEnv('PATH', `${bin}:/usr/bin:/bin`)
    onTestFinished(() => void vi.unstubAllEnvs())
    return { rig, files, calls: () => readFileSync(said, 'utf8').trimEnd().split('\n') }
  }

  test('are ended by a run without one before it opens the drafts that they fill', async () => {
    const { rig, files, calls } = await leftOnSlurm(
      'if [ -e $FIRST ]; then exit 0; fi; touch $FIRST; echo "7_0|RUNNING|None|n1|$RUN|a1"',
    )
    const ran = await rig.run('[Upper]')
    expect([ran.code, ran.ran]).toEqual([0, ['Upper']])
    expect(calls().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'squeue -h',
      'scancel 7_0',
      'squeue -h',
      'scontrol -o',
    ])
    expect(files.jobs()).toEqual([])
  })

  test('keep a run without one from the scan where Slurm is not reached', async () => {
    const { rig } = await leftOnSlurm('exit 1')
    const ran = await rig.run('[Upper]')
    expect(broken(ran.events)).toEqual([
      expect.stringMatching(/^plant: squeue does not reach Slurm/),
    ])
    expect(ran.ran).toEqual([])
  })
})
