// Scratch folders on another disk: nothing there is listed or removed but what runs of this database made.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { newRunId } from '../../src/fsdb/own-names.ts'
import { RunLog } from '../../src/run/run-log.ts'
import { scratchFolder } from '../support/scratch.ts'
import { Rig } from '../support/rig.ts'

const dead = newRunId(new Date(0))
const stranger = newRunId(new Date(1))

/** A database on which a run was killed, and a fast disk with what others have there. */
async function killed(): Promise<{ rig: Rig; disk: string; own: string; pipeline: string }> {
  const disk = scratchFolder('fast')
  onTestFinished(() => rmSync(disk, { recursive: true }))
  const rig = await Rig.make()
  const digits = createHash('sha256').update(realpathSync(rig.path)).digest('hex').slice(0, 16)
  const own = join(disk, `romi-run-${digits}`)
  await rig.write(async (db) => new RunLog(db, dead, { lock: 'of one that is gone' }).close())
  const folders = [join(own, dead), join(own, stranger), join(own, 'notes'), join(disk, dead)]
  const other = join(disk, `romi-run-${digits.replace(/^./, (c) => (c === '0' ? '1' : '0'))}`, dead)
  for (const folder of [...folders, other]) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'a'), 'a')
  }
  return { rig, disk, own, pipeline: `[romi]\nscratch = ${JSON.stringify(disk)}\n[Upper]` }
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

test('what a killed run of this database left there is removed, and nothing else', async () => {
  const { rig, disk, own, pipeline } = await killed()
  const before = filesIn(disk)
  expect((await rig.run(pipeline)).code).toBe(0)
  expect(filesIn(disk)).toEqual(before.filter((path) => path !== join(own, dead, 'a')))
  expect(readdirSync(own).sort()).toEqual([stranger, 'notes'].sort())
  expect(readdirSync(join(rig.path, '.romi', 'scratch'))).toEqual([])
})

test('~ stands for the home folder, where no shell has said so', async () => {
  const { rig, disk, own } = await killed()
  vi.stubEnv('HOME', join(disk, '..'))
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const home = `~/${basename(disk)}`
  expect((await rig.run(`[romi]\nscratch = ${JSON.stringify(home)}\n[Upper]`)).code).toBe(0)
  expect(readdirSync(own).sort()).toEqual([stranger, 'notes'].sort())
})

test('a folder there that is a link is refused by name, and what it leads to stays', async () => {
  const { rig, disk, own, pipeline } = await killed()
  rmSync(own, { recursive: true })
  mkdirSync(join(disk, 'precious', dead), { recursive: true })
  symlinkSync(join(disk, 'precious'), own)
  await expect(rig.run(pipeline)).rejects.toMatchObject({
    code: 'store/path-taken',
    message: expect.stringContaining(own) as string,
  })
  expect(existsSync(join(disk, 'precious', dead))).toBe(true)
})

test('a disk that is not there is told before anything runs', async () => {
  const { rig, disk, pipeline } = await killed()
  const absent = pipeline.replace(disk, join(disk, 'absent'))
  await expect(rig.run(absent)).rejects.toMatchObject({ code: 'store/no-scratch' })
  expect(await rig.filesets('Upper')).toEqual([])
})
