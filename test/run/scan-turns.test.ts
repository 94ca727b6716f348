// Scans are looked at before they are taken: one that needs nothing is not taken.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { RunEvent } from '../../src/run/event.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import { run } from '../../src/run/run.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import { libraryOf } from '../../src/task/library.ts'
import { origin, pipeline, Rig } from '../support/rig.ts'

/**
 * Runs the pipeline among other writers.
 * @param meanwhile happens between the look at a scan and its taking
 */
async function ranIn(rig: Rig, meanwhile: () => void | Promise<void> = () => undefined) {
  const library = libraryOf(rig.tasks)
  await using db = new FSDB(rig.path)
  await db.connect({ share: true })
  const takeScan = db.takeScan.bind(db)
  const taking = vi.spyOn(db, 'takeScan').mockImplementation(async (...args) => {
    await meanwhile()
    await takeScan(...args)
  })
  const events: RunEvent[] = []
  const { code } = await run({
    pipeline: rig.pipeline(pipeline),
    library,
    origin,
    db,
    scans: ['plant'],
    executor: inlineExecutor(library),
    pool: new ResourcePool(2),
    tell: (event) => events.push(event),
  })
  const steps = (is: 'reused' | 'finished' | 'failed') =>
    events.flatMap((event) => (event.is === is ? [event.step] : []))
  return { code, events, steps, isTaken: taking.mock.calls.length > 0 }
}

/** All that lies in the scan, with its inode and the time of its last change. */
const lyingIn = (rig: Rig): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(rig.path, 'plant'), { recursive: true, encoding: 'utf8' }).map((name) => {
      const { ino, ctimeMs } = statSync(join(rig.path, 'plant', name))
      return [name, `${ino} ${ctimeMs}`]
    }),
  )

async function completeRig(): Promise<Rig> {
  const rig = await Rig.make()
  await ranIn(rig)
  return rig
}

const all = ['ImagesFilesetExists', 'Upper', 'Join', 'Count']

describe('a scan with nothing to do', () => {
  test('is neither taken nor touched, and told of like any other', async () => {
    const rig = await completeRig()
    const before = lyingIn(rig)
    const { code, events, steps, isTaken } = await ranIn(rig)
    expect([code, isTaken]).toEqual([0, false])
    expect(lyingIn(rig)).toEqual(before)
    expect(steps('reused')).toEqual(all)
    expect(events.map(({ is }) => is)).toEqual([
      'begun',
      'planned',
      ...all.map(() => 'reused'),
      'ended',
    ])
  })

  test('is taken while another writer is there, whatever that one holds', async () => {
    const rig = await completeRig()
    await using other = new FSDB(rig.path)
    await other.connect({ share: true })
    expect((await ranIn(rig)).isTaken).toBe(true)
    await other.takeScan('plant')
    const { events, code } = await ranIn(rig)
    expect(events.map(({ is }) => is)).toContain('held')
    expect(code).not.toBe(0)
  })

  test('is taken where ROMI’s plantdb may be', async () => {
    const rig = await completeRig()
    await using db = new FSDB(rig.path)
    await db.connect({ share: true })
    expect(db.isAtRest('plant')).toBe(true)
    mkdirSync(join(rig.path, '.locks'))
    expect(db.isAtRest('plant')).toBe(false)
  })

  test.each([
    ['its mark', '.romi/touched/plant', ''],
    ['a torn journal', 'plant/.romi/journal.json', '{"bef'],
    [
      'a temporary file',
      'plant/.romi/tmp/11111111-2222-4333-8444-555555555555',
      'half of something',
    ],
  ])('is taken, and swept, where a killed writer left %s', async (_what, path, text) => {
    const rig = await completeRig()
    writeFileSync(join(rig.path, path), text)
    const { isTaken, steps } = await ranIn(rig)
    expect([isTaken, steps('reused')]).toEqual([true, all])
    expect(existsSync(join(rig.path, path))).toBe(false)
    expect((await ranIn(rig)).isTaken).toBe(false)
  })

  test('is taken to list again what was lost', async () => {
    const rig = await completeRig()
    const index = join(rig.path, 'plant', 'files.json')
    const listed = JSON.parse(readFileSync(index, 'utf8')) as { filesets: { id: string }[] }
    const lost = listed.filesets.filter(({ id }) => !id.startsWith('Count'))
    writeFileSync(index, JSON.stringify({ filesets: lost }))
    const { isTaken, events, steps } = await ranIn(rig)
    expect([isTaken, steps('finished'), steps('reused')]).toEqual([true, [], all])
    expect(events).toContainEqual(
      expect.objectContaining({ is: 'noted', note: expect.objectContaining({ note: 'relisted' }) }),
    )
  })

  test('is taken to keep records that are gone, and to move its results to the end', async () => {
    const rig = await completeRig()
    const records = join(rig.path, 'plant', '.romi', 'records')
    rmSync(records, { recursive: true })
    expect((await ranIn(rig)).isTaken).toBe(true)
    expect(readdirSync(records)).toHaveLength(1)
    await rig.write(async (db) => {
      await (await db.getScan('plant')).createFileset('later')
    })
    expect((await ranIn(rig)).isTaken).toBe(true)
    expect((await ranIn(rig)).isTaken).toBe(false)
  })
})

describe('what others change between the look at a scan and its taking', () => {
  const photograph = (rig: Rig, id: string, text: string) =>
    writeFileSync(join(rig.path, 'plant', 'images', `${id}.txt`), text)

  test('a photograph: the steps are made of what is there by then', async () => {
    const rig = await completeRig()
    photograph(rig, 'a', 'first')
    const { code, steps } = await ranIn(rig, () => photograph(rig, 'b', 'second'))
    expect([code, steps('failed'), steps('finished')]).toEqual([0, [], ['Upper', 'Join', 'Count']])
    expect(await rig.textOf('Join')).toBe('FIRST SECOND THREE')
  })

  test('all of it: another writer made what was to do', async () => {
    const rig = await completeRig()
    photograph(rig, 'a', 'first')
    let isFirst = true
    const { steps } = await ranIn(rig, async () => {
      if (isFirst) await ranIn(rig, () => void (isFirst = false))
    })
    expect([steps('finished'), steps('reused')]).toEqual([[], all])
  })

  test('a result: it is made again', async () => {
    const rig = await completeRig()
    const [upper] = await rig.filesets('Upper')
    photograph(rig, 'a', 'first')
    const { code, steps } = await ranIn(rig, () => {
      photograph(rig, 'a', 'one')
      rmSync(join(rig.path, 'plant', upper, 'b.txt'))
    })
    expect([code, steps('finished')]).toEqual([0, ['Upper']])
    expect(await rig.textOf('Upper', 'b')).toBe('TWO')
  })

  test('the index: a fileset that was taken out by a writer is not there any more', async () => {
    const rig = await completeRig()
    const [join] = await rig.filesets('Join')
    photograph(rig, 'a', 'first')
    const { code, steps } = await ranIn(rig, async () => {
      photograph(rig, 'a', 'one')
      await using other = new FSDB(rig.path)
      await other.connect({ share: true })
      await other.takeScan('plant')
      await (await other.getScan('plant')).deleteFileset(join)
    })
    expect(code).toBe(0)
    // Nothing that runs reads it.
    expect(steps('finished')).toEqual([])
    expect(await rig.filesets('Join')).toEqual([])
  })
})
