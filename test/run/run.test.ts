// A run as a whole: what it tells of itself, whom it keeps to, and what it leaves behind.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { RomiError } from '../../src/base/errors.ts'
import { version } from '../../src/base/version.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { runFoldersAt } from '../../src/fsdb/run-folders.ts'
import type { RunEvent } from '../../src/run/event.ts'
import type { Cluster, Executor, RunOnCluster } from '../../src/run/executor.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import { checkHasSteps, run } from '../../src/run/run.ts'
import { libraryOf } from '../../src/task/library.ts'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { origin, Rig } from '../support/rig.ts'
import { tasks, text, texts } from '../support/tasks.ts'

const inputs = { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) }

/** A cluster that does its jobs here, and notes what it is told. */
function onCluster(said: string[], more: Partial<Cluster> = {}): Executor {
  const cluster: Cluster = {
    begin: () => Promise.resolve(void said.push('begin')),
    hereFor: () => undefined,
    filesAJob: () => 9,
    take: (scan) => void said.push(`take ${scan}`),
    claim: () => Promise.resolve([]),
    leave: (scan) => Promise.resolve(void said.push(`leave ${scan}`)),
    release: () => Promise.resolve(),
    end: () => Promise.resolve(void said.push('end')),
    ...more,
  }
  return { ...inlineExecutor(libraryOf(tasks)), cluster }
}

test('a pipeline that holds no step to be done here is refused before anything is written', async () => {
  const rig = await Rig.make({ a: 'one' })
  const pipeline = { ...rig.pipeline('[Upper]'), targets: [] }
  expect(() => checkHasSteps(pipeline)).toThrow(
    'pipeline.toml holds no step that can be done here: nothing was done',
  )
  expect(() => checkHasSteps(rig.pipeline('[Upper]'))).not.toThrow()
  vi.spyOn(rig, 'pipeline').mockReturnValue(pipeline)
  await expect(rig.run('[Upper]')).rejects.toMatchObject({ code: 'pipeline/no-step' })
  expect(existsSync(join(rig.path, '.romi', 'runs'))).toBe(false)
})

test('a run is at work until its log tells of its end', async () => {
  const rig = await Rig.make({ a: 'one' })
  const unended = () => runFoldersAt(rig.path).unended()
  let atItsEnd: readonly string[] = []
  await rig.run('[Upper]', {
    tell: ({ is }) => {
      if (is === 'ended') atItsEnd = unended()
    },
  })
  expect(atItsEnd).toHaveLength(1)
  expect(unended()).toEqual([])
})

test('a run that is ended before a step began keeps its log, one with nothing to do does not', async () => {
  const rig = await Rig.make({ a: 'one' })
  const ended = await rig.run('[Upper]', { cancel: AbortSignal.abort() })
  expect(ended).toMatchObject({ code: 130, ran: [], log: expect.any(String) })
  const kept = runFoldersAt(rig.path).ids()
  expect(kept).toHaveLength(1)
  await rig.run('[Upper]')
  const all = runFoldersAt(rig.path).ids()
  expect((await rig.run('[Upper]')).log).toBeUndefined()
  expect(runFoldersAt(rig.path).ids()).toEqual(all)
})

