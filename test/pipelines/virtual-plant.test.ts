// The demo, small: from nothing to angles, their evaluation and pictures.
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/run/event.ts'
import { Desk, realTasks, type Printed } from '../support/command-line.ts'

const file = 'pipelines/virtual-plant.toml'
const small = {
  'VirtualPlant.organs': 8,
  'VirtualPlant.flowers': 0,
  'VirtualScan.n_points': 24,
  'VirtualScan.width': 640,
  'VirtualScan.height': 640,
  'VirtualScan.samples': 2,
}

let desk: Desk
beforeAll(async () => {
  desk = await Desk.make()
  await mkdir(join(desk.folder, 'pipelines'))
  await copyFile(join(import.meta.dirname, '..', '..', file), join(desk.folder, file))
})
afterAll(() => desk[Symbol.asyncDispose]())

const romi = (verb: readonly string[], set: Readonly<Record<string, number>> = small) => {
  const settings = Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  return desk.romi([...verb, file, ...settings], realTasks)
}

const events = ({ out }: Printed): RunEvent[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent) // safe: --json prints events

const finished = (printed: Printed): Map<string, string> =>
  new Map(
    events(printed).flatMap((event) =>
      event.is === 'finished' ? [[event.step, event.fileset]] : [],
    ),
  )

describe('pipelines/virtual-plant.toml', () => {
  test('makes database, plant and photographs, and measures it rightly', async () => {
    const printed = await romi(['run', '--json', '--executor', 'inline'])
    expect(printed.code, printed.err).toBe(0)
    const filesets = finished(printed)
    const folderOf = (step: string) =>
      join(desk.folder, 'romi-demo', 'virtual_plant', filesets.get(step) ?? '')
    const read = async (step: string): Promise<Record<string, unknown>> =>
      JSON.parse(await readFile(join(folderOf(step), `${step}.json`), 'utf8')) as Record<
        string,
        unknown
      > // safe: reports are maps
    const evaluation = await read('AnglesAndInternodesEvaluation')
    expect(evaluation.true_steps).toBe(7)
    expect(evaluation.right).toBeGreaterThanOrEqual(6)
    expect(evaluation.length_unit).toBe('mm')
    expect(await readdir(folderOf('AnglesAndInternodes'))).toContain('phyllotaxis.svg')
    expect(await readdir(folderOf('AnglesAndInternodesEvaluation'))).toContain('alignment.svg')
  })

  test('pipelines/virtual-plant.toml has nothing to do the second time', async () => {
    const printed = await romi(['run', '--json', '--executor', 'inline'])
    expect(printed.code).toBe(0)
    expect([...finished(printed).keys()]).toEqual([])
  })

  test('takes new photographs for no new threshold, and says why it makes masks', async () => {
    const { code, out } = await romi(['plan', '--json'], { ...small, 'Masks.threshold': 0.3 })
    expect(code).toBe(0)
    expect(out).toContain('"threshold"')
    const printed = await romi(['run', '--json', '--executor', 'inline'], {
      ...small,
      'Masks.threshold': 0.3,
    })
    const steps = finished(printed)
    expect(steps.has('Masks')).toBe(true)
    expect(steps.has('VirtualScan')).toBe(false)
  })
})
