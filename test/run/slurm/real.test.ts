// What goes wrong on a real Slurm, and runs that are told to end or are killed while their jobs work.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { slurmScheduler } from '../../../src/run/executors/slurm/slurm.ts'
import type { SlurmSettings } from '../../../src/pipeline/slurm-settings.ts'
import { ResourcePool } from '../../../src/run/resource-pool.ts'
import { ChildRun, type Asked, type Ended } from '../../support/child-run.ts'
import { executorWith } from '../../support/cluster.ts'
import { NodeBundle } from '../../support/node-bundle.ts'
import { failureIn } from '../../support/executor-contract.ts'
import { Rig, type Ran } from '../../support/rig.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { hasSlurm, Slurm } from '../../support/slurm.ts'
import { until } from '../../support/until.ts'
import { tasks } from './tasks.ts'

describe.skipIf(!hasSlurm)('on a real Slurm', () => {
  let slurm: Slurm
  let bundle: NodeBundle
  beforeAll(async () => {
    ;[slurm, bundle] = await Promise.all([Slurm.start(), NodeBundle.build()])
  })
  afterAll(async () => {
    await slurm.stop()
    bundle.remove()
  })

  /** A rig, a file that opens the gate of its tasks, and one in which they note what they do. */
  async function stage(photographs: Readonly<Record<string, string>> = { a: 'one' }) {
    const rig = await Rig.make(photographs)
    rig.tasks = tasks
    rig.origin = bundle.origin('test/run/slurm/tasks.ts')
    const folder = scratchFolder('gate')
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const [gate, note] = [join(folder, 'gate'), join(folder, 'note')]
    const start = (
      toml: string,
      options: Parameters<Rig['run']>[1] & { readonly settings?: SlurmSettings } = {},
    ): Promise<Ran> => {
      const executor = executorWith(slurmScheduler(slurm.env), bundle.start, options.settings)
      return rig.run(toml, { pool: ResourcePool.ofJobs(20, 2), ...options, executor })
    }
    const child = (pipeline: string, executor: Asked['executor'] = 'slurm'): ChildRun => {
      const asked: Asked = {
        database: rig.path,
        pipeline,
        executor,
        tasks: rig.origin.builtin,
        name: 'head',
        ...(executor === 'slurm' && { nodes: bundle.start }),
      }
      const run = new ChildRun(asked, slurm.env, bundle.child)
      onTestFinished(async () => {
        run.kill('SIGKILL')
        await run.ended
      })
      return run
    }
    const notes = (): readonly string[] =>
      existsSync(note) ? readFileSync(note, 'utf8').trim().split('\n').sort() : []
    return { rig, gate, note, notes, open: () => writeFileSync(gate, ''), start, child }
  }

  /** The jobs of all runs of a database that Slurm knows: `STATE|node|id`. */
  async function jobsOf(rig: Rig): Promise<readonly string[]> {
    const runs = readdirSync(join(rig.path, '.romi', 'runs'))
    return (await Promise.all(runs.map((run) => slurm.jobs(run)))).flat()
  }

  const stepsIn = ({ state }: Ran) => state.scans.get('plant')?.steps
  const ends = ({ told }: Ended) =>
    Object.fromEntries(
      told.flatMap((event) =>
        ['finished', 'reused', 'cancelled', 'failed'].includes(event.is) && 'step' in event
          ? [[event.step, event.is]]
          : [],
      ),
    )

  test('a job that uses more memory than it was given is tried again with more', async () => {
    const { start } = await stage()
    const toml =
      '[Greedy]\nmegabytes = 300\n[Greedy.romi]\nmemory = 250\nretries = 1\ncpu = "all"\n'
    const ran = await start(toml, { settings: { prologue: 'export ROMI_TEST=1' } })
    const failures = ran.events.flatMap((event) => (event.is === 'failed' ? [event.failure] : []))
    expect(failures.map(({ code }) => code)).toEqual(['task/out-of-memory'])
    expect(failures[0].message).toContain('250 MB')
    expect(ran.code).toBe(0)
  })

  test('what Slurm refuses is a failure in its own words', async () => {
    const { start } = await stage()
    const failed = failureIn(await start('[Wait]\n[Wait.romi.slurm]\npartition = "nowhere"\n'))
    expect(failed?.code).toBe('cluster/refused')
    expect(failed?.message).toMatch(/invalid partition/i)
  })

  test('scancel by hand cancels the step, with a word', async () => {
    const { rig, gate, start } = await stage()
    const running = start(`[Wait]\ngate = "${gate}"\n`, {
      tell: (event) => {
        if (event.is !== 'said' || event.text !== 'waiting') return
        void jobsOf(rig).then(([job]) => slurm.call('scancel', job.split('|')[2]))
      },
    })
    const ran = await running
    expect(ran.code).toBe(25)
    expect(stepsIn(ran)?.get('Wait')?.is).toBe('cancelled')
  })

  test('files that were done on a node that fails are taken over by another one', async () => {
    const { rig, gate, note, notes, open, start } = await stage({
      a: '1',
      b: '2',
      c: '3',
      d: 'wait',
    })
    const failed: string[] = []
    // Files may be told of before the scheduler is asked where the job runs.
    let [isPlaced, isAtLast, isFailing] = [false, false, false]
    const ran = await start(`[Each]\ngate = "${gate}"\nnote = "${note}"\n`, {
      tell: (event) => {
        // The node is gone for the scheduler alone: its job would go on when the gate opens.
        if (event.is === 'placed' && event.nodes.some((node) => node !== (failed[0] ?? node)))
          open()
        isPlaced ||= event.is === 'placed' && event.nodes.length > 0
        isAtLast ||= event.is === 'progress' && event.done === 3
        if (!isPlaced || !isAtLast || isFailing) return
        isFailing = true
        void jobsOf(rig).then(([job]) => {
          failed.push(job.split('|')[1])
          return slurm.fail(failed[0])
        })
      },
    })
    for (const node of failed) await slurm.resume(node)
    expect(ran.code).toBe(0)
    expect(await rig.textOf('Each', 'd')).toBe('wait')
    // One of the job that is left is made again, so that it tells its versions: it is none of these.
    expect(notes().filter((id) => id !== 'd')).toEqual(['a', 'b', 'c'])
    const nodes = ran.events.flatMap((event) => (event.is === 'placed' ? event.nodes : []))
    expect(new Set(nodes).size).toBe(2)
  })

  test('a controller that is away for a while delays and nothing more', async () => {
    const { gate, note, notes, open, start } = await stage()
    let wasAway = false
    const ran = await start(`[Wait]\ngate = "${gate}"\nnote = "${note}"\n[After]\n`, {
      tell: (event) => {
        if (event.is !== 'said' || event.text !== 'waiting' || wasAway) return
        wasAway = true
        void slurm.stopController().then(async () => {
          open()
          await until(() => notes().length === 2)
          slurm.startController()
        })
      },
    })
    expect(ran.code).toBe(0)
    expect(notes()).toEqual(['x begins', 'x ends'])
  })

  describe('a wish to end', () => {
    test('once lets what runs finish, and publishes it', async () => {
      const { rig, gate, open, child } = await stage()
      const run = child(`[Wait]\ngate = "${gate}"\n[After]\n`)
      await run.tells((told) => told.is === 'said' && told.text === 'waiting')
      run.kill('SIGINT')
      await run.tells(({ is }) => is === 'interrupted')
      open()
      const ended = await run.ended
      expect(ended.code).toBe(130)
      expect(ends(ended)).toMatchObject({ Wait: 'finished', After: 'cancelled' })
      expect(await rig.filesets('Wait')).toHaveLength(1)
    })

    test('twice ends all jobs, and the next run makes all', async () => {
      const { rig, gate, open, child } = await stage()
      const run = child(`[Wait]\ngate = "${gate}"\n`)
      await run.tells((told) => told.is === 'said' && told.text === 'waiting')
      for (const times of [1, 2]) {
        run.kill('SIGINT')
        await run.tells((told) => told.is === 'interrupted' && told.times === times)
      }
      expect((await run.ended).code).toBe(130)
      const states = (await jobsOf(rig)).map((job) => job.split('|')[0])
      expect(new Set(states)).toEqual(new Set(['CANCELLED']))
      open()
      expect((await child(`[Wait]\ngate = "${gate}"\n`).ended).code).toBe(0)
    })
  })

  describe('after kill -9 of the run', () => {
    const killed = async (run: ChildRun): Promise<void> => {
      run.kill('SIGKILL')
      await run.ended
    }
    const openJobs = async (rig: Rig): Promise<readonly string[]> =>
      (await jobsOf(rig)).filter((job) => /^(RUNNING|PENDING)/.test(job))

    test('the next one goes on with its jobs, running and done: nothing is made twice', async () => {
      const photographs = { a: '1', b: '2', c: 'wait', d: 'wait' }
      const { rig, gate, note, notes, open, child } = await stage(photographs)
      const toml = `[Wait]\ngate = "${gate}"\nnote = "${note}"\n[Each]\ngate = "${gate}"\nnote = "${note}"\n`
      const first = child(toml)
      await first.tells((told) => told.is === 'said' && told.text === 'waiting')
      await first.tells((told) => told.is === 'progress' && told.done === 2)
      await killed(first)
      expect(await openJobs(rig)).toHaveLength(2)
      const second = child(toml)
      await second.tells((told) => told.is === 'placed' && told.running > 0)
      open()
      const ended = await second.ended
      expect(ended.code).toBe(0)
      expect(notes()).toEqual(['a', 'b', 'c', 'd', 'x begins', 'x ends'])
      expect(await rig.textOf('Each', 'c')).toBe('wait')
      expect(await jobsOf(rig)).toHaveLength(2)
      const runs = readdirSync(join(rig.path, '.romi', 'runs'))
      for (const run of runs)
        expect(existsSync(join(rig.path, '.romi', 'runs', run, 'jobs'))).toBe(false)
    })

    test('what is not wanted any more is gone before its draft is opened', async () => {
      const { rig, gate, note, notes, open, child } = await stage()
      const toml = (word: string) =>
        `[Wait]\ngate = "${gate}"\nnote = "${note}"\nword = "${word}"\n`
      const first = child(toml('old'))
      await first.tells((told) => told.is === 'said' && told.text === 'waiting')
      await killed(first)
      const second = child(toml('new'))
      await second.tells((told) => told.is === 'said' && told.text === 'waiting')
      const states = (await jobsOf(rig)).map((job) => job.split('|')[0]).sort()
      expect(states).toEqual(['CANCELLED', 'RUNNING'])
      open()
      expect((await second.ended).code).toBe(0)
      expect(notes()).toEqual(['new begins', 'new ends', 'old begins'])
      expect(await rig.textOf('Wait')).toBe('new 1')
    })

    test('a run without a cluster ends them, and makes all itself', async () => {
      const { rig, gate, open, child } = await stage()
      const toml = `[Wait]\ngate = "${gate}"\n`
      const first = child(toml)
      await first.tells((told) => told.is === 'said' && told.text === 'waiting')
      await killed(first)
      open()
      const ended = await child(toml, 'inline').ended
      expect(ended.code).toBe(0)
      expect(await openJobs(rig)).toEqual([])
      expect(await rig.filesets('Wait')).toHaveLength(1)
    })
  })
})
