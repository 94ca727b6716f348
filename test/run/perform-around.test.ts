// What is around the task of a job: its scratch folder, its programs, and what changes meanwhile.
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Bench, itemsOf } from '../support/performed.ts'
import { running, runningEach, whole } from '../support/text-tasks.ts'

describe('a scratch folder', () => {
  test('is empty, one’s own, and gone when the work is done', async () => {
    const bench = new Bench()
    const seen: string[] = []
    const task = running(async ({ scratch }) => {
      for (const folder of [await scratch(), await scratch()]) {
        seen.push(folder)
        expect(readdirSync(folder)).toEqual([])
        writeFileSync(join(folder, 'left'), 'behind')
      }
      return 'text'
    })
    await bench.done(task)
    expect(new Set(seen).size).toBe(2)
    for (const folder of seen) {
      expect(dirname(folder)).toBe(bench.scratch)
      expect(basename(folder)).toMatch(/^Whole-/)
      expect(existsSync(folder)).toBe(false)
    }
  })

  test('is gone when the task failed, too', async () => {
    const bench = new Bench()
    const task = running(async ({ scratch }) => {
      await scratch()
      throw new Error('the plant fell over')
    })
    expect((await bench.failure(task)).message).toBe('the plant fell over')
    expect(readdirSync(bench.scratch)).toEqual([])
  })
})

describe('a program that a task runs', () => {
  test('is told line by line, with where it runs', async () => {
    const bench = new Bench()
    const task = running(async ({ exec }) => {
      const { stdout } = await exec('sh', ['-c', 'echo first; echo "$TMPDIR"'])
      return stdout
    })
    await bench.done(task)
    expect((await bench.made()).text.text).toBe(`first\n${bench.scratch}\n`)
    expect(bench.events).toEqual([
      { is: 'program', pid: expect.any(Number) as unknown, alive: true },
      { is: 'printed', text: 'first' },
      { is: 'printed', text: bench.scratch },
      { is: 'program', pid: expect.any(Number) as unknown, alive: false },
    ])
  })

  test('is not started on files that were changed before it', async () => {
    const bench = new Bench()
    const path = bench.photograph('a')
    const task = running(async ({ inputs: all, exec }) => {
      const input = all.upstream_task as { files: readonly { path: string }[] }
      const first = input.files[0].path
      writeFileSync(first, 'other')
      await exec('sh', ['-c', 'echo begun'])
      return 'text'
    })
    expect(await bench.perform(task)).toEqual({ is: 'overtaken', by: [path], isTouched: false })
    expect(bench.events).toEqual([])
  })

  test('that is missing is told with how to get it', async () => {
    const programs = [{ name: 'no-such-program', install: 'apt-get install it' }]
    const task = running(({ exec }) => exec('no-such-program', []), { programs })
    expect(await new Bench().failure(task)).toMatchObject({
      code: 'task/program-missing',
      message: expect.stringContaining('install it: apt-get install it') as unknown,
    })
  })
})

describe('what is read and changes meanwhile', () => {
  /** Gives the path of the first photograph away, and does something to it. */
  const meddling = (meddle: (path: string) => void) =>
    running(({ inputs: all }) => {
      const input = all.upstream_task as { files: readonly { path: string }[] }
      meddle(input.files[0].path)
      return 'text'
    })
  const touch = (path: string): void => utimesSync(path, new Date(), new Date(0))

  test('makes the job overtaken when a file has other bytes than the key tells of', async () => {
    const bench = new Bench()
    writeFileSync(bench.photograph('b'), 'other')
    const by = [bench.photograph('b')]
    expect(await bench.perform(whole)).toEqual({ is: 'overtaken', by, isTouched: false })
  })

  test('makes the job overtaken whatever error the task ends with', async () => {
    const bench = new Bench()
    const path = bench.photograph('a')
    const task = meddling((given) => {
      writeFileSync(given, 'other')
      throw new Error('the plant fell over')
    })
    expect(await bench.perform(task)).toEqual({ is: 'overtaken', by: [path], isTouched: false })
  })

  test('makes the job overtaken when a file was only touched, and says so', async () => {
    const bench = new Bench()
    const path = bench.photograph('a')
    const stamped = meddling(touch)
    const outcome = await bench.perform(stamped)
    expect(outcome).toEqual({ is: 'overtaken', by: [path], isTouched: true })
    expect(bench.events).toEqual([])
  })

  test('is kept with a warning when a file was only touched, once that is accepted', async () => {
    const bench = new Bench()
    await bench.done(meddling(touch), { job: { acceptsTouched: true } })
    expect(bench.events).toEqual([
      {
        is: 'said',
        level: 'warn',
        text: expect.stringMatching(
          /^touched while a program read it, again: .*a\.txt.*; its bytes are the same, so the result is kept$/,
        ) as unknown,
      },
    ])
  })

  test('is warned of once: not after its file, and again at the end', async () => {
    const bench = new Bench()
    const task = runningEach(({ value, file }) => {
      touch(file?.path ?? '')
      return value
    })
    await bench.done(task, { job: { items: itemsOf('a'), acceptsTouched: true } })
    expect(bench.events.filter(({ is }) => is === 'said')).toHaveLength(1)
  })
})

test('a job that is stopped is cancelled, whatever its task says', async () => {
  const stop = new AbortController()
  const task = running(() => {
    stop.abort()
    throw new Error('the plant fell over')
  })
  const outcome = await new Bench().perform(task, { signal: stop.signal })
  expect(outcome).toEqual({ is: 'cancelled' })
})

test('a draft that is gone is a failure of the job', async () => {
  const bench = new Bench()
  const job = { draft: `${bench.draft}-other` }
  expect((await bench.failure(whole, { job })).code).toBe('store/draft-gone')
})
