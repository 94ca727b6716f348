// Who holds a lock: what its record must tell, and whether its process lives.
import { readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  jsonOf,
  ownerSchema,
  pulseOf,
  thisBoot,
  thisProcess,
  type Pulse,
} from '../../../src/fsdb/locks/owner.ts'
import { exec } from '../../../src/run/exec.ts'
import { scratchFolder } from '../../support/scratch.ts'

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
    expect(ownerSchema.parse(own)).toEqual(own)
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
      expect(ownerSchema.safeParse({ ...own, [key]: undefined }).success).toBe(false)
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
    expect(ownerSchema.safeParse({ ...own, ...changes }).success).toBe(false)
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

  test.runIf(linux)(
    'lives while it sleeps, and is dead once it ended, though nobody asked how',
    async () => {
      const stop = new AbortController()
      let seen: readonly Pulse[] = []
      // Its parent becomes a program that never asks.
      const script = 'sleep 0.3 & echo $!; exec sleep 60'
      const running = exec(
        'sh',
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
            const first = pulseOf(its)
            setTimeout(() => {
              seen = [first, pulseOf(its)]
              stop.abort()
            }, 800)
          },
        },
      )
      await expect(running).rejects.toThrow()
      expect(seen).toEqual(['alive', 'dead'])
    },
  )

  test.runIf(linux)('is known by its start, whatever its program is called', async () => {
    const work = scratchFolder('owner')
    onTestFinished(() => rmSync(work, { recursive: true }))
    const program = join(work, 'a) Z 1 (b')
    symlinkSync(realpathSync('/bin/sh'), program)
    const pulses: Pulse[] = []
    await exec(
      program,
      ['-c', 'echo $$; sleep 0.2; :'],
      {},
      {
        run: '',
        scratch: work,
        programs: [],
        signal: new AbortController().signal,
        onProgram: () => undefined,
        onLine: (line) =>
          pulses.push(pulseOf({ ...own, pid: Number(line), started: startOf(Number(line)) })),
      },
    )
    expect(pulses).toEqual(['alive'])
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
