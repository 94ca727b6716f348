// Programs and scratch folders do not outlive their run, however it ends.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ChildRun, type Asked, type Told } from '../../support/child-run.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { asking } from './asking.ts'
import { makePlant } from './plant.ts'

const executors = ['inline', 'threads'] as const
const isAsleep = (told: Told) => told.is === 'said' && told.text === 'asleep'

let hours = 0
/** A time to sleep that no other process sleeps. */
const newHour = (): string => `3600.${process.pid}${String(hours++).padStart(3, '0')}`

async function plant(): Promise<string> {
  const folder = scratchFolder('programs')
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return makePlant(folder, 1)
}

/** The processes that sleep so long. */
function sleepers(hour: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1') === `sleep\0${hour}\0`
    } catch {
      // No process, or none any more.
      return false
    }
  })
}

/** Waits until so many processes sleep so long: the system starts and ends them when it likes. */
async function sleeping(hour: string, count: number): Promise<boolean> {
  for (let look = 0; look < 500; look++) {
    if (sleepers(hour).length === count) return true
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return false
}

function start(asked: Asked): ChildRun {
  const run = new ChildRun(asked)
  onTestFinished(() => run.kill('SIGKILL'))
  return run
}

const starting = (root: string, hour: string, mode: string, executor: Asked['executor']): Asked =>
  asking(root, `[Program]\nhour = "${hour}"\nmode = "${mode}"`, { executor })

const scratches = (root: string): string[] => readdirSync(join(root, '.romi', 'scratch'))

describe.skipIf(!existsSync('/proc/self/environ'))('a program', () => {
  test.each(executors)('ends with a run that is told to stop (%s)', async (executor) => {
    const root = await plant()
    const hour = newHour()
    const run = start(starting(root, hour, 'wait', executor))
    await run.tells(isAsleep)
    expect(await sleeping(hour, 1)).toBe(true)
    run.kill('SIGTERM')
    expect((await run.ended).code).toBe(130)
    expect(await sleeping(hour, 0)).toBe(true)
    expect(scratches(root)).toEqual([])
  })

  test.each(executors)(
    'that outlives a killed run is ended by the next one, and its scratch folder removed (%s)',
    async (executor) => {
      const root = await plant()
      const hour = newHour()
      const run = start(starting(root, hour, 'wait', executor))
      await run.tells(isAsleep)
      run.kill('SIGKILL')
      await run.ended
      expect(await sleeping(hour, 1)).toBe(true)
      expect(scratches(root)).toHaveLength(1)
      const next = await start(asking(root, '[Upper]')).ended
      expect(next.code).toBe(0)
      expect(await sleeping(hour, 0)).toBe(true)
      expect(scratches(root)).toEqual([])
    },
  )

  test.each(executors)('left behind by another ends with it (%s)', async (executor) => {
    const root = await plant()
    const hour = newHour()
    const { code } = await start(starting(root, hour, 'leave', executor)).ended
    expect(code).toBe(0)
    expect(await sleeping(hour, 0)).toBe(true)
  })

  test('ends with a thread that ends itself', async () => {
    const root = await plant()
    const hour = newHour()
    const { code } = await start(starting(root, hour, 'end thread', 'threads')).ended
    expect(code).toBe(30)
    expect(await sleeping(hour, 0)).toBe(true)
    expect(scratches(root)).toEqual([])
  })
})
