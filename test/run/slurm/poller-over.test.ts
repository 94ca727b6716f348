// Jobs that seem to be over, outcomes that are not seen yet, and schedulers that do not answer.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sha256 } from '../../../src/base/digest.ts'
import type { JobEnded } from '../../../src/run/executors/slurm/job-files.ts'
import type { Answer } from '../../../src/run/executors/slurm/scheduler.ts'
import type { Job } from '../../../src/run/job.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { ended, listed, over, polled, running, unreached } from './polled.ts'

describe('a job that seems to be over', () => {
  const dead: Answer = { is: 'known', state: over(), exitCode: '9' }
  const fate = (is: string, code: string) => ({ is: 'fate', fate: { is, failure: { code } } })

  test('is asked for at the fourth look, and what became of it is told', async () => {
    const of = polled()
    of.lists = [[listed(over(), { node: 'n4' })]]
    of.answers = [dead]
    of.printed = 'a\nSegfault\n'
    const end = await of.follow('j-1', 0).ended
    expect(end).toMatchObject({
      is: 'fate',
      fate: {
        failure: {
          code: 'task/worker-died',
          message: expect.stringContaining('Step ended its process on n4 with 9'),
          logTail: ['a', 'Segfault'],
        },
      },
    })
    expect(of.asked).toEqual(['run_0 after 4'])
  })

  test('is asked for where no list names it, too; of what is unknown the last list counts', async () => {
    const of = polled()
    of.lists = [[listed(over('lost'), { node: 'n4' })], []]
    expect(await of.follow('j-1', 0).ended).toMatchObject(fate('lost', 'cluster/node-lost'))
    expect(of.asked).toEqual(['run_0 after 4'])
  })

  test('is not asked for where it is listed again, before as many looks once more', async () => {
    const of = polled()
    of.lists = [[], [], [], [listed(running)], []]
    await of.follow('j-1', 0).ended
    expect(of.asked).toEqual(['run_0 after 8'])
  })

  test('is asked for once more after some looks where the scheduler says that it goes on', async () => {
    const of = polled()
    of.answers = [{ is: 'known', state: running }]
    await of.follow('j-1', 0).ended
    expect(of.asked).toEqual(['run_0 after 4', 'run_0 after 8'])
  })

  test('is asked for at the next look where the scheduler was not reached', async () => {
    const of = polled()
    of.answers = [unreached(), dead]
    expect(await of.follow('j-1', 0).ended).toMatchObject(fate('failed', 'task/worker-died'))
    expect(of.asked).toEqual(['run_0 after 4', 'run_0 after 5'])
  })

  test('is not over where its outcome comes while it is asked for', async () => {
    const of = polled()
    of.answers = [dead]
    of.outcomes.set('j-1', ended())
    of.onAsk = () => void of.names.add('j-1.outcome.json')
    expect(await of.follow('j-1', 0).ended).toEqual({ is: 'outcome', ended: ended() })
  })

  test('is waited for longer where it ended well: its outcome will be seen', async () => {
    const of = polled()
    of.lists = [[listed(over('completed'))]]
    of.tick = 10
    await of.follow('j-1', 0).ended
    // Its patience is that of ten looks, from the first of them.
    expect(of.asked).toEqual(['run_0 after 11'])
  })

  test('is not waited for longer where it ended badly', async () => {
    const of = polled()
    of.lists = [[listed(over('failed'))]]
    of.tick = 10
    await of.follow('j-1', 0).ended
    expect(of.asked).toEqual(['run_0 after 4'])
  })

  test('has the node that a list named, else the one of the answer', async () => {
    const nodeOf = async (node: string | undefined, answer: string | undefined) => {
      const of = polled()
      of.lists = [[listed(over(), node === undefined ? {} : { node })]]
      of.answers = [{ ...dead, ...(answer !== undefined && { node: answer }) }]
      const job = of.follow('j-1', 0)
      await job.ended
      return job.node
    }
    expect(await nodeOf('n1', 'n2')).toBe('n1')
    expect(await nodeOf(undefined, 'n2')).toBe('n2')
    expect(await nodeOf(undefined, undefined)).toBeUndefined()
  })

  test('did not see the database where its log could not be opened, unless it had started', async () => {
    const endOf = async (hasStarted: boolean) => {
      const of = polled()
      of.answers = [{ ...dead, exitCode: '0:53' }]
      if (hasStarted) of.started.add('j-1')
      return of.follow('j-1', 0).ended
    }
    expect(await endOf(false)).toMatchObject({
      fate: {
        failure: {
          code: 'cluster/no-disk',
          message: expect.stringContaining('does not see /runs/run'),
        },
      },
    })
    expect(await endOf(true)).toMatchObject(fate('failed', 'task/worker-died'))
  })

  test('of too much memory is told how much it had', async () => {
    const of = polled()
    of.answers = [{ is: 'known', state: { is: 'ended', how: 'out-of-memory' } }]
    expect(await of.follow('j-1', 0).ended).toMatchObject({
      fate: { failure: { message: expect.stringContaining('its 70 MB') } },
    })
  })
})

