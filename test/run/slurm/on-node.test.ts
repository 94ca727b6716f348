// What a node does with one job: from its file to its outcome, and whose trouble it is when it cannot.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sha256 } from '../../../src/base/digest.ts'
import { version } from '../../../src/base/version.ts'
import { newRunId } from '../../../src/fsdb/own-names.ts'
import { runFoldersAt } from '../../../src/fsdb/run-folders.ts'
import { JobFiles, type Code, type JobOrder } from '../../../src/run/executors/slurm/job-files.ts'
import { ownCode, performOnNode } from '../../../src/run/executors/slurm/on-node.ts'
import type { Job } from '../../../src/run/job.ts'
import { origin } from '../../support/rig.ts'
import { scratchFolder } from '../../support/scratch.ts'

const builtin = new URL('./tasks.ts', import.meta.url).href
const readText = (draft: string): string => readFileSync(join(draft, 'files', 'text.txt'), 'utf8')

/** A job of the task `Wait`, which says so and makes one text; or of another one. */
async function node(more: Partial<Job> = {}, code: Code = ownCode) {
  const folder = scratchFolder('node')
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const root = join(folder, 'db')
  const draft = join(root, 'plant', '.romi', 'drafts', 'one')
  for (const name of ['files', 'metadata', 'parts', 'tmp'])
    mkdirSync(join(draft, name), { recursive: true })
  writeFileSync(join(draft, 'draft.json'), '{}')
  const run = newRunId(new Date(0))
  const files = new JobFiles(runFoldersAt(root), run)
  await files.begin('word')
  const input = {
    task: 'Images',
    artifact: 'texts',
    fileset: 'images',
    isMade: false,
    files: [],
    filesetMetadata: {},
    scanMetadata: {},
    declared: { file: [], fileset: [], scan: [] },
  }
  const job: Job = {
    run: 'mark',
    scan: 'plant',
    step: 'Wait',
    key: sha256('key'),
    version: 1,
    params: { gate: '', note: '', word: 'x' },
    inputs: { upstream_task: input },
    fileset: 'made_1',
    draft,
    part: 'j',
    scratch: '/of/the/head',
    limits: {},
    threads: 1,
    library: { ...origin, builtin },
    ...more,
  }
  // Safe: a node does not look at what was asked for.
  await files.write('j', 'job', { job, code, root, asked: {} } as unknown as JobOrder)
  await files.intend('a1', ['other', 'j'])
  const printed: string[] = []
  const stop = new AbortController()
  const env: Record<string, string | undefined> = { SLURMD_NODENAME: 'n1', TMPDIR: folder }
  const perform = (index = 1, named: string = run) =>
    performOnNode(
      { root, run: named, array: 'a1', index },
      { env, signal: stop.signal, print: (line) => printed.push(line) },
    )
  /** Performs it. @returns how it failed */
  const failure = async () => {
    await perform()
    const outcome = files.outcome('j')?.outcome
    return outcome?.is === 'failed' ? outcome.failure : undefined
  }
  return { folder, draft, run, files, printed, stop, env, perform, failure }
}

describe('a node', () => {
  test('does its job of the array, and writes what it made, where and how long', async () => {
    const of = await node()
    const begun = performance.now()
    await of.perform()
    const took = (performance.now() - begun) / 1000
    const ended = of.files.outcome('j')
    expect(ended).toMatchObject({
      outcome: { is: 'done' },
      node: 'n1',
      files: [{ filename: 'text.txt' }, { filename: 'picture.txt' }],
    })
    expect(ended?.seconds).toBeLessThanOrEqual(took + 0.001)
    // In seconds, to the millisecond.
    expect(ended?.seconds).toBe(Math.round((ended?.seconds ?? 0) * 1000) / 1000)
    expect(of.files.started('j')).toEqual({ node: 'n1', at: expect.stringMatching(/^\d{4}-.*Z$/) })
    expect(readdirSync(join(of.draft, 'files'))).toEqual(['picture.txt', 'text.txt'])
  })

  test('tells what its task says, to the head and in the log of the job', async () => {
    const of = await node()
    await of.perform()
    expect(of.printed).toEqual(['info waiting'])
    expect(of.files.events('j')).toContainEqual({ is: 'said', level: 'info', text: 'waiting' })
  })

  test('tells what programs print, but not which processes they are', async () => {
    const of = await node({ step: 'Faulty', params: { mode: 'program' }, library: origin })
    await of.perform()
    expect(of.printed).toEqual(['info about to fail', 'some words'])
    expect(of.files.events('j').map(({ is }) => is)).toEqual(['said', 'printed'])
  })

  test('without a name by Slurm is called as its machine', async () => {
    const of = await node()
    delete of.env['SLURMD_NODENAME']
    await of.perform()
    expect(of.files.started('j')?.node).toBe(hostname())
  })

  test('finds no job where there is none, and does nothing', async () => {
    const of = await node()
    await expect(of.perform(0)).rejects.toMatchObject({
      code: 'cluster/no-disk',
      message: `there is no job 0 in ${of.files.path}`,
    })
    await expect(of.perform(1, '../elsewhere')).rejects.toThrow('../elsewhere is no id of a run')
  })

  test.each([
    ['romi-run', '0.0.1'],
    ['node', '18.0.0'],
  ] as const)(
    'that has another %s than the head does nothing, and says so',
    async (what, version) => {
      const of = await node({}, { ...ownCode, [what]: version })
      expect(await of.failure()).toMatchObject({
        code: 'cluster/other-code',
        message: `n1 has ${what} ${ownCode[what]}, and the head ${version}: install one version where all nodes see it, and name it in [romi.slurm] prologue`,
      })
      expect([of.printed, readdirSync(join(of.draft, 'files'))]).toEqual([[], []])
    },
  )

  test('that the scheduler ends writes no outcome: only the scheduler knows why', async () => {
    const of = await node()
    of.stop.abort()
    await of.perform()
    expect(of.files.outcome('j')).toBeUndefined()
    expect(of.files.started('j')).toBeDefined()
  })

  test('ends a job at its time limit', async () => {
    const of = await node({
      limits: { timeLimit: 0.05 },
      params: { gate: '/never', note: '', word: 'x' },
    })
    expect(await of.failure()).toMatchObject({ code: 'task/time-limit' })
  })
})