test('a run tells when it begins and ends, and its log says of what it is', async () => {
  const rig = await Rig.make({ a: 'one' })
  const library = libraryOf(rig.tasks)
  const events: RunEvent[] = []
  const at = new Date('2026-05-01T10:00:00Z')
  const { result, lock } = await rig.write(async (db) => ({
    lock: db.owner()?.uuid,
    result: await run({
      pipeline: rig.pipeline('[Upper]'),
      library,
      origin,
      db,
      scans: ['plant'],
      executor: inlineExecutor(library),
      pool: new ResourcePool(1),
      tell: (event) => events.push(event),
      now: () => at,
    }),
  }))
  const [begun, ended] = [events[0], events.at(-1)]
  expect(begun).toMatchObject({ is: 'begun', pipeline: 'pipeline.toml', scans: ['plant'] })
  expect(ended).toMatchObject({ is: 'ended', code: 0 })
  // In seconds.
  expect(ended?.is === 'ended' && ended.seconds < 30).toBe(true)
  const log = result.log ?? ''
  expect(log.endsWith(begun.is === 'begun' ? begun.run : 'none')).toBe(true)
  expect(JSON.parse(readFileSync(join(log, 'run.json'), 'utf8'))).toEqual({
    pipeline: 'pipeline.toml',
    scans: ['plant'],
    targets: ['Upper'],
    pid: process.pid,
    lock,
    at: at.toISOString(),
  })
  expect(readdirSync(join(rig.path, '.romi', 'scratch'))).toEqual([])
  const db = await FSDB.open(rig.path)
  const fileset = await (await db.getScan('plant')).getFileset((await rig.filesets('Upper'))[0])
  expect(JSON.stringify(await fileset.getMetadata())).toContain(`"romi-run":"${version}"`)
})

describe('of ROMI’s plantdb', () => {
  const toldOf = ({ events }: { readonly events: readonly RunEvent[] }) =>
    events.flatMap((event) =>
      event.is === 'noted' && event.note.note === 'plantdb' ? [event.note.isKeptOut] : [],
    )

  test('a run tells once, when its first step begins', async () => {
    const rig = await Rig.make({ a: 'one' })
    await rig.addScan('second', { a: 'two' })
    vi.spyOn(FSDB.prototype, 'plantdb').mockReturnValue('kept-out')
    onTestFinished(() => void vi.restoreAllMocks())
    const scans = ['plant', 'second']
    const ran = await rig.run('[Upper]\n[Join]', { scans })
    expect(toldOf(ran)).toEqual([true])
    const order = ran.events.map(({ is }) => is)
    expect(order.indexOf('noted')).toBe(order.indexOf('started') - 1)
    // Who has nothing to do has nothing to mind.
    expect(toldOf(await rig.run('[Upper]\n[Join]', { scans }))).toEqual([])
  })

  test('a run tells where it may write, too; and nothing where it is not', async () => {
    const rig = await Rig.make({ a: 'one' })
    mkdirSync(join(rig.path, '.locks'))
    expect(toldOf(await rig.run('[Upper]'))).toHaveLength(1)
    const other = await Rig.make({ a: 'one' })
    expect(toldOf(await other.run('[Upper]'))).toEqual([])
  })
})

describe('on a cluster', () => {
  test('a run is told to the cluster with its place, and its end in any case', async () => {
    const rig = await Rig.make({ a: 'one' })
    const said: string[] = []
    const begun: RunOnCluster[] = []
    const executor = onCluster(said, { begin: async (of) => void begun.push(of) })
    const ran = await rig.run('[Upper]', { executor })
    expect(said).toEqual(['take plant', 'leave plant', 'end'])
    expect(begun).toMatchObject([{ path: rig.path, cancel: { aborted: false } }])
    expect(ran.events[0]).toMatchObject({ run: begun[0].id })
    const failing = onCluster(said, { begin: () => Promise.reject(new Error('no nodes')) })
    await expect(rig.run('[Join]', { executor: failing })).rejects.toThrow('no nodes')
    expect(said.at(-1)).toBe('end')
    expect(readdirSync(join(rig.path, '.romi', 'scratch'))).toEqual([])
  })

  test('the first trouble of all nodes ends the run, and is thrown after its end is told', async () => {
    const rig = await Rig.make({ a: 'one' })
    let of: RunOnCluster | undefined
    const executor = onCluster([], { begin: async (begun) => void (of = begun) })
    const events: RunEvent[] = []
    const running = rig.run('[Upper]\n[Join]', {
      executor: {
        ...executor,
        execute: async () => {
          of?.fail(new RomiError('cluster/no-disk', 'the first'))
          of?.fail(new RomiError('cluster/other-code', 'the second'))
          return { is: 'cancelled' }
        },
      },
      tell: (event) => events.push(event),
    })
    await expect(running).rejects.toMatchObject({ code: 'cluster/no-disk', message: 'the first' })
    expect(of?.stop.aborted).toBe(true)
    expect(events.at(-1)).toMatchObject({ is: 'ended', code: 30 })
  })

  test('programs are not missed on this machine: nodes have them, or say so', async () => {
    const rig = await Rig.make({ a: 'one' })
    const programs = [{ name: 'no-such-program', install: 'get it' }]
    const needing = defineTask({
      name: 'Needing',
      version: 1,
      summary: 'Needs a program.',
      inputs,
      params: {},
      output: text,
      programs,
      run: async () => 'made',
    })
    rig.tasks = [...tasks, needing]
    const here = await rig.run('[Needing]')
    expect(here.events.find(({ is }) => is === 'skipped')).toMatchObject({
      why: expect.stringContaining('get it'),
    })
    const executor = { ...onCluster([]), ...inlineExecutor(libraryOf(rig.tasks)) }
    expect((await rig.run('[Needing]', { executor })).ran).toEqual(['Needing'])
  })
})

