// Steps that did not come to run: cancelled, if nothing went wrong above them; else skipped.
import { expect, test } from 'vitest'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import { annotations } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { Rig, type Ran } from '../support/rig.ts'
import { tasks, text } from '../support/tasks.ts'

/** How each step ended that gave no result. */
function lost({ events }: Ran): Record<string, string> {
  const how: Record<string, string> = {}
  for (const event of events) {
    if (event.is === 'skipped') how[event.step] = event.cause
    if (event.is === 'cancelled' || event.is === 'failed') how[event.step] = event.is
  }
  return how
}

/** A task that needs these steps, and nothing of them. */
const below = (name: string, first: string, second: string) =>
  defineTask({
    name,
    version: 1,
    summary: 'Stands below two steps.',
    inputs: { first: annotations({ default: first }), second: annotations({ default: second }) },
    params: {},
    output: text,
    run: () => name,
  })

test('what stands below a step that was stopped is cancelled, too', async () => {
  const rig = await Rig.make()
  const stop = new AbortController()
  const ran = await rig.run('[Upper]\ndelay = 50\n[Join]\n[Count]\n', {
    pool: new ResourcePool(1),
    cancel: stop.signal,
    stop: stop.signal,
    tell: ({ is }) => is === 'progress' && stop.abort(),
  })
  expect(ran.code).toBe(130)
  expect(lost(ran)).toEqual({ Upper: 'cancelled', Join: 'cancelled', Count: 'cancelled' })
})

test('what a failure and a cancelling took an input of is skipped: it would not have run', async () => {
  const rig = await Rig.make()
  rig.tasks = [...tasks, below('Both', 'Faulty', 'Unsteady'), below('One', 'Join', 'Unsteady')]
  const toml = '[Faulty]\nmode = "throw"\n[Unsteady]\n[Both]\n[One]\n'
  const ran = await rig.run(toml, { failFast: true, pool: new ResourcePool(1) })
  expect(ran.code).toBe(30)
  expect(lost(ran)).toEqual({
    Faulty: 'failed',
    Unsteady: 'cancelled',
    Both: 'input-lost',
    One: 'cancelled',
  })
})
