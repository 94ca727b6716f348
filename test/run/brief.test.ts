// What takes no time is done in the thread of the run.
import { expect, test } from 'vitest'
import { briefHere } from '../../src/run/executors/brief.ts'
import type { Executor } from '../../src/run/executor.ts'
import { libraryOf } from '../../src/task/library.ts'
import type { ComputingTask } from '../../src/task/task.ts'
import { Rig } from '../support/rig.ts'

/** Runs `[Count]` with `changes` to its task. @returns the steps whose jobs were done elsewhere */
async function elsewhere(changes: Partial<ComputingTask>, toml = '[Count]'): Promise<string[]> {
  const rig = await Rig.make()
  rig.tasks = rig.tasks.map((task) =>
    task.is === 'computing' && task.name === 'Count' ? { ...task, ...changes } : task,
  )
  expect((await rig.run('[Join]')).code).toBe(0)
  const seen: string[] = []
  const others: Executor = {
    name: 'others',
    execute: async ({ step }) => {
      seen.push(step)
      return { is: 'cancelled' }
    },
    close: () => Promise.resolve(),
  }
  const executor = briefHere(libraryOf(rig.tasks), others)
  const { code } = await rig.run(toml, { executor })
  expect(code).toBe(seen.length === 0 ? 0 : 25)
  if (seen.length === 0) expect(await rig.textOf('Count')).toBe('13')
  return seen
}

test('a brief task is done here, any other is not', async () => {
  expect(await elsewhere({ brief: true })).toEqual([])
  expect(await elsewhere({})).toEqual(['Count'])
})

test('what may have to be ended is done elsewhere', async () => {
  expect(await elsewhere({ brief: true }, '[Count.romi]\ntime_limit = 60')).toEqual(['Count'])
  const programs = [{ name: 'node', install: 'apt-get install nodejs' }]
  expect(await elsewhere({ brief: true, programs })).toEqual(['Count'])
})