test('code is the same where romi-run and Node are', () => {
  expect(ownCode).toEqual({ 'romi-run': version, node: process.versions.node })
})

describe('the scratch folder of a job', () => {
  const scratchIn = async (
    change: (env: Record<string, string | undefined>, folder: string) => void,
  ) => {
    const of = await node({ step: 'Filling', params: { megabytes: 0 } })
    mkdirSync(join(of.folder, 'slurm'))
    change(of.env, of.folder)
    await of.perform()
    return { ...of, made: of.files.outcome('j')?.outcome.is }
  }

  test('is the one of Slurm, else the one for temporary files, if they are there', async () => {
    for (const [tmp, slurm, where] of [
      ['', 'slurm', 'slurm'],
      ['', 'nowhere', ''],
      ['', undefined, ''],
    ] as const) {
      const of = await scratchIn((env, folder) => {
        env['TMPDIR'] = join(folder, tmp)
        if (slurm !== undefined) env['SLURM_TMPDIR'] = join(folder, slurm)
      })
      expect(of.made).toBe('done')
      const text = readText(of.draft)
      expect(text.startsWith(join(of.folder, where, `romi-run-${of.run}-j`))).toBe(true)
      // It goes with the job.
      expect(existsSync(text)).toBe(false)
      expect(existsSync(join(of.folder, where, `romi-run-${of.run}-j`))).toBe(false)
    }
  })

  test.each(['', '/nowhere/at/all', undefined])(
    'is in /tmp where "%s" is all that is named',
    async (name) => {
      const of = await scratchIn((env) => (env['TMPDIR'] = name))
      expect(readText(of.draft).startsWith(`/tmp/romi-run-${of.run}-j`)).toBe(true)
      expect(existsSync(`/tmp/romi-run-${of.run}-j`)).toBe(false)
    },
  )
})

describe('the trouble of one machine', () => {
  test('names it: a program that is not there', async () => {
    const of = await node({ params: { gate: '', note: '', word: 'no program' } })
    const failed = await of.failure()
    expect(failed?.message).toMatch(/^on n1: /)
    expect(failed).toMatchObject({ code: 'task/program-missing', facts: { node: 'n1' } })
  })

  test('names it: a disk that is full, with its log', async () => {
    const of = await node({ params: { gate: '', note: '', word: 'full disk' } })
    expect(await of.failure()).toMatchObject({
      code: 'store/disk-full',
      message:
        'a disk of n1 is full (ENOSPC: no space left on device, write): its scratch folder lies in $SLURM_TMPDIR, else $TMPDIR; set one with room in [romi.slurm] prologue',
      facts: { node: 'n1' },
    })
  })

  test('is not named where the task itself fell over, though the node is a fact', async () => {
    const of = await node({ step: 'Faulty', params: { mode: 'throw' }, library: origin })
    const failed = await of.failure()
    expect(failed).toMatchObject({ code: 'task/threw', facts: { node: 'n1' } })
    expect(failed?.message).not.toContain('n1')
  })

  test('is a failure, too, where no task can be loaded', async () => {
    const of = await node({ library: { ...origin, builtin: 'file:///nowhere.ts' } })
    expect(await of.failure()).toMatchObject({ facts: { node: 'n1' } })
  })
})
