// The pipelines for the usual cases: each parses without a remark; photographs come from a virtual scan.
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { Desk, realTasks } from '../support/command-line.ts'

const folder = join(import.meta.dirname, '..', '..', 'pipelines')
const names = (await readdir(folder)).filter((name) => name.endsWith('.toml'))

let desk: Desk
beforeAll(async () => {
  desk = await Desk.make()
  await mkdir(join(desk.folder, 'pipelines'))
  for (const name of names) await copyFile(join(folder, name), join(desk.folder, 'pipelines', name))
})
afterAll(() => desk[Symbol.asyncDispose]())

const romi = (...args: readonly string[]) => desk.romi(args, realTasks)

test.each(names)('pipelines/%s is understood without a remark', async (name) => {
  const { code, err } = await romi('graph', `pipelines/${name}`)
  expect({ code, err }).toEqual({ code: 0, err: '' })
})

/** Photographs of a virtual plant of 6 organs as a scanner leaves them: a folder, and its cameras. */
async function photographs(): Promise<{ angles: number[]; internodes: number[] }> {
  await desk.write(
    'scanner.toml',
    `[romi]
database = "scanner"
scans = ["plant"]
[VirtualPlant]
organs = 6
flowers = 0
seed = 5
[VirtualScan]
labels = false
n_points = 24
width = 640
height = 640
samples = 2
`,
  )
  const { code, err } = await romi('run', 'scanner.toml', '--executor', 'inline')
  expect(code, err).toBe(0)
  await using db = await FSDB.open(join(desk.folder, 'scanner'))
  const scan = await db.getScan('plant')
  const filesets = await scan.getFilesets()
  const of = (task: string) => filesets.find(({ id }) => id.startsWith(task))
  await mkdir(join(desk.folder, 'photos'))
  const cameras: Record<string, unknown> = {}
  for (const file of (await of('VirtualScan')?.getFiles({ channel: 'rgb' })) ?? []) {
    await copyFile(file.path, join(desk.folder, 'photos', file.filename))
    cameras[file.filename] = { camera: await file.getMetadata('camera') }
  }
  await desk.write('cameras.json', JSON.stringify(cameras))
  const [plant] = (await of('VirtualPlant')?.getFiles()) ?? []
  // Safe: the task VirtualPlant writes both as lists of numbers.
  return (await plant.getMetadata()) as { angles: number[]; internodes: number[] }
}

describe('photographs with known cameras', () => {
  let truth: { angles: number[]; internodes: number[] }
  beforeAll(async () => {
    truth = await photographs()
    const args = ['photos', 'mydb/plant_01', '--metadata', 'cameras.json', '--set', 'channel=rgb']
    const { code, err } = await romi('import', ...args)
    expect(code, err).toBe(0)
  })

  const report = async (task: string): Promise<Record<string, unknown>> => {
    const scan = join(desk.folder, 'mydb', 'plant_01')
    const ids = (await readdir(scan)).filter((id) => id.startsWith(`${task}_`)).sort()
    const text = await readFile(join(scan, ids[0], `${task}.json`), 'utf8')
    return JSON.parse(text) as Record<string, unknown> // safe: a report is a map
  }

  test('known-cameras.toml measures the plant', async () => {
    const { code, err } = await romi('pipelines/known-cameras.toml', 'mydb/plant_01')
    expect(code, err).toBe(0)
    const { angles, length_unit: unit } = await report('AnglesAndInternodes')
    expect((angles as number[]).length).toBeGreaterThanOrEqual(5)
    expect(unit).toBe('mm')
  })

  test('parameter-study.toml says how right each variant is, and keeps all', async () => {
    const measures = JSON.stringify({ angles: truth.angles, internodes: truth.internodes })
    await writeFile(join(desk.folder, 'mydb', 'plant_01', 'measures.json'), measures)
    for (const threshold of ['0.2', '0.3']) {
      const study = ['pipelines/parameter-study.toml', 'mydb/plant_*']
      const { code, err } = await romi(...study, '--set', `Masks.threshold=${threshold}`)
      expect(code, err).toBe(0)
    }
    const { true_steps: steps, right } = await report('AnglesAndInternodesEvaluation')
    expect(steps).toBe(5)
    expect(right).toBeGreaterThanOrEqual(4)
    const ids = await readdir(join(desk.folder, 'mydb', 'plant_01'))
    expect(ids.filter((id) => id.startsWith('AnglesAndInternodesEvaluation_'))).toHaveLength(2)
  })
})
