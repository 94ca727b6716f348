// The files through which the head and its jobs speak: what is written is read back, and nothing that is torn.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sha256 } from '../../../src/base/digest.ts'
import { newRunId } from '../../../src/fsdb/own-names.ts'
import { runFoldersAt } from '../../../src/fsdb/run-folders.ts'
import { JobFiles, jobIdOf, type JobEnded } from '../../../src/run/executors/slurm/job-files.ts'
import type { Job } from '../../../src/run/job.ts'
import { scratchFolder } from '../../support/scratch.ts'

const digest = (text: string) => sha256(new TextEncoder().encode(text))

/** The files of the jobs of one run. */
async function jobFiles() {
  const root = scratchFolder('jobs')
  onTestFinished(() => rmSync(root, { recursive: true }))
  const run = newRunId(new Date(0))
  const files = new JobFiles(runFoldersAt(root), run)
  await files.begin('word')
  const at = (name: string) => join(files.path, name)
  const log = (name: string) => join(dirname(files.path), 'logs', 'jobs', name)
  return { files, run, at, log }
}

test('at the beginning, a word is laid where every node must see it, and there is room for logs', async () => {
  const { files, at, log } = await jobFiles()
  expect(readFileSync(at('token'), 'utf8')).toBe('word')
  expect(existsSync(log(''))).toBe(true)
  expect(files.logPattern('a1')).toBe(log('a1-%a.log'))
})

describe('an array', () => {
  test('is found by its name, with its jobs in their order, whether it was taken or not', async () => {
    const { files, at } = await jobFiles()
    await files.intend('a1', ['z', 'b'])
    await files.intend('a2', ['c'])
    await files.taken('a2', '77')
    expect(files.arrays().toSorted()).toEqual(['a1', 'a2'])
    expect(files.jobsOf('a1')).toEqual(['z', 'b'])
    expect(files.jobsOf('a3')).toEqual([])
    expect([files.idOf('a1'), files.idOf('a2')]).toEqual([undefined, '77'])
    writeFileSync(at('a1.array.json'), '["z","b')
    expect(files.jobsOf('a1')).toEqual([])
  })
})

describe('the log of a job', () => {
  test('is read as far as it goes, and gets a name that tells of whom it is', async () => {
    const { files, log } = await jobFiles()
    expect(files.log('a1', 3)).toBe('')
    writeFileSync(log('a1-3.log'), 'words\n')
    expect(files.log('a1', 3)).toBe('words\n')
    await files.nameLog('a1', 3, 'plant.Step')
    expect(readdirSync(log(''))).toEqual(['plant.Step.log'])
    expect(readFileSync(log('plant.Step.log'), 'utf8')).toBe('words\n')
  })

  test('goes if nothing is in it; one that never was is no trouble', async () => {
    const { files, log } = await jobFiles()
    writeFileSync(log('a1-3.log'), '')
    await files.nameLog('a1', 3, 'plant.Step')
    await files.nameLog('a1', 4, 'plant.Step')
    expect(readdirSync(log(''))).toEqual([])
  })
})

/** Safe: nothing of an order is looked at where it is written and read. */
const order = { root: '/db' } as never

