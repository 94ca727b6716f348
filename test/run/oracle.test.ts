// Whatever people do between runs, the results are those of a run from scratch, and nothing is lost.
import fc from 'fast-check'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { published } from '../support/published.ts'
import type { Ran } from '../support/rig.ts'
import { scratchFolder } from '../support/scratch.ts'
import { rounds } from './oracle/actions.ts'
import { madeIn, type Made } from './oracle/snapshot.ts'
import { World } from './oracle/world.ts'

const work = scratchFolder('oracle')
afterAll(() => rmSync(work, { recursive: true }))
const folder = () => mkdtempSync(join(work, 'world-'))
const template = World.make(folder())

/** How each target ended: its key and the bytes of its files, or why there are none. */
function results(world: World, ran: Ran): Record<string, unknown> {
  const steps = ran.state.scans.get('plant')!.steps
  const made = new Map(madeIn(world.scan).map((fileset) => [fileset.id, fileset]))
  const results = world.targets.map((target) => {
    const state = steps.get(target)!
    if (state.is === 'failed') return [target, state.failure.kind]
    if (state.is !== 'reused' && state.is !== 'finished') return [target, state.is]
    const fileset = made.get(state.fileset!)
    return [
      target,
      fileset && { key: fileset.record.key, files: Object.fromEntries(fileset.files) },
    ]
  })
  return { code: ran.code, ...Object.fromEntries(results) }
}

/** Every fileset from before is there as it was, or had to make room: then it is put aside. */
function expectNothingLost(
  world: World,
  before: readonly Made[],
  forced: ReadonlySet<string>,
): void {
  const after = new Map(madeIn(world.scan).map((made) => [made.id, made]))
  for (const made of before) {
    const now = after.get(made.id)
    const isSame = now && now.record.made.at === made.record.made.at
    if (isSame) expect([...now.files]).toEqual([...made.files])
    else {
      expect(made.isDamaged || forced.has(made.task), `${made.id} made room`).toBe(true)
      expect(retired(world)).toContainEqual(filesOf(made))
    }
  }
}

const filesOf = ({ files }: Made) =>
  Object.fromEntries(
    [...files].filter(([, text]) => text !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)),
  )

function retired(world: World): Record<string, string>[] {
  const root = join(world.scan, '.romi', 'retired')
  return readdirSync(root).map((name) => {
    const files = readdirSync(join(root, name, 'files')).sort()
    return Object.fromEntries(
      files.map((file) => [file, readFileSync(join(root, name, 'files', file), 'utf8')]),
    )
  })
}

/** No step ran whose result was there, no file was made that was there. */
function expectNothingTwice(before: readonly Made[], after: readonly Made[], ran: Ran): void {
  const whole = before.filter(({ isDamaged }) => !isDamaged)
  for (const { is, step, ...event } of ran.events.flatMap((e) => ('step' in e ? [e] : []))) {
    if (is !== 'finished' || !('fileset' in event)) continue
    const made = after.find(({ id }) => id === event.fileset)!
    const earlier = whole.filter(
      ({ task, record }) => task === step && record.key === made.record.key,
    )
    expect(
      earlier.map(({ id }) => id),
      `${step} ran though it was complete`,
    ).toEqual([])
    const known = before.flatMap(({ task, record, files }) =>
      task !== step
        ? []
        : Object.entries(record.outputs).flatMap(([id, output]) =>
            files.get(output.file) !== undefined && output.key !== undefined
              ? [`${id} ${output.key}`]
              : [],
          ),
    )
    const outputs = Object.entries(made.record.outputs)
    const open = outputs.filter(
      ([id, { key }]) => key !== undefined && !known.includes(`${id} ${key}`),
    )
    if (ran.made(step) !== undefined) expect(ran.made(step)!).toBeGreaterThanOrEqual(open.length)
  }
  const keys = after.map(({ task, record }) => `${task} ${record.key}`)
  expect(keys).toEqual([...new Set(keys)])
}

test('a run after any changes comes to what a run from scratch comes to', async () => {
  const property = fc.asyncProperty(rounds, async (all) => {
    const place = folder()
    const world = (await template).copyTo(place)
    try {
      for (const actions of all) {
        for (const action of actions) await world.act(action)
        const before = madeIn(world.scan)
        const forced = new Set(world.forced)
        const ran = await world.run()
        expectNothingLost(world, before, forced)
        if (forced.size === 0) expectNothingTwice(before, madeIn(world.scan), ran)

        const known = published(world.rig.path)
        const again = await world.run()
        expect(again.ran).toEqual([])
        expect(published(world.rig.path)).toEqual(known)

        const fresh = folder()
        const scratch = await world.fromScratch(fresh)
        expect(results(world, again)).toEqual(results(scratch.world, scratch.ran))
        rmSync(fresh, { recursive: true })
      }
    } finally {
      rmSync(place, { recursive: true })
    }
  })
  await fc.assert(property, {
    numRuns: Number(process.env.ORACLE_RUNS ?? 20),
    ...(process.env.ORACLE_SEED && { seed: Number(process.env.ORACLE_SEED) }),
  })
}, 3_600_000)
