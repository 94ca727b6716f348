// Programs that tasks run: what they print, how they end, and that nothing of them is left.
import { existsSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { endGroup, exec } from '../../src/run/exec.ts'
import type { ExecOptions, ExecResult, Program } from '../../src/task/task.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('exec')
afterAll(() => rmSync(work, { recursive: true }))

interface Told {
  readonly lines: string[]
  readonly programs: (readonly [pid: number, alive: boolean])[]
}
const told = (): Told => ({ lines: [], programs: [] })

/** Runs a script of the shell. */
function sh(
  script: string,
  options: ExecOptions = {},
  { lines, programs }: Told = told(),
  signal = new AbortController().signal,
): Promise<ExecResult> {
  return exec('sh', ['-c', script], options, {
    run: 'mark-of-run',
    scratch: work,
    programs: [],
    signal,
    onLine: (line) => lines.push(line),
    onProgram: (pid, alive) => programs.push([pid, alive]),
  })
}

describe('a program', () => {
  test('is run to its end, and each line is told, of either stream', async () => {
    const all = told()
    const own: string[] = []
    const options = { onLine: (line: string) => void own.push(line) }
    const result = await sh('echo one; echo two; echo three >&2', options, all)
    expect(result).toEqual({ code: 0, stdout: 'one\ntwo\n', stderr: 'three\n' })
    expect(all.lines.toSorted()).toEqual(['one', 'three', 'two'])
    expect(own).toEqual(all.lines)
    const [pid] = all.programs[0]
    expect(all.programs).toEqual([
      [pid, true],
      [pid, false],
    ])
  })

  test('has its own environment, the mark of the run, a place for temporary files, and no input', async () => {
    const script = 'cat; echo "$OWN $TMPDIR $ROMI_RUN ${PATH:+path}"; pwd'
    const { stdout } = await sh(script, { cwd: work, env: { OWN: 'own' } })
    const [line, folder] = stdout.split('\n')
    expect(line).toBe(`own ${work} mark-of-run path`)
    expect(folder).toBe(realpathSync(work))
  })

  test('that ends with another code than 0 has failed, unless that code is one of success', async () => {
    await expect(sh('exit 3')).rejects.toMatchObject({
      code: 'task/program-failed',
      message: 'sh -c ended with code 3; it printed nothing',
      facts: { program: 'sh', code: 3 },
    })
    expect((await sh('exit 3', { okCodes: [0, 3] })).code).toBe(3)
    await expect(sh('exit 0', { okCodes: [3] })).rejects.toMatchObject({ facts: { code: 0 } })
  })

  test('that failed is told without a word of its own, too, and without any', async () => {
    const context = {
      run: 'mark',
      scratch: work,
      programs: [],
      signal: new AbortController().signal,
      onLine: () => undefined,
      onProgram: () => undefined,
    }
    await expect(exec('false', [], {}, context)).rejects.toThrow(
      'false  ended with code 1; it printed nothing',
    )
  })

  test('that prints without end is kept as far as memory allows, and told in full', async () => {
    const all = told()
    // Lines of 1024 characters with their end: more than the 4 Mi that are kept.
    const { stdout } = await sh("yes $(printf '%01023d' 0) | head -n 4100", {}, all)
    expect(all.lines).toHaveLength(4100)
    expect(stdout).toHaveLength(1 << 22)
  })

  test('that failed is told with its last five words, of what it complained about if it did', async () => {
    const lines = 'for i in 1 2 3 4 5 6 7; do echo "line $i"; done'
    await expect(sh(`${lines}; exit 1`)).rejects.toThrow(
      'its last words:\nline 3\nline 4\nline 5\nline 6\nline 7',
    )
    await expect(sh(`${lines}; echo complaint >&2; exit 1`)).rejects.toThrow(
      'its last words:\ncomplaint',
    )
  })

  test('that a signal ended is told so, and memory is thought of where that is likely', async () => {
    await expect(sh('kill -TERM $$')).rejects.toMatchObject({
      code: 'task/program-killed',
      message: 'sh was ended by the signal SIGTERM',
      facts: { program: 'sh', signal: 'SIGTERM' },
    })
    await expect(sh('kill -KILL $$')).rejects.toThrow(
      /signal SIGKILL, most likely because memory ran out/,
    )
  })

  test('of which nobody says how to get it is to be put on the PATH', async () => {
    const all = told()
    const missing = (programs: readonly Program[]) =>
      exec(
        'no-such-program',
        [],
        {},
        {
          run: 'mark',
          scratch: work,
          programs,
          signal: new AbortController().signal,
          onLine: () => undefined,
          onProgram: (pid, alive) => all.programs.push([pid, alive]),
        },
      )
    await expect(missing([{ name: 'other', install: 'get other' }])).rejects.toMatchObject({
      code: 'task/program-missing',
      message: 'the program no-such-program is not on this machine: put it on the PATH',
      facts: { program: 'no-such-program' },
    })
    await expect(missing([{ name: 'no-such-program', install: 'get it' }])).rejects.toThrow(
      'the program no-such-program is not on this machine: install it: get it',
    )
    expect(all.programs).toEqual([])
  })
})

describe('when the run is stopped', () => {
  test('a program is not begun', async () => {
    const all = told()
    await expect(sh('echo begun', {}, all, AbortSignal.abort())).rejects.toThrow()
    expect(all.programs).toEqual([])
  })

  test('a program that runs is ended, with those that it started', async () => {
    const stop = new AbortController()
    const mark = join(work, 'lived-on')
    const options = { onLine: () => stop.abort() }
    const script = `(sleep 1; touch ${mark}) & echo begun; sleep 60`
    await expect(sh(script, options, told(), stop.signal)).rejects.toMatchObject({
      name: 'AbortError',
    })
    await wait(1_300)
    expect(existsSync(mark)).toBe(false)
  })
})

test('what a program leaves behind ends with it', async () => {
  const mark = join(work, 'left-behind')
  await sh(`(sleep 1; touch ${mark}) & exit 0`)
  await wait(1_300)
  expect(existsSync(mark)).toBe(false)
})

test('a daemon that keeps the streams open does not keep the task for more than a moment', async () => {
  const up = join(work, 'daemon')
  const begun = performance.now()
  const daemon = `setsid sh -c 'touch ${up}; exec sleep 20' & until [ -e ${up} ]; do :; done`
  const { stdout } = await sh(`echo done; ${daemon}; exit 0`)
  expect(stdout).toBe('done\n')
  const took = performance.now() - begun
  expect(took).toBeGreaterThan(900)
  expect(took).toBeLessThan(15_000)
})

test('a group that may not be ended is an error, and not taken for one that is gone', () => {
  const killing = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
  })
  try {
    expect(() => endGroup(7)).toThrow('EPERM')
    // At once: what is asked politely may go on.
    expect(killing).toHaveBeenCalledWith(-7, 'SIGKILL')
  } finally {
    killing.mockRestore()
  }
})

test('ending a group that is gone, or was never there, is no error', () => {
  expect(() => endGroup(undefined)).not.toThrow()
  expect(() => endGroup(4_999_999)).not.toThrow()
})
