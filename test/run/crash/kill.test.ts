// Runs killed with SIGKILL at any moment: the next one goes on by itself, and makes nothing twice.
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Draft } from '../../../src/fsdb/draft.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { ChildRun, type Ended } from '../../support/child-run.ts'
import { differences, published } from '../../support/published.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { leftovers } from '../../support/whole.ts'
import { asking } from './asking.ts'
import { makePlant } from './plant.ts'

const work = scratchFolder('run-kill')
const template = join(work, 'template')
const pipeline = `
[Upper]
[Mirror]
[Join]
upstream_task = "Mirror"
[Count]
[Locate]
[Place]
`

/** Threads take longer to start. */
const kills = { inline: 34, threads: 18 }
/** How many things an undisturbed run tells. */
let events = 0
/** What a kill may cost: two jobs at a time, each with three files in work, and steps in publishing. */
const inWork = 2 * 3 + 4

let undisturbed: Record<string, string> = {}

beforeAll(async () => {
  await makePlant(template, 40)
  const root = copyOfTemplate('undisturbed')
  const { code, told } = await new ChildRun(asking(root, pipeline)).ended
  expect(code).toBe(0)
  events = told.length
  undisturbed = published(root)
})
afterAll(() => rmSync(work, { recursive: true }))

function copyOfTemplate(name: string): string {
  const root = join(work, name)
  cpSync(join(template, 'db'), root, { recursive: true, preserveTimestamps: true })
  return root
}

/** What is published, as the tasks note it: tasks of whole filesets, and files of the others. */
async function finished(root: string): Promise<Set<string>> {
  const scan = await (await FSDB.open(root)).getScan('plant')
  const filesets = (await scan.filesetIds()).filter((id) => id !== 'images')
  const found = new Set<string>()
  for (const id of filesets) {
    const [task] = id.split('_')
    found.add(task)
    for (const file of await (await scan.getFileset(id)).fileIds()) found.add(`${task}/${file}`)
  }
  for (const { label, path } of await scan.drafts())
    for (const { id } of await (await Draft.openAt(path)).finished()) found.add(`${label}/${id}`)
  return found
}

const linesOf = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []

let trials = 0
/**
 * Starts runs until one comes to its end undisturbed.
 * @param attempt starts a run and disturbs it
 * @returns how many were disturbed
 */
async function untilComplete(
  attempt: (root: string, env: Record<string, string>) => Promise<Ended>,
): Promise<number> {
  const trial = trials++
  const root = copyOfTemplate(`${trial}`)
  const allNotes: string[] = []
  for (let disturbed = 0; ; disturbed++) {
    const notes = join(work, `${trial}-${disturbed}.notes`)
    const before = await finished(root)
    const { code } = await attempt(root, { ROMI_NOTES: notes })
    const made = linesOf(notes)
    expect(made.filter((part) => before.has(part))).toEqual([])
    expect(made).toEqual([...new Set(made)])
    allNotes.push(...made)
    if (code !== 0) continue
    expect(differences(published(root), undisturbed)).toEqual([])
    expect(await leftovers(root)).toEqual([])
    const again = allNotes.length - new Set(allNotes).size
    expect(again).toBeLessThanOrEqual(disturbed * inWork)
    return disturbed
  }
}

/**
 * Kills a run at any moment of its first two fifths, so that it takes several to come to the end;
 * what one that was killed had done is not told of again.
 */
async function killed(child: ChildRun): Promise<Ended> {
  await child.tellsTimes(1 + Math.floor(Math.random() * 0.4 * events))
  // Not always just after something was told.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
  child.kill('SIGKILL')
  const ended = await child.ended
  if (ended.signal !== 'SIGKILL') expect(ended.code).toBe(0)
  return ended
}

describe('a pipeline', () => {
  test.concurrent.each(['inline', 'threads'] as const)(
    'whose runs are killed at any moment ends as if undisturbed and makes nothing twice (%s)',
    async (executor) => {
      let count = 0
      while (count < kills[executor])
        count += await untilComplete((root, env) =>
          killed(new ChildRun(asking(root, pipeline, { executor }), env)),
        )
    },
  )

  test('whose threads end themselves at any moment does so, too', async () => {
    let count = 0
    while (count < 5)
      count += await untilComplete(async (root, env) => {
        const dying = { ...env, ROMI_EXITS: '0.02' }
        const ended = await new ChildRun(asking(root, pipeline, { executor: 'threads' }), dying)
          .ended
        const failures = ended.told.flatMap((told) => (told.is === 'failed' ? [told.failure] : []))
        expect(failures.filter(({ code }) => code !== 'task/worker-died')).toEqual([])
        expect(ended.code).toBe(failures.length > 0 ? 30 : 0)
        return ended
      })
  })
})