test('after the first failure nothing more is begun where that is asked for', async () => {
  const rig = await Rig.make({ a: 'one' })
  for (const scan of ['b', 'c', 'd', 'e', 'f']) await rig.addScan(scan, { a: 'one' })
  const scans = ['plant', 'b', 'c', 'd', 'e', 'f']
  const toml = '[Faulty]\nmode = "throw"'
  const pool = new ResourcePool(1)
  const all = await rig.run(toml, { scans, pool })
  const failures = ({ events }: { readonly events: readonly RunEvent[] }) =>
    events.filter(({ is }) => is === 'failed').length
  expect([failures(all), all.code]).toEqual([6, 30])
  const fast = await rig.run(toml, { scans, pool, failFast: true })
  expect(failures(fast)).toBeLessThan(6)
  expect(fast.code).toBe(30)
})

test('twice as many scans as threads, and two, are in work at a time', async () => {
  const rig = await Rig.make({ a: 'one' })
  const scans = ['plant', ...Array.from({ length: 8 }, (_, i) => `s${i}`)]
  for (const scan of scans.slice(1)) await rig.addScan(scan, { a: 'one' })
  let [taken, most] = [0, 0]
  const original = (name: 'takeScan' | 'letGoOfScan') =>
    // Safe: it is the one of that name, of which only the scan counts here.
    Reflect.get(FSDB.prototype, name) as (this: FSDB, ...args: unknown[]) => Promise<void>
  const [take, letGo] = [original('takeScan'), original('letGoOfScan')]
  onTestFinished(() => void vi.restoreAllMocks())
  vi.spyOn(FSDB.prototype, 'takeScan').mockImplementation(async function (this: FSDB, ...args) {
    most = Math.max(most, ++taken)
    await take.apply(this, args)
  })
  vi.spyOn(FSDB.prototype, 'letGoOfScan').mockImplementation(async function (this: FSDB, ...args) {
    taken--
    await letGo.apply(this, args)
  })
  await rig.run('[Upper]', { scans, pool: new ResourcePool(1) })
  expect(most).toBe(4)
})

test('what a program of a run left in the background ends with the run', async () => {
  const rig = await Rig.make({ a: 'one' })
  const leaving = defineTask({
    name: 'Leaving',
    version: 1,
    summary: 'Leaves a daemon, and tells its number.',
    inputs,
    params: {},
    output: text,
    async run({ exec, scratch }) {
      const up = join(await scratch(), 'up')
      const daemon = `setsid sh -c 'echo $$ > ${up}; exec sleep 30 > /dev/null 2>&1' &`
      const { stdout } = await exec('sh', [
        '-c',
        `${daemon} until [ -s ${up} ]; do :; done; cat ${up}`,
      ])
      return stdout.trim()
    },
  })
  rig.tasks = [...tasks, leaving]
  expect((await rig.run('[Leaving]')).code).toBe(0)
  const path = `/proc/${await rig.textOf('Leaving')}/cmdline`
  await vi.waitFor(() => expect(existsSync(path) && readFileSync(path, 'utf8')).toBeFalsy())
})
