// Who holds a lock: what its record must tell, and whether its process lives.
import { existsSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  jsonOf,
  ownerSchema,
  pulseOf,
  thisBoot,
  thisProcess,
  type Owner,
} from '../../../src/fsdb/locks/owner.ts'
import { exec } from '../../../src/run/exec.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { until } from '../../support/until.ts'

const own = thisProcess({ run: '7' })
/** When a process began, as the kernel tells: the twentieth word after its name. */
const startOf = (pid: number): string =>
  /^.*\) (?:\S+ ){19}(\S+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? ''
const linux = process.platform === 'linux'

describe('the record of this process', () => {
  test('tells who it is, where, and what others are to see', () => {
    expect(own).toMatchObject({
      program: 'romi-run',
      pid: process.pid,
      host: hostname(),
      info: { run: '7' },
    })
    expect(Math.abs(Date.now() - Date.parse(own.since))).toBeLessThan(60_000)
    expect(ownerSchema().parse(own)).toEqual(own)
  })

  test('is another each time', () => {
    expect(thisProcess({}).uuid).not.toBe(own.uuid)
  })

  test.runIf(linux)('tells which start of the machine it is, and when the process began', () => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    expect(own.boot).toBe(boot)
    expect(thisBoot).toBe(boot)
    expect(own.pidNamespace).toMatch(/^pid:\[\d+\]$/)
    // In ticks since the start of the machine, of which there are a hundred a second.
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
    const began = Number(own.started) / 100
    expect(Math.abs(uptime - process.uptime() - began)).toBeLessThan(5)
  })
})

describe('what is read as a record', () => {
  test.each(['program', 'pid', 'host', 'boot', 'pidNamespace', 'started', 'uuid', 'since', 'info'])(
    'tells its %s',
    (key) => {
      expect(ownerSchema().safeParse({ ...own, [key]: undefined }).success).toBe(false)
    },
  )

  test.each([
    ['of another program', { program: 'other' }],
    ['with no number of a process', { pid: 0 }],
    ['with half a number', { pid: 1.5 }],
    ['with a path for a UUID', { uuid: '../../planted' }],
    ['with a list of facts', { info: [] }],
    ['with facts that are no JSON', { info: { f: Infinity } }],
  ])('is none %s', (_, changes) => {
    expect(ownerSchema().safeParse({ ...own, ...changes }).success).toBe(false)
  })
})

describe('a process', () => {
  test('lives while it is there', () => {
    expect(pulseOf(own)).toBe('alive')
  })

  test.runIf(linux)('is dead when no process bears its number', () => {
    // Numbers of processes end at 2²².
    expect(pulseOf({ ...own, pid: 5_000_000 })).toBe('dead')
  })

  test.runIf(linux)('is dead when the process of its number began at another time', () => {
    expect(pulseOf({ ...own, started: '1' })).toBe('dead')
    expect(pulseOf({ ...own, started: '' })).toBe('dead')
  })

  /** Runs a program that tells a process, until what is done with that is done. */
  async function withProcess(
    program: string,
    script: string,
    work: (its: Owner) => Promise<void>,
  ): Promise<void> {
    const stop = new AbortController()
    let done: Promise<void> | undefined
    const running = exec(
      program,
      ['-c', script],
      {},
      {
        run: '',
        scratch: '',
        programs: [],
        signal: stop.signal,
        onProgram: () => undefined,
        onLine(line) {
          const its = { ...own, pid: Number(line), started: startOf(Number(line)) }
          done = work(its).finally(() => stop.abort())
        },
      },
    )
    await expect(running).rejects.toThrow()
    await done
  }

  test.runIf(linux)(
    'lives while it sleeps, and is dead once ended, though nobody asked how',
    async () => {
      // Its parent becomes a program that never asks.
      await withProcess('sh', 'sleep 60 & echo $!; exec sleep 60', async (its) => {
        expect(pulseOf(its)).toBe('alive')
        process.kill(its.pid, 'SIGKILL')
        await until(() => pulseOf(its) === 'dead')
        expect(existsSync(`/proc/${its.pid}`)).toBe(true)
      })
      expect.assertions(3)
    },
  )

  test.runIf(linux)('is known by its start, whatever its program is called', async () => {
    const work = scratchFolder('owner')
    onTestFinished(() => rmSync(work, { recursive: true }))
    const program = join(work, 'a) Z 1 (b')
    symlinkSync(realpathSync('/bin/sh'), program)
    await withProcess(program, 'echo $$; sleep 60; :', (its) => {
      expect(pulseOf(its)).toBe('alive')
      return Promise.resolve()
    })
    expect.assertions(2)
  })

  test.each(['host', 'boot', 'pidNamespace'])('of another %s cannot be seen from here', (key) => {
    expect(pulseOf({ ...own, pid: 5_000_000, [key]: 'another' })).toBe('unknown')
  })
})

test('a text that is no JSON tells nothing', () => {
  expect(jsonOf('{"torn')).toBeUndefined()
  expect(jsonOf('')).toBeUndefined()
  expect(jsonOf('{"a":[1]}')).toEqual({ a: [1] })
})
