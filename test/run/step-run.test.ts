// One step at work: its jobs, its attempts, and what becomes of its draft.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RomiError } from '../../src/base/errors.ts'
import type { Claim, Executor } from '../../src/run/executor.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import type { Job, JobOutcome } from '../../src/run/job.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import { libraryOf } from '../../src/task/library.ts'
import { Rig } from '../support/rig.ts'
import { tasks } from '../support/tasks.ts'

const photographs = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${10 + i}`, `text ${i}`]))
const inline = inlineExecutor(libraryOf(tasks))
const failed = (code: 'task/threw' | 'task/wrong-result'): JobOutcome => ({
  is: 'failed',
  failure: { code, message: 'fell over', facts: {}, logTail: [] },
})

/** An executor that keeps the jobs that it is given, and does what it is told with them. */
function recording(does: (job: Job, nth: number) => JobOutcome | undefined = () => undefined) {
  const jobs: Job[] = []
  const executor: Executor = {
    ...inline,
    execute(job, ...rest) {
      jobs.push(job)
      const outcome = does(job, jobs.length)
      return outcome ? Promise.resolve(outcome) : inline.execute(job, ...rest)
    },
  }
  return { jobs, executor }
}

type IsWanted = (job: Job, draft: string) => boolean

/** Such an executor on a cluster, which keeps what it was asked. */
function onCluster(
  does?: Parameters<typeof recording>[0],
  { files = 2, left = [] as readonly Job[] } = {},
) {
  const of = recording(does)
  const claims: (Claim & { readonly isWanted: IsWanted })[] = []
  const released: string[] = []
  const told: string[] = []
  const executor: Executor = {
    ...of.executor,
    cluster: {
      begin: () => Promise.resolve(void told.push('begin')),
      hereFor: () => undefined,
      filesAJob: () => files,
      take: (scan) => void told.push(`take ${scan}`),
      claim(at, isWanted) {
        claims.push({ ...at, isWanted })
        return Promise.resolve(left)
      },
      leave: (scan) => Promise.resolve(void told.push(`leave ${scan}`)),
      release: (scan, step) => Promise.resolve(void released.push(`${scan} ${step}`)),
      end: () => Promise.resolve(void told.push('end')),
    },
  }
  return { ...of, executor, claims, released, told }
}
/** What each job makes; which of them begins first is no matter. */
const idsOf = (jobs: readonly Job[]): string[] =>
  jobs.map(({ items }) => items?.map(({ id }) => id).join(' ') ?? 'whole').sort()
const drafts = (rig: Rig): string[] => {
  const folder = join(rig.path, 'plant', '.romi', 'drafts')
  return existsSync(folder) ? readdirSync(folder) : []
}

describe('the files of a step', () => {
  test('are dealt out to as many jobs as there are threads', async () => {
    const rig = await Rig.make(photographs(5))
    const { jobs, executor } = recording()
    await rig.run('[Upper]', { executor, pool: new ResourcePool(3) })
    expect(idsOf(jobs)).toEqual(['p10 p13', 'p11 p14', 'p12'])
  })

  test('are dealt out to more jobs where they are many: eight files each', async () => {
    const rig = await Rig.make(photographs(17))
    const { jobs, executor } = recording()
    await rig.run('[Upper]', { executor, pool: new ResourcePool(1) })
    expect(jobs.map(({ items }) => items?.length ?? 0).toSorted((a, b) => a - b)).toEqual([5, 6, 6])
  })

  test('are never dealt out to more jobs than there are files', async () => {
    const rig = await Rig.make(photographs(2))
    const { jobs, executor } = recording()
    await rig.run('[Upper]', { executor, pool: new ResourcePool(9) })
    expect(idsOf(jobs)).toEqual(['p10', 'p11'])
  })

  test('are still one job where all of them were made before: it finds what there is', async () => {
    const rig = await Rig.make(photographs(3))
    await rig.run('[Upper]')
    await rig.photograph({ p10: 'other' })
    await rig.run('[Upper]')
    await rig.photograph({ p10: 'text 0' })
    const { jobs, executor } = recording()
    const ran = await rig.run('[Upper]', { executor, forced: [] })
    expect(ran.code).toBe(0)
    expect(jobs.length).toBeLessThanOrEqual(1)
    expect(await rig.textOf('Upper', 'p10')).toBe('TEXT 0')
  })

  test('are not begun any more once a job of theirs failed', async () => {
    const rig = await Rig.make(photographs(40))
    const { jobs, executor } = recording((_, nth) =>
      nth === 2 ? failed('task/wrong-result') : undefined,
    )
    const ran = await rig.run('[Upper]', { executor, pool: new ResourcePool(1) })
    expect(ran.code).toBe(30)
    expect(jobs).toHaveLength(2)
    expect(await rig.filesets('Upper')).toEqual([])
    // What was finished is taken up by the next run.
    const again = await rig.run('[Upper]')
    expect(again.made('Upper')).toBe(32)
  })

  test('are all made anew when the step is forced', async () => {
    const rig = await Rig.make(photographs(3))
    await rig.run('[Upper]')
    const { jobs, executor } = recording()
    await rig.run('[Upper]', { executor, forced: ['Upper'], pool: new ResourcePool(1) })
    expect(idsOf(jobs)).toEqual(['p10 p11 p12'])
  })
})

describe('a job', () => {
  test('says what is to be made of what, and with what', async () => {
    const rig = await Rig.make({ a: 'one' })
    const { jobs, executor } = recording()
    await rig.run('[Upper]\nsuffix = "!"\n[Upper.romi]\ncpu = 2\n', { executor })
    expect(jobs).toMatchObject([
      {
        scan: 'plant',
        step: 'Upper',
        version: 1,
        params: { suffix: '!' },
        items: [{ id: 'a' }],
        limits: { cpu: 2 },
        threads: 2,
        library: rig.origin,
      },
    ])
    const [job] = jobs
    expect(job.fileset).toBe((await rig.filesets('Upper'))[0])
    expect(job.scratch.startsWith(join(rig.path, '.romi', 'scratch'))).toBe(true)
    for (const key of ['code', 'acceptsTouched', 'slurm']) expect(job).not.toHaveProperty(key)
  })

  test('that makes a whole fileset uses the threads that nobody else needs, if it is to', async () => {
    const rig = await Rig.make({ a: 'one' })
    const { jobs, executor } = recording()
    const pool = new ResourcePool(4)
    await rig.run('[Upper]\n[Join]\n[Join.romi]\ncpu = "spare"\n[Count]\n', { executor, pool })
    expect(jobs.map(({ step, threads }) => [step, threads])).toEqual([
      ['Upper', 1],
      ['Join', 4],
      ['Count', 1],
    ])
  })
})

describe('a step that fails', () => {
  test('is tried again as often as it may be, and says so; the last failure counts', async () => {
    const rig = await Rig.make()
    const { jobs, executor } = recording(({ step }) =>
      step === 'Join' ? failed('task/threw') : undefined,
    )
    const ran = await rig.run('[Join]\n[Join.romi]\nretries = 2\n', { executor })
    expect(jobs.filter(({ step }) => step === 'Join')).toHaveLength(3)
    const failures = ran.events.flatMap((event) => (event.is === 'failed' ? [event.retry] : []))
    expect(failures).toEqual([true, true, false])
    expect(drafts(rig)).toEqual([])
  })

  test('tells the last lines of its log where its job has none of its own', async () => {
    const rig = await Rig.make()
    const ran = await rig.run('[Faulty]\nmode = "throw"\n')
    expect(ran.events.find(({ is }) => is === 'failed')).toMatchObject({
      failure: { code: 'task/threw', logTail: ['info about to fail'] },
    })
    const own: JobOutcome = {
      is: 'failed',
      failure: { code: 'task/threw', message: 'm', facts: {}, logTail: ['elsewhere'] },
    }
    const { executor } = recording(({ step }) => (step === 'Faulty' ? own : undefined))
    const again = await rig.run('[Faulty]\nmode = "throw"\n', { executor })
    expect(again.events.find(({ is }) => is === 'failed')).toMatchObject({
      failure: { logTail: ['elsewhere'] },
    })
  })

  test('ends with the first failure of its jobs, whatever became of the others', async () => {
    const rig = await Rig.make(photographs(3))
    const outcomes: readonly (JobOutcome | undefined)[] = [
      undefined,
      { is: 'cancelled' },
      failed('task/wrong-result'),
    ]
    const { executor } = recording((_, nth) => outcomes[nth - 1])
    const ran = await rig.run('[Upper]', { executor, pool: new ResourcePool(3) })
    expect(ran.events.find(({ is }) => is === 'failed')).toMatchObject({
      failure: { code: 'task/wrong-result' },
    })
  })
})

describe('on a cluster', () => {
  test('a run tells when it begins, takes and leaves scans, and ends', async () => {
    const rig = await Rig.make({ a: 'one' })
    const { executor, told } = onCluster()
    expect((await rig.run('[Upper]', { executor })).code).toBe(0)
    expect(told).toEqual(['begin', 'take plant', 'leave plant', 'end'])
  })

  test('the files of a step are cut into jobs of as many as the cluster says', async () => {
    const rig = await Rig.make(photographs(5))
    const { jobs, executor } = onCluster()
    await rig.run('[Upper]', { executor, pool: ResourcePool.ofJobs(20, 4) })
    expect(idsOf(jobs)).toEqual(['p10 p13', 'p11 p14', 'p12'])
  })

  test('a step lets go of its jobs after each attempt', async () => {
    const rig = await Rig.make()
    const { executor, released } = onCluster(({ step }, nth) =>
      step === 'Join' && nth < 4 ? failed('task/threw') : undefined,
    )
    await rig.run('[Join]\n[Join.romi]\nretries = 5\n', { executor })
    expect(released[0]).toBe('plant Upper')
    expect(released.slice(1).length).toBeGreaterThan(1)
    expect(new Set(released.slice(1))).toEqual(new Set(['plant Join']))
  })

  test('jobs that a dead run left are wanted if they make the same, in the same draft', async () => {
    const rig = await Rig.make(photographs(4))
    const { jobs, executor, claims } = onCluster()
    await rig.run('[Join]', { executor })
    const [ofFiles, ofWhole] = claims
    expect(claims.map(({ scan, step, asks }) => [scan, step, asks.threads])).toEqual([
      ['plant', 'Upper', 1],
      ['plant', 'Join', 1],
    ])
    const draftOf = ({ draft }: Job): string => draft.split('/').at(-1) ?? ''
    const [upper, more] = jobs.filter(({ step }) => step === 'Upper')
    const join = jobs.find(({ step }) => step === 'Join')!
    const own = draftOf(upper)
    const isWanted = (job: Job, draft = own): boolean => ofFiles.isWanted(job, draft)
    const [item] = upper.items ?? []
    for (const other of [
      { ...upper, version: 2 },
      { ...upper, code: item.key },
      { ...upper, items: [] },
      { ...upper, items: [{ ...item, key: more.items?.[0].key ?? item.key }] },
      { ...upper, items: [item, { ...item, id: 'gone' }] },
    ])
      expect(isWanted(other)).toBe(false)
    expect(isWanted(upper, 'another')).toBe(false)
    expect(isWanted(upper)).toBe(true)
    // Each file once.
    expect(isWanted(upper)).toBe(false)
    expect(isWanted({ ...more, items: [...(more.items ?? []), item] })).toBe(false)
    expect(isWanted(more)).toBe(true)

    expect(ofWhole.isWanted(join, draftOf(join))).toBe(true)
    expect(ofWhole.isWanted({ ...join, key: upper.key }, draftOf(join))).toBe(false)
    expect(ofWhole.isWanted({ ...join, items: [item] }, draftOf(join))).toBe(false)
    expect(ofWhole.isWanted(join, own)).toBe(false)
  })

  test('no job of a dead run is wanted by a step that is forced', async () => {
    const rig = await Rig.make({ a: 'one' })
    const { jobs, executor, claims } = onCluster()
    await rig.run('[Upper]', { executor, forced: ['Upper'] })
    expect(claims[0].isWanted(jobs[0], jobs[0].draft.split('/').at(-1) ?? '')).toBe(false)
  })

  test('a job that is gone on with is given as it is, and its files are not made twice', async () => {
    const rig = await Rig.make(photographs(4))
    const first = onCluster(() => failed('task/threw'))
    await rig.run('[Upper]', { executor: first.executor })
    const [left] = first.jobs
    const { jobs, executor } = onCluster(undefined, { left: [left] })
    const ran = await rig.run('[Upper]', { executor })
    expect(ran.code).toBe(0)
    expect(jobs).toContain(left)
    expect(idsOf(jobs)).toEqual(['p10 p12', 'p11 p13'])
  })

  test('a draft of one value stays while its job may go on, and goes when the step failed', async () => {
    const rig = await Rig.make({ a: 'one' })
    await rig.run('[Upper]')
    const stop = new AbortController()
    const stopping = onCluster(() => (stop.abort(), { is: 'cancelled' }))
    await rig.run('[Join]', { executor: stopping.executor, stop: stop.signal })
    expect(drafts(rig)).toHaveLength(1)
    const failing = onCluster(() => failed('task/threw'))
    await rig.run('[Join]', { executor: failing.executor })
    expect(drafts(rig)).toEqual([])
  })
})

test('a step whose lock was lost while it was published ends the run as that', async () => {
  const rig = await Rig.make({ a: 'one' })
  const { executor } = recording(() => {
    throw new RomiError('store/lock-lost', 'the lock was lost')
  })
  const ran = await rig.run('[Upper]', { executor })
  expect(ran.code).toBe(10)
  expect(ran.events.find(({ is }) => is === 'failed')).toMatchObject({
    failure: { code: 'store/lock-lost' },
  })
})
