// Which step reads which, and which are asked for, each fault on the exact diagnostic.
import { describe, expect, test } from 'vitest'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import { file, mistakesIn, pipelineOf, short, stepOf } from '../support/parsing.ts'
import { romiLibrary, romiLibraryWithout } from '../support/romi-tasks.ts'

describe('wiring', () => {
  test('an upstream that is no task is an error with the name that was meant', () => {
    expect(mistakesIn('[Masks]\nupstream_task = "ImageFilesetExists"')).toEqual([
      'unknown-upstream, line 2: Masks.upstream_task → ImagesFilesetExists',
    ])
  })

  test('an upstream that makes another artifact is an error', () => {
    expect(mistakesIn('[PointCloud]\nupstream_task = "Masks"')).toEqual([
      'wrong-artifact, line 2: PointCloud.upstream_task → Voxels',
    ])
    expect(mistakesIn('[Voxels]\nupstream_mask = "DummyTask"')).toEqual([
      'wrong-artifact, line 2: Voxels.upstream_mask',
    ])
  })

  test('a slot that takes several artifacts takes each of them', () => {
    for (const upstream of ['Masks', 'Undistorted', 'ImagesFilesetExists']) {
      const { wires } = stepOf('Voxels', `[Voxels]\nupstream_mask = "${upstream}"`)
      expect(wires.upstream_mask).toEqual({ is: 'step', step: upstream })
    }
  })

  test('a slot that is no name, or empty where it must be filled, is an error', () => {
    expect(mistakesIn('[Masks]\nupstream_task = 3')).toEqual([
      'wrong-value, line 2: Masks.upstream_task',
    ])
    expect(mistakesIn('[Masks]\nupstream_task = ""')).toEqual([
      'wrong-value, line 2: Masks.upstream_task',
    ])
  })

  test('a slot for another scan holds its id, or nothing', () => {
    const text = '[Colmap]\nintrinsic_calibration_scan_id = "calib_01"'
    expect(stepOf('Colmap', text).wires).toEqual({
      upstream_task: { is: 'step', step: 'ImagesFilesetExists' },
      intrinsic_calibration_scan_id: { is: 'scan', scan: 'calib_01', task: 'IntrinsicCalibration' },
      extrinsic_calibration_scan_id: { is: 'empty' },
    })
  })

  test('the tasks that slots name by default are steps as well', () => {
    const pipeline = pipelineOf('[PointCloud]')
    expect([...pipeline.steps.keys()]).toEqual([
      'ImagesFilesetExists',
      'Colmap',
      'Undistorted',
      'Masks',
      'Voxels',
      'PointCloud',
    ])
    expect(pipeline.steps.get('Voxels')?.line).toBeUndefined()
    expect(pipeline.targets).toEqual(['PointCloud'])
  })

  test('steps that wait for one another are named in their order', () => {
    const text = [
      '[TriangleMesh]',
      '[Undistorted]',
      'upstream_task = "Undistorted"',
      '[Masks]',
      '[AnglesAndInternodes]',
      'upstream_task = "TriangleMesh"',
    ].join('\n')
    expect(mistakesIn(text)).toEqual(['cycle, line 3: Undistorted.upstream_task'])
  })

  test('a longer cycle is told once, with its path', () => {
    const text = [
      '[Undistorted]',
      'upstream_task = "ImagesFilesetExists"',
      'upstream_colmap = "Voxels"',
      '[Voxels]',
      'upstream_mask = "Masks"',
    ].join('\n')
    const parsed = parsePipeline(text, file, romiLibrary)
    const cycles = parsed.is === 'wrong' ? parsed.diagnostics : []
    expect(cycles.map(short)).toEqual(['cycle, line 3: Undistorted.upstream_colmap'])
    expect(cycles[0].message).toContain('Undistorted ← Voxels ← Masks ← Undistorted')
  })
})

describe('tasks of ROMI that do not exist here', () => {
  const without = romiLibraryWithout('RefineSkeleton', 'Visualization', 'PointCloudGroundTruth')
  const text = [
    '[RefineSkeleton]',
    'alpha = 5.0',
    '[TreeGraph]',
    'upstream_task = "RefineSkeleton"',
    '[Visualization]',
  ].join('\n')

  test('tasks of ROMI that do not exist here are an error where a target needs them, with what would do instead', () => {
    const parsed = parsePipeline(text, file, without, { targets: ['TreeGraph'] })
    const errors = parsed.is === 'wrong' ? parsed.diagnostics : []
    expect(errors.map(short)).toContain('missing-upstream, line 4: TreeGraph.upstream_task')
    expect(errors.find((e) => e.severity === 'error')?.message).toContain('instead: CurveSkeleton')
  })

  test('tasks of ROMI that do not exist here are a note where no target needs them, and so are the steps that wait for them', () => {
    const pipeline = pipelineOf(text, { targets: ['PointCloud'] }, without)
    expect(pipeline.notes.map(short)).toEqual([
      'passed-over, line 1: RefineSkeleton',
      'passed-over, line 4: TreeGraph.upstream_task',
      'passed-over, line 5: Visualization',
    ])
    expect(pipeline.steps.has('TreeGraph')).toBe(false)
  })

  test('excuse an evaluation whose truth they are, unless it is asked for', () => {
    const evaluation = '[PointCloud]\n[PointCloudEvaluation]\n'
    const pipeline = pipelineOf(evaluation, {}, without)
    expect(pipeline.targets).toEqual(['PointCloud'])
    expect(mistakesIn(evaluation, { targets: ['PointCloudEvaluation'] }, without)).toEqual([
      'missing-upstream, line 2: PointCloudEvaluation.ground_truth',
    ])
  })
})

describe('targets', () => {
  test('targets are every step that no other reads', () => {
    const pipeline = pipelineOf('[TriangleMesh]\n[Masks]\n[Undistorted]\n[ImagesFilesetExists]')
    expect(pipeline).toMatchObject({ targets: ['TriangleMesh'], targetsNamed: false })
  })

  test('targets are those of [romi], and flags win over them', () => {
    const text = '[romi]\ntargets = ["Masks"]\n[PointCloud]'
    expect(pipelineOf(text)).toMatchObject({ targets: ['Masks'], targetsNamed: true })
    expect(pipelineOf(text, { targets: ['Voxels'] }).targets).toEqual(['Voxels'])
  })

  test('need no table of their own', () => {
    const pipeline = pipelineOf('[Masks]', { targets: ['TreeGraph'] })
    expect(pipeline.steps.has('CurveSkeleton')).toBe(true)
  })

  test('that are no task are an error where they are named', () => {
    expect(mistakesIn('[romi]\ntargets = [\n"Masks",\n"Voxel"]')).toEqual([
      'unknown-target, line 4: Voxel → Voxels',
    ])
    expect(mistakesIn('[Masks]', { targets: ['Maks'] })).toEqual([
      'unknown-target, --target Maks: Maks → Masks',
    ])
  })
})
