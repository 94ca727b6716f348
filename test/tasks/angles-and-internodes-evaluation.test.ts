// AnglesAndInternodesEvaluation: angles and internodes against the truth, wherever it stands.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/index.ts'
import { runTask } from '../../src/testing/index.ts'
import type { EvaluationReport } from '../../tasks/artifacts/phyllotaxis-evaluation.ts'
import task from '../../tasks/angles-and-internodes-evaluation.ts'
import { tasks } from '../../tasks/index.ts'
import { Rig } from '../support/rig.ts'

const steps = {
  angles: [137, 120, 150, 90, 170, 135, 200, 140, 110, 160],
  internodes: [10, 8, 12, 9, 15, 7, 11, 10, 13, 6],
}
const radians = steps.angles.map((angle) => (angle * Math.PI) / 180)

async function figuresOf(truth: object, params = {}, measured: object = steps) {
  const inputs = { upstream_task: measured, ground_truth: truth }
  return (await runTask<EvaluationReport>(task, { inputs, params })).value.figures
}

describe('AnglesAndInternodesEvaluation', () => {
  test('reports what is right, matched, missed and extra', async () => {
    const missing = {
      angles: [137, 120, 240, 170, 135, 200, 140, 110, 160],
      internodes: [10, 8, 21, 15, 7, 11, 10, 13, 6],
    }
    const figures = await figuresOf(steps, {}, missing)
    expect(figures).toMatchObject({ right: 8, matched: 8, missed: 2, extra: 1, true_steps: 10 })
    expect(figures.alignment).toContainEqual(
      expect.objectContaining({ is: 'merge', true_steps: [2, 3], measured_steps: [2] }),
    )
  })

  test('a truth in radians is told by its size, or by what is said of it', async () => {
    const guessed = await figuresOf({ ...steps, angles: radians })
    expect(guessed).toMatchObject({ right: 10, ground_truth_angle_unit: 'radian' })
    const said = await figuresOf({ ...steps, angles: radians, angleUnit: 'radian' })
    expect(said).toMatchObject({ right: 10, ground_truth_angle_unit: 'radian' })
    const overruled = await figuresOf({ ...steps, angles: radians }, { gt_angles_type: 'degrees' })
    expect(overruled).toMatchObject({ ground_truth_angle_unit: 'degree' })
    expect(overruled.right).not.toBe(10)
  })

  test('a mirrored sequence is right as a whole, and said to be mirrored', async () => {
    const measured = { ...steps, angles: steps.angles.map((angle) => 360 - angle) }
    expect(await figuresOf(steps, {}, measured)).toMatchObject({
      handedness: 'mirrored',
      right: 10,
    })
  })

  test('tolerances decide what is right', async () => {
    const measured = { ...steps, angles: steps.angles.map((angle) => angle + 12) }
    expect(await figuresOf(steps, {}, measured)).toMatchObject({ right: 0, matched: 10 })
    expect(await figuresOf(steps, { angle_tolerance: 15 }, measured)).toMatchObject({ right: 10 })
  })

  test('draws the alignment, and is made once and to the same bytes', async () => {
    const tried = await runTask(task, { inputs: { upstream_task: steps, ground_truth: steps } })
    expect([...tried.bytes.keys()].sort()).toEqual([
      'AnglesAndInternodesEvaluation.json',
      'alignment.svg',
    ])
    await tried.expectIncremental()
  })

  test('a truth that is no truth is refused', async () => {
    const refused = figuresOf({ angles: [1, 2], internodes: [3] })
    await expect(refused).rejects.toMatchObject({ code: 'task/bad-file' })
  })
})

describe('in a pipeline', () => {
  const chain = (truth: string) => `
    [VirtualPlant]
    organs = 8
    rosette_leaves = 0
    flowers = 0

    [PointCloudGroundTruth]
    upstream_task = "VirtualPlant"
    pcd_size = 15000

    [CurveSkeleton]
    upstream_task = "PointCloudGroundTruth"

    [TreeGraph]
    [AnglesAndInternodes]
    [AnglesAndInternodesEvaluation]
    ground_truth = "${truth}"
  `

  test('a virtual plant tells its own truth', async () => {
    const rig = await Rig.make({})
    rig.tasks = tasks
    expect((await rig.run(chain('VirtualPlant'))).ran).toContain('AnglesAndInternodesEvaluation')
    const figures = await report(rig)
    expect(figures.true_steps).toBe(7)
    expect(figures.right).toBeGreaterThanOrEqual(6)
  })

  test('photographs without hand measurements are passed over', async () => {
    const rig = await Rig.make({ a: 'a photograph' })
    rig.tasks = tasks
    const ran = await rig.run(chain('ImagesFilesetExists'))
    expect(ran.ran).toContain('AnglesAndInternodes')
    expect(ran.ran).not.toContain('AnglesAndInternodesEvaluation')
  })
})

async function report(rig: Rig): Promise<JsonObject> {
  const name = 'AnglesAndInternodesEvaluation'
  const [id] = await rig.filesets(name)
  return JSON.parse(readFileSync(join(rig.path, 'plant', id, `${name}.json`), 'utf8')) as JsonObject
}
