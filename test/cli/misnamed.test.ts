// A folder that would be a scan but for its name: nobody works on it, and nobody keeps silent of it.
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exitCodes } from '../../src/run/exit-codes.ts'
import { Desk } from '../support/command-line.ts'

const told = 'the folder "plant..1" is no scan, since its name contains "..": rename it'
let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
  await desk.write('p.toml', '[Upper]\n')
  for (const id of ['plant_01', 'to_be_renamed']) await desk.scan(id, { 'a.txt': 'leaf' })
  await rename(join(desk.folder, 'db', 'to_be_renamed'), join(desk.folder, 'db', 'plant..1'))
})
afterEach(() => desk[Symbol.asyncDispose]())

test.each(['db', 'db/*'])('%s is all scans, and a word on what is none', async (all) => {
  for (const verb of ['status', 'plan']) {
    const { out, err, code } = await desk.romi([verb, 'p.toml', all])
    expect({ code, err }).toEqual({ code: exitCodes.complete, err: `${told}\n` })
    expect(out).toContain('plant_01')
  }
  const ran = await desk.romi(['p.toml', all, '--executor', 'inline', '-q'])
  expect(ran).toMatchObject({ code: exitCodes.complete, err: `${told}\n` })
})

test.each(['db', 'db/*'])('%s is refused where all of it is misnamed', async (all) => {
  await rename(join(desk.folder, 'db', 'plant_01'), join(desk.folder, 'plant_01'))
  for (const words of [['status', 'p.toml'], ['plan', 'p.toml'], ['p.toml']]) {
    const { err, code } = await desk.romi([...words, all])
    expect(code).not.toBe(exitCodes.complete)
    expect(err).toContain(told)
  }
})

test.each([['status', 'p.toml'], ['plan', 'p.toml'], ['results', 'p.toml'], ['p.toml']])(
  '%s of it is refused, as is a name that no scan can get',
  async (...words) => {
    const there = await desk.romi([...words, 'db/plant..1'])
    expect(there.code).not.toBe(exitCodes.complete)
    expect(there.err).toContain(told)
    const absent = await desk.romi([...words, 'db/romidb'])
    expect(absent.code).not.toBe(exitCodes.complete)
    expect(absent.err).toContain(
      '"romidb" cannot be a scan, since this name is a name that the database uses itself',
    )
  },
)
