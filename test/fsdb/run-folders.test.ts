// The folders of runs: what a run tells, where it works, and that nobody else's folder is taken for one.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { newRunId } from '../../src/fsdb/own-names.ts'
import { RunFolders, runFoldersAt } from '../../src/fsdb/run-folders.ts'
import { backwards } from '../support/backwards.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('run-folders')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
let runs: RunFolders
beforeEach(() => {
  root = mkdtempSync(join(work, 'db-'))
  runs = runFoldersAt(root)
})
const [first, second, third] = [1, 2, 3].map((day) => newRunId(new Date(2026, 0, day)))
const at = (...names: string[]): string => join(root, '.romi', 'runs', ...names)

describe('the runs of a database', () => {
  test('are none at first', () => {
    expect([runs.ids(), runs.unended(), runs.withJobs()]).toEqual([[], [], []])
  })

  test('are those that told something, the oldest first, whatever the disk lists first', () => {
    for (const run of [second, first, third]) runs.make(run, 'logs')
    expect(runs.ids()).toEqual([first, second, third])
    expect(new RunFolders(backwards, root).ids()).toEqual([first, second, third])
    expect(readdirSync(at(first))).toEqual(['logs'])
  })

  test('are no other folders, and no files', () => {
    runs.make(first, 'logs')
    mkdirSync(at('mine'))
    writeFileSync(at(second), '')
    expect(runs.ids()).toEqual([first])
  })

  test('have not ended as long as they have a place to work in', async () => {
    for (const run of [second, first]) runs.begin(run)
    expect(runs.unended()).toEqual([first, second])
    expect(runs.scratch(first)).toBe(join(root, '.romi', 'scratch', first))
    expect(existsSync(runs.scratch(first))).toBe(true)
    await runs.end(first)
    expect(runs.unended()).toEqual([second])
  })

  test('may have jobs elsewhere as long as those have a folder', () => {
    for (const run of [first, second]) runs.make(run, 'logs')
    runs.makeFolder(second, 'jobs')
    expect(runs.withJobs()).toEqual([second])
  })

  test('are forgotten with all that they told', async () => {
    runs.make(first, 'logs')
    runs.append(first, 'events.ndjson', 'a\n')
    await runs.forget(first)
    expect(runs.ids()).toEqual([])
  })
})

describe('a file of a run', () => {
  beforeEach(() => runs.make(first, 'logs'))

  test('is added to, and read', () => {
    runs.append(first, 'events.ndjson', 'a\n')
    runs.append(first, 'events.ndjson', 'b\n')
    expect(runs.read(first, 'events.ndjson')).toBe('a\nb\n')
    expect(runs.size(first, 'events.ndjson')).toBe(4)
  })

  test('is written as a whole, by way of a folder of its own', async () => {
    await runs.write(first, 'token', 'old')
    await runs.write(first, 'token', 'new')
    expect(readFileSync(at(first, 'token'), 'utf8')).toBe('new')
    expect(readdirSync(at(first)).sort()).toEqual(['logs', 'tmp', 'token'])
    expect(readdirSync(at(first, 'tmp'))).toEqual([])
  })

  test('that is not there, or a folder, is empty and has no size', () => {
    for (const name of ['none', 'logs']) {
      expect(runs.read(first, name)).toBe('')
      expect(runs.size(first, name)).toBeUndefined()
    }
    expect(runs.stamp(first, 'none')).toBe('')
  })

  test('is no file where a link leads out of the database, nor where the program is at fault: that is told', () => {
    const failing = new RunFolders(
      {
        ...backwards,
        readText() {
          throw new TypeError('a fault')
        },
      },
      root,
    )
    runs.append(first, 'events.ndjson', 'a\n')
    expect(() => failing.read(first, 'events.ndjson')).toThrow(TypeError)
    const outside = join(work, 'outside')
    mkdirSync(outside, { recursive: true })
    writeFileSync(join(outside, 'events.ndjson'), 'precious')
    rmSync(at(first), { recursive: true })
    symlinkSync(outside, at(first))
    expect(() => runFoldersAt(root).read(first, 'events.ndjson')).toThrow(
      expect.objectContaining({ code: 'store/link-outside' }),
    )
  })

  test('has another stamp once it is larger or was written later', () => {
    runs.append(first, 'events.ndjson', 'a\n')
    const path = at(first, 'events.ndjson')
    const stamp = runs.stamp(first, 'events.ndjson')
    expect(stamp).toBe(`2 ${statSync(path).mtimeMs}`)
    utimesSync(path, 1, 1)
    expect(runs.stamp(first, 'events.ndjson')).toBe('2 1000')
  })

  test('is listed, renamed and removed', async () => {
    expect(runs.names(first, 'none')).toBeUndefined()
    expect(runs.names(first, 'logs')).toEqual([])
    runs.append(first, 'logs/a.log', 'a')
    runs.rename(first, 'logs/a.log', 'logs/b.log')
    expect(runs.names(first, 'logs')).toEqual(['b.log'])
    await runs.remove(first, 'logs/b.log')
    expect(runs.names(first, 'logs')).toEqual([])
  })
})
