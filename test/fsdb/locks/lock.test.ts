// Writers of a whole database in processes of their own: turns, take-over, pipes in the way, release.
import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { code } from '../../support/coded.ts'
import { builtScript } from '../../support/built-script.ts'
import { freshDatabases } from './fresh-database.ts'

const fresh = freshDatabases('lock')
const { work } = fresh
let root: string
let lock: string
beforeEach(async () => void ({ root, lock } = await fresh.make()))

const start = (script: 'holder' | 'lock-user', ...args: string[]): ChildProcess =>
  fork(builtScript(`test/fsdb/locks/${script}.ts`), args, {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
const ended = async (child: ChildProcess) =>
  (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
const longAgo = new Date('2020-01-01')

test('two processes never hold it together: 300 turns, 15 of which end in a kill', async () => {
  const folder = join(work, 'turns')
  mkdirSync(folder)
  const lane = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      const [, signal] = await ended(start('lock-user', root, folder, '20'))
      expect(signal).toBe('SIGKILL')
    }
  }
  await Promise.all([lane(), lane(), lane()])
  const turns = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')
  expect(turns).toHaveLength(300)
  expect(new Set(turns)).toEqual(new Set(['alone']))
  const db = new FSDB(root)
  await db.connect()
  await db.disconnect()
  expect(existsSync(lock)).toBe(false)
})

describe('a second run', () => {
  test('a second run is refused by a process that is too busy to refresh its lock, however long', async () => {
    const holder = start('holder', root)
    await once(holder, 'message')
    const [file] = readdirSync(join(root, '.romi', 'locks', 'holders'))
    utimesSync(join(root, '.romi', 'locks', 'holders', file), longAgo, longAgo)
    await expect(new FSDB(root).connect()).rejects.toThrow(code('store/locked'))
    holder.kill('SIGKILL')
    await ended(holder)
  })

  test('takes the lock of a killed process over at once', async () => {
    const holder = start('holder', root)
    await once(holder, 'message')
    holder.kill('SIGKILL')
    await ended(holder)
    expect(existsSync(lock)).toBe(true)
    await using db = new FSDB(root)
    await db.connect()
    expect(db.owner()?.pid).toBe(process.pid)
  })
})

describe('a pipe, a link or a device', () => {
  test.each([
    ['a pipe', () => execFileSync('mkfifo', [lock])],
    ['a link', () => symlinkSync('/dev/zero', lock)],
    ['a folder', () => mkdirSync(lock)],
  ])('in the place of the lock is never opened: %s', async (what, make) => {
    make()
    await expect(new FSDB(root).connect()).rejects.toMatchObject({
      code: 'store/foreign-lock',
      message: expect.stringContaining(what),
    })
    expect(lstatSync(lock).isFile()).toBe(false)
  })

  test('among the files of the writers is passed over', async () => {
    const holders = join(root, '.romi', 'locks', 'holders')
    mkdirSync(holders, { recursive: true })
    execFileSync('mkfifo', [join(holders, randomUUID())])
    symlinkSync('/dev/zero', join(holders, randomUUID()))
    await using db = new FSDB(root)
    await db.connect()
    expect(db.isConnected).toBe(true)
  })
})

describe('the lock is released', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('on %s', async (signal) => {
    const holder = start('holder', root)
    await once(holder, 'message')
    expect(existsSync(lock)).toBe(true)
    holder.kill(signal)
    expect((await ended(holder))[1]).toBe(signal)
    expect(existsSync(lock)).toBe(false)
  })

  test('by an error that nobody caught', async () => {
    const [status] = await ended(start('holder', root, 'throw'))
    expect(status).not.toBe(0)
    expect(existsSync(lock)).toBe(false)
  })
})
