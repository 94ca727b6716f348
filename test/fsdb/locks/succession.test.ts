// Taking over from the dead: one successor each, whoever comes when.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { folderOf } from '../../../src/fsdb/locks/holder.ts'
import { Lives } from '../../../src/fsdb/locks/life.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import { Sightings } from '../../../src/fsdb/locks/sightings.ts'
import { indexClaim, plainClaim, succeed, sweepClaims } from '../../../src/fsdb/locks/succession.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('succession')
afterAll(() => rmSync(work, { recursive: true }))

let folder: string
let lives: Lives
let record: string
beforeEach(() => {
  folder = mkdtempSync(join(work, 'locks-'))
  lives = new Lives(folderOf(folder), new Sightings(folder))
  record = join(folder, 'record')
  writeFileSync(record, JSON.stringify(own))
})

const own = thisProcess({})
const dead = Array.from({ length: 3 }, () => ({ ...own, started: '1', uuid: randomUUID() }))
/** Somebody claims to succeed one of the dead. */
const claim = (of: string, by: object): void =>
  writeFileSync(join(folder, `next-${of}`), JSON.stringify(by))
const claims = (): string[] => readdirSync(folder).filter((name) => name.startsWith('next-'))
const succeeds = (id = dead[0].uuid): boolean => succeed(folder, 'next-', record, id, lives)

test('whoever comes first succeeds the dead, and all others find that claim', () => {
  expect(succeeds()).toBe(true)
  expect(claims()).toEqual([`next-${dead[0].uuid}`])
  expect(readFileSync(join(folder, `next-${dead[0].uuid}`), 'utf8')).toBe(JSON.stringify(own))
  expect(succeeds()).toBe(false)
})

test('nobody succeeds one whose successor lives', () => {
  claim(dead[0].uuid, { ...own, uuid: randomUUID() })
  expect(succeeds()).toBe(false)
  expect(claims()).toHaveLength(1)
})

test('nobody succeeds one whose successor cannot be seen from here, until it stood still for long', () => {
  claim(dead[0].uuid, { ...own, host: 'elsewhere', uuid: randomUUID() })
  expect(succeeds()).toBe(false)
  expect(claims()).toHaveLength(1)
})

test('a dead successor is succeeded in turn', () => {
  claim(dead[0].uuid, dead[1])
  claim(dead[1].uuid, dead[2])
  expect(succeeds()).toBe(true)
  expect(claims().sort()).toEqual(dead.map(({ uuid }) => `next-${uuid}`).sort())
  expect(readFileSync(join(folder, `next-${dead[2].uuid}`), 'utf8')).toBe(JSON.stringify(own))
})

test('what is no file in the place of a claim is not taken over', () => {
  mkdirSync(join(folder, `next-${dead[0].uuid}`))
  expect(succeeds()).toBe(false)
})

test('claims that lead round in a circle are removed, and only those: the next attempt begins anew', () => {
  claim(dead[0].uuid, dead[1])
  claim(dead[1].uuid, dead[0])
  claim(dead[2].uuid, own)
  expect(succeeds()).toBe(false)
  expect(claims()).toEqual([`next-${dead[2].uuid}`])
  expect(succeeds()).toBe(true)
})

test('whoever holds the lock sweeps the claims on it, but not those on himself nor what else lies there', () => {
  for (const { uuid } of dead) claim(uuid, own)
  writeFileSync(join(folder, `after-${dead[0].uuid}`), 'of another lock')
  mkdirSync(join(folder, 'next-folder'))
  sweepClaims(folder, 'next-', dead[1].uuid)
  expect(readdirSync(folder).sort()).toEqual(
    [`after-${dead[0].uuid}`, 'next-folder', `next-${dead[1].uuid}`, 'record'].sort(),
  )
})

test('claims are called as version 0.1 and earlier runs call them, which may be at work as well', () => {
  expect([plainClaim, indexClaim]).toEqual(['after-', 'next-'])
})
