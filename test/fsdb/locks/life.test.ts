// Who is dead: by process on this machine, else by a counter that stands; no clock has a say.
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { folderOf, type Holder } from '../../../src/fsdb/locks/holder.ts'
import { Lives, type Life } from '../../../src/fsdb/locks/life.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import { Sightings } from '../../../src/fsdb/locks/sightings.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('life')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
/** A machine with its own time, whose processes look at counters. */
function machine() {
  const folder = join(work, String(turn++))
  mkdirSync(folder)
  const here = folderOf(folder)
  const clock = { ms: 1_000_000 }
  const process = () => {
    const sightings = new Sightings(folder, () => clock.ms)
    const lives = new Lives(here, sightings)
    return {
      look: (changes: Partial<Holder>, counter: number): Life =>
        lives.ofHolder(
          { ...thisProcess({}), folder: here, ticket: 1, claims: [], waits: [], ...changes, uuid },
          String(counter),
        ),
      ends: () => sightings.save(),
    }
  }
  return { clock, process, here }
}
const uuid = '11111111-1111-4111-8111-111111111111'
const elsewhere = { host: 'elsewhere' }

describe('a process on this machine', () => {
  test('lives, however long it does not raise its counter', () => {
    const { clock, process } = machine()
    const reader = process()
    expect(reader.look({}, 1)).toBe('alive')
    clock.ms += 3_600_000
    expect(reader.look({}, 1)).toBe('alive')
  })

  test('a process on this machine is dead at once when its number is another process’ by now', () => {
    expect(machine().process().look({ started: '1' }, 1)).toBe('dead')
  })

  test('holds nothing in a copy of its database', () => {
    const { here, process } = machine()
    const original = { ...here, path: '/elsewhere', inode: here.inode + 1 }
    expect(process().look({ folder: original }, 1)).toBe('dead')
    // A database that was renamed, or that a container sees elsewhere, is the same folder.
    expect(process().look({ folder: { ...here, path: '/elsewhere' } }, 1)).toBe('alive')
  })
})

describe.each([
  ['another machine', elsewhere],
  ['an earlier start of a machine', { boot: 'another' }],
  ['another container', { pidNamespace: 'pid:[1]' }],
])('a process of %s', (_, other) => {
  test('is silent until its counter moves, and then lives', () => {
    const { clock, process } = machine()
    const reader = process()
    expect(reader.look(other, 1)).toBe('silent')
    clock.ms += 5_000
    expect(reader.look(other, 2)).toBe('alive')
  })

  test('is dead when its counter stood still for 30 s of our own time', () => {
    const { clock, process } = machine()
    const reader = process()
    reader.look(other, 7)
    clock.ms += 29_999
    expect(reader.look(other, 7)).toBe('silent')
    clock.ms += 1
    expect(reader.look(other, 7)).toBe('dead')
  })
})

describe('what an earlier process saw', () => {
  test('counts when the counter stands for 6 s more: runs that never wait find the dead', () => {
    const { clock, process } = machine()
    const first = process()
    first.look(elsewhere, 7)
    first.ends()
    clock.ms += 30_000
    const second = process()
    expect(second.look(elsewhere, 7)).toBe('silent')
    clock.ms += 6_000
    expect(second.look(elsewhere, 7)).toBe('dead')
  })

  test('what an earlier process saw is kept by those who see it stand, too', () => {
    const { clock, process } = machine()
    for (let i = 0; i < 3; i++) {
      const reader = process()
      reader.look(elsewhere, 7)
      clock.ms += 8_000
      reader.ends()
      clock.ms += 3_000
    }
    const last = process()
    last.look(elsewhere, 7)
    clock.ms += 6_000
    expect(last.look(elsewhere, 7)).toBe('dead')
  })

  test('what an earlier process saw does not count when the counter moved since', () => {
    const { clock, process } = machine()
    const first = process()
    first.look(elsewhere, 7)
    first.ends()
    clock.ms += 60_000
    const second = process()
    second.look(elsewhere, 8)
    clock.ms += 6_000
    expect(second.look(elsewhere, 8)).toBe('silent')
  })
})

describe('a file of a lock', () => {
  /** Writes a file and looks who made it. */
  function made() {
    const folder = join(work, String(turn++))
    mkdirSync(folder)
    const clock = { ms: 1_000_000 }
    const lives = new Lives(folderOf(folder), new Sightings(folder, () => clock.ms))
    const path = join(folder, 'lock')
    return { clock, path, folder, look: () => lives.ofFile(path) }
  }

  test('tells nothing where there is none, or a folder', () => {
    const { path, look } = made()
    expect(look()).toBeUndefined()
    mkdirSync(path)
    expect(look()).toBeUndefined()
  })

  test('tells its maker and whether that one lives', () => {
    const { path, look } = made()
    const owner = { ...thisProcess({ run: '7' }), uuid }
    writeFileSync(path, JSON.stringify(owner))
    expect(look()).toEqual({ id: uuid, owner, life: 'alive' })
    writeFileSync(path, JSON.stringify({ ...owner, started: '1' }))
    expect(look()?.life).toBe('dead')
  })

  test('is of the dead in a copy of its database, if it names its folder', () => {
    const { path, folder, look } = made()
    const { device, inode } = folderOf(folder)
    const its = { path: '/elsewhere', device, inode: inode + 1 }
    writeFileSync(path, JSON.stringify({ ...thisProcess({}), uuid, folder: its }))
    expect(look()?.life).toBe('dead')
    // A record whose folder nobody can read tells nothing of its maker.
    writeFileSync(path, JSON.stringify({ ...thisProcess({}), uuid, folder: 'here' }))
    expect(look()?.owner).toBeUndefined()
  })

  test('is of one that lives elsewhere while it is written to, and of the dead once it stood', () => {
    const { clock, path, look } = made()
    const text = JSON.stringify({ ...thisProcess({}), host: 'elsewhere', uuid })
    writeFileSync(path, text)
    expect(look()?.life).toBe('silent')
    clock.ms += 29_000
    writeFileSync(path, `${text} `)
    expect(look()?.life).toBe('alive')
    clock.ms += 29_999
    expect(look()?.life).toBe('alive')
    clock.ms += 1
    expect(look()?.life).toBe('dead')
  })

  test('that is torn is known by its own number, silent first and dead once it stood', () => {
    const { clock, path, look } = made()
    writeFileSync(path, '{"program":"romi')
    const { ino } = statSync(path)
    expect(look()).toEqual({ id: `torn-${ino}`, owner: undefined, life: 'silent' })
    clock.ms += 30_000
    expect(look()?.life).toBe('dead')
  })
})
