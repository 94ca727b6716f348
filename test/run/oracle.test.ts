// Whatever people do between runs, the results are those of a run from scratch, and nothing is lost.
import fc from 'fast-check'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Decision } from '../../src/plan/decision.ts'
import { published } from '../support/published.ts'
import type { Ran } from '../support/rig.ts'
import { scratchFolder } from '../support/scratch.ts'
import { rounds, type Action } from './oracle/actions.ts'
import { madeIn, type Made } from './oracle/snapshot.ts'
import { World } from './oracle/world.ts'

const work = scratchFolder('oracle')
afterAll(() => rmSync(work, { recursive: true }))
const folder = () => mkdtempSync(join(work, 'world-'))
const template = World.make(folder())

/** How each target ended: its key and the bytes of its files, or why there are none. */
function resultsOf(world: World, ran: Ran): Record<string, unknown> {
  const steps = ran.state.scans.get('plant')!.steps
  const made = new Map(madeIn(world.scan).map((fileset) => [fileset.id, fileset]))
  const results = world.targets.map((target) => {
    const state = steps.get(target)!
    if (state.is === 'failed') return [target, state.failure.code]
    if (state.is !== 'reused' && state.is !== 'finished') return [target, state.is]
    const { record, files } = made.get(state.fileset!)!
    return [target, { key: record.key, files: Object.fromEntries(files) }]
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
    const isSame = now?.record.made.at === made.record.made.at
    if (isSame) expect([...now.files]).toEqual([...made.files])
    else {
      expect(made.isDamaged || forced.has(made.task), `${made.id} made room`).toBe(true)
      expect(retiredIn(world)).toContainEqual(filesOf(made))
    }
  }
}

const filesOf = ({ files }: Made): Record<string, string> =>
  Object.fromEntries(
    [...files].flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  )

function retiredIn(world: World): Record<string, string>[] {
  const root = join(world.scan, '.romi', 'retired')
  return readdirSync(root).map((name) => {
    const files = join(root, name, 'files')
    const texts = readdirSync(files).map((file) => [file, readFileSync(join(files, file), 'utf8')])
    return Object.fromEntries(texts) as Record<string, string>
  })
}

/** No step ran, and no file was made, whose result was there; each key has one fileset. */
function expectNothingTwice(before: readonly Made[], after: readonly Made[], ran: Ran): void {
  for (const event of ran.events) {
    if (event.is !== 'finished') continue
    const made = after.find(({ id }) => id === event.fileset)!
    const earlier = before.filter(({ task }) => task === event.step)
    const complete = earlier.filter(({ isDamaged, record }) => {
      return !isDamaged && record.key === made.record.key
    })
    expect(complete, `${event.step} ran though it was complete`).toEqual([])
    const known = new Set(earlier.flatMap(keysOfWhole))
    const open = keysOf(made, ({ edited }) => !edited).filter((key) => !known.has(key))
    const count = ran.made(event.step)
    if (count !== undefined) expect(count, `files of ${event.step}`).toBe(open.length)
  }
  const keys = after.map(({ task, record }) => `${task} ${record.key}`)
  expect(keys).toEqual([...new Set(keys)])
}

type Output = Made['record']['outputs'][string]

/** @param isAsked what somebody corrected, for one, is taken over from another variant, not made */
const keysOf = ({ record }: Made, isAsked: (output: Output) => unknown = () => true): string[] =>
  Object.entries(record.outputs).flatMap(([id, output]) =>
    isAsked(output) ? [`${id} ${output.key}`] : [],
  )

/** The keys of those of its files that are as they were written. */
function keysOfWhole(made: Made): string[] {
  const spoilt = Object.entries(made.record.outputs).filter(
    ([, { file }]) => made.files.get(file) === undefined || made.edited.includes(file),
  )
  const ids = new Set(spoilt.map(([id]) => id))
  return keysOf(made).filter((key) => !ids.has(key.split(' ')[0]))
}

/** What runs was to run, and what was to run does, unless something above it failed. */
function expectAsPlanned(plan: Readonly<Record<string, Decision>>, ran: Ran): void {
  for (const event of ran.events)
    if (event.is === 'started')
      expect(['run', 'maybe'], `${event.step} ran`).toContain(plan[event.step].do)
  if (ran.code !== 0) return
  const due = Object.keys(plan).filter((step) => plan[step].do === 'run')
  expect(ran.ran, 'not all that was to run did').toEqual(expect.arrayContaining(due))
}

/** What once went wrong: a step that was still waiting in the end, and a correction that another variant took over. */
const wentWrong: readonly Action[][][] = [
  [
    [
      { do: 'set', key: 'placed', value: 'Stamp' },
      { do: 'set', key: 'query', value: '{ pose = 3 }' },
      { do: 'set', key: 'joined', value: 'Mirror' },
    ],
    [{ do: 'set', key: 'borrowed', value: 'other' }],
  ],
  [
    [{ do: 'set', key: 'separator', value: ' ' }],
    [{ do: 'spoil', index: 0, file: 25, how: 'edit' }],
    [{ do: 'set', key: 'source', value: 'others' }],
    [{ do: 'spoil', index: 0, file: 0, how: 'delete' }],
  ],
]

test('a run after any changes comes to what a run from scratch comes to', async () => {
  const property = fc.asyncProperty(rounds, async (all) => {
    const place = folder()
    const world = (await template).copyTo(place)
    try {
      for (const actions of all) {
        for (const action of actions) await world.act(action)
        const before = madeIn(world.scan)
        const forced = new Set(world.forced)
        const plan = await world.plan()
        const ran = await world.run()
        expectAsPlanned(plan, ran)
        expectNothingLost(world, before, forced)
        if (forced.size === 0) expectNothingTwice(before, madeIn(world.scan), ran)

        const known = published(world.rig.path)
        const again = await world.run()
        expect(again.ran).toEqual([])
        expect(published(world.rig.path)).toEqual(known)

        const fresh = folder()
        const scratch = await world.fromScratch(fresh)
        expect(resultsOf(world, again)).toEqual(resultsOf(scratch.world, scratch.ran))
        rmSync(fresh, { recursive: true })
      }
    } finally {
      rmSync(place, { recursive: true })
    }
  })
  // More by hand: ORACLE_RUNS=1000.
  await fc.assert(property, {
    numRuns: Number(process.env.ORACLE_RUNS ?? 25),
    examples: wentWrong.map((all) => [all]),
  })
}, 3_600_000)