describe('a job', () => {
  test('is listed by its name from when it was written down until its files are removed', async () => {
    const { files, at } = await jobFiles()
    for (const name of ['z', 'b']) await files.write(name, 'job', order)
    await files.write('b', 'started', { node: 'n1', at: 'then' })
    await files.write('b', 'outcome', ended)
    files.tell('b', { is: 'runs', node: 'n1' })
    expect(files.jobs()).toEqual(['b', 'z'])
    expect(files.job('b')).toEqual(order)
    expect(files.started('b')).toEqual({ node: 'n1', at: 'then' })
    const kinds = ['job', 'started', 'events', 'outcome'] as const
    const there = (name: string) => kinds.filter((kind) => JobFiles.has(files.names(), name, kind))
    expect([there('b'), there('z'), there('')]).toEqual([kinds, ['job'], []])
    expect([...files.names()].toSorted()).toEqual([
      'b.job.json',
      'b.ndjson',
      'b.outcome.json',
      'b.started.json',
      'token',
      'z.job.json',
    ])
    await files.remove('b')
    expect(readdirSync(at('')).toSorted()).toEqual(['token', 'z.job.json'])
    expect([files.job('b'), files.started('b'), files.outcome('b')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('is heard line by line; a line that is torn, or none of ours, is passed over', async () => {
    const { files, at } = await jobFiles()
    expect([files.told('b'), files.events('b')]).toEqual([0, []])
    files.tell('b', { is: 'progress', done: 1, total: 2 })
    files.tell('b', { is: 'runs', node: 'n1' })
    const whole = readFileSync(at('b.ndjson'), 'utf8')
    expect(whole.endsWith('\n')).toBe(true)
    expect(files.told('b')).toBe(whole.length)
    writeFileSync(at('b.ndjson'), `{"is":"pro\n7\n\n${whole}{"is":"said"}`)
    expect(files.events('b')).toEqual([
      { is: 'progress', done: 1, total: 2 },
      { is: 'runs', node: 'n1' },
    ])
  })
})

test('when nothing is open any more all files go, and the logs stay', async () => {
  const { files, log } = await jobFiles()
  writeFileSync(log('a1-3.log'), 'words')
  await files.end()
  expect(existsSync(files.path)).toBe(false)
  expect(existsSync(log('a1-3.log'))).toBe(true)
  expect([files.jobs(), files.arrays()]).toEqual([[], []])
})

const failure = { code: 'task/threw', message: 'm', facts: {}, logTail: [] } as const
const result = { metadata: {}, checks: {}, versions: {} }
const made = { id: 'a', filename: 'a.txt', size: 1, digest: digest('a') }
// Safe: as a job writes it.
const ended = {
  outcome: { is: 'done', result },
  files: [made],
  node: 'n1',
  seconds: 1.5,
} as unknown as JobEnded

describe('how a job ended', () => {
  test.each([
    ['done', ended],
    ['failed', { ...ended, files: [], outcome: { is: 'failed', failure } }],
    ['overtaken', { ...ended, files: [], outcome: { is: 'overtaken', by: [], isTouched: false } }],
    ['cancelled', { ...ended, files: [], outcome: { is: 'cancelled' } }],
  ])('is read as it was written: %s', async (_, value) => {
    const { files, at } = await jobFiles()
    writeFileSync(at('b.outcome.json'), JSON.stringify(value))
    expect(files.outcome('b')).toEqual(value)
  })

  test.each([
    ['without an outcome', { ...ended, outcome: undefined }],
    ['of a word that we do not know', { ...ended, outcome: { is: 'vanished' } }],
    ['of no word', { ...ended, outcome: { is: ['done'], result } }],
    ['without a node', { ...ended, node: undefined }],
    ['of a time that is none', { ...ended, seconds: '1.5' }],
    ['done without a result', { ...ended, outcome: { is: 'done' } }],
    ['failed without a failure', { ...ended, outcome: { is: 'failed' } }],
    ['without a list of files', { ...ended, files: made }],
    ['with a file that is none', { ...ended, files: [made, { id: 'b' }] }],
    ['in no object', [ended]],
  ])('is not believed %s', async (_, value) => {
    const { files, at } = await jobFiles()
    writeFileSync(at('b.outcome.json'), JSON.stringify(value))
    expect(files.outcome('b')).toBeUndefined()
  })
})

describe('the name of a job', () => {
  const key = digest('key')
  // Safe: nothing else of a job is looked at.
  const whole = { scan: 's', step: 'S', version: 1, key } as Job
  const item = { id: 'a', key: digest('a'), inherited: {} }
  const some: Job = { ...whole, items: [item] }

  test('is the same for the same work, whichever run asks for it', () => {
    // As runs of before named it: their jobs are gone on with.
    expect(jobIdOf(whole)).toBe('b0117788e227afaa8ab84bfec1695251')
    expect(jobIdOf({ ...whole, run: 'other', draft: '/elsewhere' })).toBe(jobIdOf(whole))
    expect(jobIdOf({ ...some, key: digest('other') })).toBe(jobIdOf(some))
  })

  test('is another for other work', () => {
    const others: readonly Job[] = [
      whole,
      some,
      { ...whole, scan: 't' },
      { ...whole, step: 'T' },
      { ...whole, version: 2 },
      { ...whole, key: digest('other') },
      { ...whole, code: digest('code') },
      { ...whole, code: digest('other code') },
      { ...some, items: [] },
      { ...some, items: [{ ...item, id: 'b' }] },
      { ...some, items: [{ ...item, key: digest('b') }] },
    ]
    expect(new Set(others.map(jobIdOf)).size).toBe(others.length)
  })
})
