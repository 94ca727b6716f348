// The published scans, from photographs to angles, by ROMI's own pipeline files.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FilesetArtifact } from '../../src/index.ts'
import { phyllotaxisEvaluation } from '../../tasks/artifacts/phyllotaxis-evaluation.ts'
import { pointCloud } from '../../tasks/artifacts/point-cloud.ts'
import { voxelGrid } from '../../tasks/artifacts/voxel-grid.ts'
import { tasks } from '../../tasks/index.ts'
import { unlimited } from '../../src/plan/facts/readable.ts'
import { addPublished, type PublishedScan } from '../support/published-scan.ts'
import { Rig } from '../support/rig.ts'
import { sharedData } from '../support/shared.ts'

async function copied(name: PublishedScan, channel?: string): Promise<Rig> {
  const rig = await Rig.make({})
  rig.tasks = tasks
  await rig.write((db) => addPublished(db, 'plant', sharedData!, name, channel))
  return rig
}

/** The value of what the last run of a task made. */
async function made<T>(rig: Rig, task: string, artifact: FilesetArtifact<string, T>): Promise<T> {
  const id = (await rig.filesets(task)).at(-1) ?? ''
  return rig.write(async (db) => {
    const fileset = await (await db.getScan('plant')).getFileset(id)
    return artifact.read(await unlimited(fileset, artifact))
  })
}

const standing = async (rig: Rig): Promise<number> => {
  const { layers } = await made(rig, 'Voxels', voxelGrid)
  let count = 0
  for (const value of layers.get('voxels')!) if (value > 0) count++
  return count
}

describe.skipIf(!sharedData)('on the published scans (../shared/data)', () => {
  const pipeline = (name: string) =>
    readFileSync(join(sharedData!, 'configs', `${name}.toml`), 'utf8')
  const targets = ['AnglesAndInternodesEvaluation']
  const fromPoints = [
    'PointCloud',
    'TriangleMesh',
    'CurveSkeleton',
    'TreeGraph',
    'AnglesAndInternodes',
    'AnglesAndInternodesEvaluation',
  ]

  /** How good the angles and internodes are, as the evaluation tells. */
  const figures = async (rig: Rig) =>
    (await made(rig, 'AnglesAndInternodesEvaluation', phyllotaxisEvaluation))
      .figures as unknown as {
      readonly true_steps: number
      readonly right: number
      readonly angle: { readonly mae: number; readonly median: number }
      readonly internode: { readonly mae: number }
    } // safe: these are among what the evaluation writes

  test('virtual_plant: ROMI’s voxels, as many points, and most steps right', async () => {
    const rig = await copied('virtual_plant')
    const { ran, code, state } = await rig.run(pipeline('test_geom_pipe_virtual'), { targets })
    expect([ran, code]).toEqual([['Masks', 'Voxels', ...fromPoints], 0])
    expect(state.warnings).toEqual([])
    expect(await standing(rig)).toBe(159_086)
    expect((await made(rig, 'PointCloud', pointCloud)).cloud.points.length / 3).toBe(111_467)
    const { true_steps: steps, right, angle, internode } = await figures(rig)
    expect(steps).toBe(41)
    expect(right).toBeGreaterThanOrEqual(30)
    expect(angle.mae).toBeLessThanOrEqual(5)
    expect(internode.mae).toBeLessThanOrEqual(0.25) // cm
  })

  test('virtual_plant: photographs of the background serve as masks', async () => {
    const rig = await copied('virtual_plant', 'background')
    // coarser than the 0.06 of the file, for the time that it takes
    const toml = pipeline('geom_pipe_virtual').replace('voxel_size = 0.06', 'voxel_size = 0.2')
    const { ran } = await rig.run(toml, { targets: ['Voxels'] })
    expect(ran).toEqual(['Voxels'])
    expect(await standing(rig)).toBeGreaterThan(10_000)
  })

  test('real_plant, with known cameras: ROMI’s voxels but one, and most steps right', async () => {
    const rig = await copied('real_plant')
    const toml = pipeline('test_geom_pipe_real')
      .replace('[Undistorted]', '[Undistorted]\ncamera_model_src = "DummyTask"')
      .replace('upstream_colmap = "Colmap"', 'upstream_colmap = "DummyTask"')
    const { ran, code, state } = await rig.run(toml, { targets })
    expect([ran, code]).toEqual([['Undistorted', 'Masks', 'Voxels', ...fromPoints], 0])
    expect(state.warnings).toEqual([])
    expect(await standing(rig)).toBe(16_629)
    const { true_steps: steps, right, angle, internode } = await figures(rig)
    expect(steps).toBe(29)
    expect(right).toBeGreaterThanOrEqual(18)
    expect(angle.median).toBeLessThanOrEqual(7)
    expect(internode.mae).toBeLessThanOrEqual(0.9) // mm

    const upsideDown = toml.replace(
      '[TreeGraph]\nupstream_task = "CurveSkeleton"\nz_axis = 2\nstem_axis_inverted = false',
      '[TreeGraph]\nupstream_task = "CurveSkeleton"\nz_axis = 2\nstem_axis_inverted = true',
    )
    const turned = await rig.run(upsideDown, { targets })
    expect(turned.ran).toEqual(['TreeGraph', 'AnglesAndInternodes', targets[0]])
    expect(turned.state.warnings).toMatchObject([
      {
        step: 'AnglesAndInternodes',
        text: expect.stringMatching(/upside down.*stem_axis_inverted/),
      },
    ])

    const strict = await rig.run(toml.replace('threshold = 0.2', 'threshold = 0.3'), { targets })
    expect(strict.state.warnings).toMatchObject([
      { step: 'TriangleMesh', text: expect.stringMatching(/torn off.*threshold of Masks/) },
    ])
  })
})
