// What is told to whoever does not get a lock: who has it, since when, and what helps.
import { describe, expect, test } from 'vitest'
import { localTime } from '../../../src/base/local-time.ts'
import type { Other } from '../../../src/fsdb/locks/decide.ts'
import type { Holder } from '../../../src/fsdb/locks/holder.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import {
  foreign,
  heldBy,
  heldByOwner,
  heldByPlantdb,
  lost,
} from '../../../src/fsdb/locks/refusals.ts'

const since = '2026-01-01T00:00:00.000Z'
const later = '2026-02-02T00:00:00.000Z'
const owner = { ...thisProcess({}), pid: 42, host: 'here', since }
const other = (changes: Partial<Holder> = {}, life: Other['life'] = 'alive'): Other => ({
  holder: {
    ...owner,
    folder: { path: '/db', device: 1, inode: 1 },
    ticket: 1,
    claims: [{ of: 'plant', since: later }],
    waits: [],
    ...changes,
  },
  life,
})
const silent =
  'wait until it has ended; it gave no sign of life for 6 seconds, and is taken for dead when it gives none for 30'

describe('a scan that another writer holds', () => {
  test('is named with who has it, since it has it', () => {
    expect(heldBy('/db', 'plant', other(), 'holds')).toMatchObject({
      code: 'store/locked',
      message: `the scan plant is held by process 42 on here since ${localTime(later)}: wait until it has ended`,
      facts: { wanted: 'plant', owner: { pid: 42, since: later } },
    })
  })

  test('is held by whoever holds the whole database, since that', () => {
    const of = other({
      claims: [
        { of: 'other', since },
        { of: '*', since: later },
      ],
    })
    expect(heldBy('/db', 'plant', of, 'holds').message).toContain(`since ${localTime(later)}`)
  })

  test('may only be waited for, since its writer came', () => {
    const waiting = heldBy('/db', 'plant', other({ claims: [] }), 'waits')
    expect(waiting.message).toContain('the scan plant is waited for by process 42')
    expect(waiting.message).toContain(`since ${localTime(since)}`)
  })

  test('may be one of all: then the database is named', () => {
    expect(heldBy('/db', '*', other(), 'holds').message).toMatch(/^\/db is held by process 42/)
  })

  test.each<readonly [string, Holder['info'], string]>([
    ['its command', { command: 'serve', more: 1 }, ' (romi-run serve): wait'],
    ['what else it tells', { run: '7' }, ' ({"run":"7"}): wait'],
    ['nothing where it tells nothing', {}, `${localTime(later)}: wait`],
  ])('is told with %s', (_, info, told) => {
    expect(heldBy('/db', 'plant', other({ info }), 'holds').message).toContain(told)
  })

  test('is told with what helps where its holder gives no sign of life', () => {
    expect(heldBy('/db', 'plant', other({}, 'silent'), 'holds').message).toMatch(
      new RegExp(`: ${silent}$`),
    )
  })
})

test('a database that another process holds is named, with who that is if it is known', () => {
  expect(heldByOwner('/db', owner, true)).toMatchObject({
    code: 'store/locked',
    message: `/db is held by process 42 on here since ${localTime(since)}: wait until it has ended`,
    facts: { wanted: '*', owner },
  })
  expect(heldByOwner('/db', undefined, false).message).toBe(
    `/db is held by another process: ${silent}`,
  )
})

describe('a scan that ROMI’s plantdb holds', () => {
  const by = (info: string): string => heldByPlantdb('plant', info).message

  test('is told with what that says of itself', () => {
    const info = { user: 'ann', pid: 7, timestamp: Date.parse(since) / 1000 }
    expect(by(JSON.stringify(info))).toBe(
      `the scan plant is held by ROMI's plantdb (user ann, process 7, since ${localTime(since)}): wait until it has ended`,
    )
    expect(by('{"pid":7}')).toContain('plantdb (process 7): wait')
    expect(heldByPlantdb('plant', '')).toMatchObject({
      code: 'store/locked',
      facts: { wanted: 'plant' },
    })
  })

  test.each(['', '{"torn', '[]', '{}', '{"user":1,"pid":"7","timestamp":"now"}'])(
    'is told without, where it says nothing that is understood: %j',
    (info) => {
      expect(by(info)).toBe("the scan plant is held by ROMI's plantdb: wait until it has ended")
    },
  )
})

test('a lock that is none of ours is named, with what it is and what to do', () => {
  const helps = 'wait until that has ended; if none is running any more, remove it and try again'
  expect(foreign('/db/lock', 'a file', Date.parse(since))).toMatchObject({
    code: 'store/foreign-lock',
    message: `/db/lock was made by another program, such as ROMI's Python tools: ${helps}`,
    facts: { path: '/db/lock', since },
  })
  expect(foreign('/db/lock', 'a folder', 0).message).toBe(
    `/db/lock is a folder, which romi-run did not make: ${helps}`,
  )
})

test('a lock that was lost is told with why, and that nothing more is written', () => {
  const cause = new Error('cause')
  expect(lost('/db', 'its file is gone', cause)).toMatchObject({
    code: 'store/lock-lost',
    message:
      'its file is gone, so that others may write in /db: nothing more is written; connect again',
    cause,
    facts: { root: '/db' },
  })
})
