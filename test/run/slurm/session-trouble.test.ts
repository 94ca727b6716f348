// What a job of a cluster asks for after others failed, and what is left of it after a wish to end.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RomiError } from '../../../src/base/errors.ts'
import { Draft } from '../../../src/fsdb/draft.ts'
import { items, lost, madeFile, session, sessionWith, well, type ComesTo } from './session-rig.ts'

const blind: ComesTo = { is: 'ends', how: 'failed', exitCode: '83', node: 'n7' }

test('a job that died for another reason than memory is given no more of it', async () => {
  const of = await session({ memory: 100 }, { is: 'ends', how: 'failed', exitCode: '9' }, well)
  expect((await of.does()).outcome).toMatchObject({ failure: { code: 'task/worker-died' } })
  await of.does()
  expect(of.memories()).toEqual([100, 100])
})

test('of two files one may be finished when the node of their job fails: the other is made elsewhere', async () => {
  const of = await session({}, lost('n1'), well)
  of.write('a.txt', 'one')
  of.onSubmit = (_, name) => {
    const line = `${JSON.stringify(madeFile('a', 'one'))}\n`
    if (of.arrays.length === 1) writeFileSync(join(of.draft, 'parts', `${name}.ndjson`), line)
  }
  const { told } = await of.does({ items: items('a', 'b') })
  expect(told).toContainEqual({
    is: 'said',
    level: 'warn',
    text: expect.stringMatching(/: begun anew, 1 files are to be made elsewhere$/),
  })
  expect((await (await Draft.openAt(of.draft)).finished()).map(({ id }) => id)).toEqual(['a'])
})

test('nodes that are not fit, where others are, are a failure and not the end of the run', async () => {
  const of = await session({}, well, blind, blind, blind)
  await of.does()
  expect((await of.does()).outcome).toMatchObject({
    is: 'failed',
    failure: { code: 'cluster/no-disk' },
  })
})

test('a job that somebody cancelled is not begun anew, though nodes did well before', async () => {
  const of = await session({}, well, { is: 'ends', how: 'cancelled', node: 'n1' })
  await of.does()
  expect((await of.does()).outcome.is).toBe('cancelled')
  expect(of.arrays).toHaveLength(2)
})

test.each(['cancel', 'stop'] as const)(
  'after a wish to end (%s) nothing is told to be begun anew',
  async (wish) => {
    const of = await session({}, lost('n1'))
    of.onSubmit = () => of[wish].abort()
    expect((await of.does()).warned).toEqual([])
  },
)

test.each(['cancel', 'stop'] as const)(
  'a wish to end (%s) does not wait until the scheduler is tried again',
  async (wish) => {
    const of = await sessionWith({ backOff: 60_000 })
    of.submitFails = [new RomiError('cluster/unreachable', 'Socket timed out')]
    const doing = of.does()
    while (of.submitFails.length > 0) await new Promise((resolve) => setTimeout(resolve, 1))
    of[wish].abort()
    expect((await doing).outcome).toEqual({ is: 'cancelled' })
    await of.cluster.end()
    expect(of.arrays).toEqual([])
  },
)

test('the folder of a run at work stays, though no job of it has files any more', async () => {
  const of = await session()
  await of.does()
  await of.cluster.release('plant', 'Step')
  expect(of.files.jobs()).toEqual([])
  expect(existsSync(join(of.files.path, 'token'))).toBe(true)
})