describe('a scheduler that is not reached', () => {
  test('says nothing of any job, and is asked less and less often', async () => {
    const of = polled()
    of.lists = Array.from({ length: 8 }, unreached)
    const job = of.follow('j-1', 0)
    await of.untilListed(8)
    const between = of.looksAtList.slice(1).map((looks, i) => looks - of.looksAtList[i] - 1)
    expect(between).toEqual([1, 2, 4, 8, 12, 12, 12])
    expect([of.asked, job.isOver]).toEqual([[], false])
  })

  test('is asked at each look again once it was reached', async () => {
    const of = polled()
    of.lists = [unreached(), unreached(), [listed(running)], unreached(), [listed(running)]]
    of.follow('j-1', 0)
    await of.untilListed(5)
    const between = of.looksAtList.slice(1).map((looks, i) => looks - of.looksAtList[i] - 1)
    expect(between).toEqual([1, 2, 0, 1])
  })

  test('does not have looks forgotten at which a job was not named', async () => {
    const of = polled()
    of.lists = [[], [], unreached(), []]
    await of.follow('j-1', 0).ended
    expect(of.asked).toEqual(['run_0 after 5'])
  })
})

/** A draft in which nothing is made yet, and one file of it. */
function draftWith(files: Readonly<Record<string, string>>) {
  const root = scratchFolder('poller')
  onTestFinished(() => rmSync(root, { recursive: true }))
  const draft = join(root, 'plant', '.romi', 'drafts', 'draft')
  mkdirSync(join(draft, 'files'), { recursive: true })
  writeFileSync(join(draft, 'draft.json'), '{}')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(draft, 'files', name), text)
  return draft
}
/** What a job tells of a file that it made. */
const made = (id: string, text: string) => ({
  id,
  filename: `${id}.txt`,
  size: text.length,
  digest: sha256(new TextEncoder().encode(text)),
})
const item = (id: string) => ({ id, key: sha256(new Uint8Array()), inherited: {} })
const result = { metadata: {}, checks: {}, versions: {} }
const done = (...files: readonly ReturnType<typeof made>[]): JobEnded =>
  // Safe: as a job writes it.
  ended({ outcome: { is: 'done', result }, files: files as never })

describe('an outcome', () => {
  /** The end of a job that made files `a` and `b`, of which some are seen. */
  async function endOf(outcome: JobEnded | undefined, job: Partial<Job>) {
    const of = polled()
    of.tick = 40
    of.lists = [[listed(over('completed'), { node: 'n1' })]]
    of.names.add('j-1.outcome.json')
    if (outcome) of.outcomes.set('j-1', outcome)
    const followed = of.follow('j-1', 0, job)
    return { end: await followed.ended, looks: of.listed.length, of }
  }
  const missing = (message: string) => ({
    is: 'fate',
    fate: {
      is: 'failed',
      failure: { code: 'cluster/output-missing', message, facts: { node: 'n1' } },
    },
  })
  const advice = 'look whether the database is on a disk that all nodes share'

  test('counts as soon as all that it names is seen', async () => {
    const draft = draftWith({ 'a.txt': 'one', 'b.txt': 'two' })
    const outcome = done(made('a', 'one'), made('b', 'two'))
    const { end, of } = await endOf(outcome, { draft, items: [item('a'), item('b')] })
    expect(end).toEqual({ is: 'outcome', ended: outcome })
    expect(of.asked).toEqual([])
  })

  test('of a whole names no files of its own', async () => {
    const outcome = done(made('a', 'one'))
    const { end } = await endOf(outcome, { draft: draftWith({ 'a.txt': 'one' }) })
    expect(end).toEqual({ is: 'outcome', ended: outcome })
  })

  test('that names what is not seen, or has other bytes, is waited for, but not for ever', async () => {
    const draft = draftWith({ 'b.txt': 'tow' })
    const outcome = done(made('a', 'one'), made('b', 'two'))
    const { end, looks } = await endOf(outcome, { draft, items: [item('a'), item('b')] })
    expect(end).toMatchObject(
      missing(`n1 made a.txt, b.txt, but they are not seen here, or have other bytes: ${advice}`),
    )
    // At the first look, and after a patience of 100 ms by steps of 40.
    expect(looks).toBe(3)
  })

  test('that leaves out a file that was to be made is waited for, too', async () => {
    const draft = draftWith({ 'a.txt': 'one' })
    const { end } = await endOf(done(made('a', 'one')), { draft, items: [item('a'), item('b')] })
    expect(end).toMatchObject(
      missing(`n1 made b, but they are not seen here, or have other bytes: ${advice}`),
    )
  })

  test('that cannot be read is waited for, too', async () => {
    const { end } = await endOf(undefined, {})
    expect(end).toMatchObject({
      fate: {
        failure: {
          code: 'cluster/output-missing',
          message: `what a node wrote of its end in /runs/run cannot be read: ${advice}`,
        },
      },
    })
  })

  test('of a draft that is gone is the end, with that', async () => {
    const { end, looks } = await endOf(done(made('a', 'one')), {
      draft: '/db/plant/.romi/drafts/no',
    })
    expect(end).toMatchObject({
      is: 'fate',
      fate: { is: 'failed', failure: { code: 'store/draft-gone' } },
    })
    expect(looks).toBeLessThanOrEqual(1)
  })

  test('that is there but not whole keeps the scheduler from being asked', async () => {
    const { of } = await endOf(undefined, {})
    expect(of.asked).toEqual([])
  })
})
