// The contract of an executor: what every one of them does, wherever its jobs run.
import { describe, expect, test } from 'vitest'
import type { Executor } from '../../src/run/executor.ts'
import type { TaskFailure } from '../../src/run/event.ts'
import { Rig, type Photographs, type Ran } from './rig.ts'

const modes = [
  ['throw', 'task/threw'],
  ['nothing', 'task/wrong-result'],
  ['wrong', 'task/wrong-result'],
  ['undeclared', 'task/undeclared-metadata'],
  ['program', 'task/program-failed'],
  ['killed', 'task/program-killed'],
] as const

/** The failure of a run that is not tried again. */
export const failureIn = ({ events }: Ran): TaskFailure | undefined =>
  events.flatMap((event) => (event.is === 'failed' && !event.retry ? [event.failure] : []))[0]

/**
 * The suite that every executor passes.
 * @param name by which it is called
 * @param make a new one for each run
 * @param prepare what a rig needs besides
 */
export function describeExecutor(
  name: string,
  make: () => Executor,
  prepare: (rig: Rig) => void = () => undefined,
): void {
  describe(`the executor ${name}`, () => suite(name, make, prepare))
}

function suite(name: string, make: () => Executor, prepare: (rig: Rig) => void): void {
  const makeRig = async (photographs?: Photographs): Promise<Rig> => {
    const rig = await Rig.make(photographs)
    prepare(rig)
    return rig
  }

  test('makes what the tasks say, in a thread as here', async () => {
    const rig = await makeRig()
    const executor = make()
    const ran = await rig.run('[Join]\n[Count]\n[Place]', { executor })
    await executor.close()
    expect(ran.code).toBe(0)
    expect(await rig.textOf('Count')).toBe('13')
    expect(await rig.textOf('Place')).toBe('a@3 b@3 c@5')
  })

  test.each(modes)('a task in mode %s fails as %s; independent steps go on', async (mode, code) => {
    const rig = await makeRig()
    const executor = make()
    const ran = await rig.run(`[Faulty]\nmode = "${mode}"\n[Count]`, { executor })
    await executor.close()
    expect(failureIn(ran)).toMatchObject({ code })
    expect(ran.code).toBe(30)
    expect(ran.ran).toContain('Count')
    expect(await rig.filesets('Faulty')).toEqual([])
    expect((await rig.run('[Faulty]')).ran).toEqual(['Faulty'])
  })

  test('what a task does to its parameters concerns no other file and no other scan', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `photograph${i}`)
    const rig = await makeRig(Object.fromEntries(ids.map((id) => [id, 'text'])))
    await rig.addScan('other', { a: 'text' })
    const executor = make()
    const ran = await rig.run('[Draining]', { executor, scans: ['plant', 'other'] })
    await executor.close()
    expect(ran.ran).toEqual(['Draining', 'Draining'])
    for (const id of ids) expect(await rig.textOf('Draining', id)).toBe('text 1')
    expect(await rig.textOf('Draining', 'a', 'other')).toBe('text 1')
    expect(await rig.plan('[Draining]')).toMatchObject({ Draining: { do: 'reuse' } })
  })

  test('a task that never ends is stopped at its time limit', async () => {
    const rig = await makeRig()
    const executor = make()
    const ran = await rig.run('[Faulty]\nmode = "hang"\n[Faulty.romi]\ntime_limit = 0.3\n[Count]', {
      executor,
    })
    await executor.close()
    expect(failureIn(ran)).toMatchObject({ code: 'task/time-limit' })
    expect(ran.ran).toContain('Count')
  })

  test('the log of a failed step has what it said and what its program printed', async () => {
    const rig = await makeRig()
    const executor = make()
    const ran = await rig.run('[Faulty]\nmode = "program"', { executor })
    await executor.close()
    expect(failureIn(ran)?.logTail).toEqual(['info about to fail', 'some words'])
    expect(name).toBe(executor.name)
  })
}
