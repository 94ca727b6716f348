// The pipeline files that ROMI publishes parse unchanged, wired as they are there.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import { romiLibrary, romiLibraryWithout } from '../support/romi-tasks.ts'
import { sharedData } from '../support/shared.ts'
import { libraryOf } from '../../src/task/library.ts'
import { tasks } from '../../tasks/index.ts'

const files = [
  'geom_pipe_real.toml',
  'geom_pipe_virtual.toml',
  'test_geom_pipe_real.toml',
  'test_geom_pipe_virtual.toml',
]

function parsed(file: string, library = romiLibrary): Pipeline {
  const text = readFileSync(join(sharedData ?? '', 'configs', file), 'utf8')
  const result = parsePipeline(text, file, library)
  if (result.is === 'wrong') throw new Error(JSON.stringify(result.diagnostics, undefined, 2))
  return result.pipeline
}

/** What fills each slot of a step: a step's name, `-` if nothing. */
function wiringOf(pipeline: Pipeline, step: string): Record<string, string> {
  const wires = Object.entries(pipeline.steps.get(step)?.wires ?? {})
  return Object.fromEntries(
    wires.map(([slot, wire]) => [slot, wire.is === 'step' ? wire.step : '-']),
  )
}

describe.skipIf(!sharedData)('the published pipeline files', () => {
  test.each(files)('%s has notes but no mistake', (file) => {
    const codes = new Set(parsed(file).notes.map(({ code }) => code))
    expect(
      [...codes].every((c) => c === 'pipeline/passed-over' || c === 'pipeline/no-effect'),
    ).toBe(true)
  })

  test('photographs serve as masks, and DummyTask where no poses are needed', () => {
    const pipeline = parsed('geom_pipe_virtual.toml')
    expect(wiringOf(pipeline, 'Voxels')).toEqual({
      upstream_mask: 'ImagesFilesetExists',
      upstream_colmap: 'DummyTask',
    })
    expect(pipeline.steps.get('Voxels')?.params).toMatchObject({
      query: { channel: 'background' },
      voxel_size: 0.06,
      invert: true,
      bounding_box: undefined,
    })
    expect(wiringOf(pipeline, 'PointCloudGroundTruth')).toEqual({
      upstream_task: 'VirtualPlantObj',
    })
  })

  test('masks serve as the bearer of cameras', () => {
    const pipeline = parsed('test_geom_pipe_virtual.toml')
    expect(wiringOf(pipeline, 'Voxels')).toEqual({
      upstream_mask: 'Masks',
      upstream_colmap: 'Masks',
    })
    expect(pipeline.steps.get('Masks')?.params).toMatchObject({
      parameters: [0, 1, 0],
      threshold: 0.3,
    })
    expect([...pipeline.steps.keys()]).toEqual([
      'ImagesFilesetExists',
      'Masks',
      'Voxels',
      'PointCloud',
      'TriangleMesh',
      'CurveSkeleton',
      'TreeGraph',
      'AnglesAndInternodes',
      'AnglesAndInternodesEvaluation',
    ])
    expect(pipeline.targets).toEqual(['AnglesAndInternodesEvaluation'])
  })

  test('a calibration that is "" is no input', () => {
    expect(wiringOf(parsed('geom_pipe_real.toml'), 'Colmap')).toEqual({
      upstream_task: 'ImagesFilesetExists',
      intrinsic_calibration_scan_id: '-',
      extrinsic_calibration_scan_id: '-',
    })
  })

  test('keys and tables without effect are named with their lines', () => {
    expect(parsed('geom_pipe_real.toml').notes).toMatchObject([
      { code: 'pipeline/no-effect', key: 'Masks.binarize', place: { line: 27, column: 1 } },
      { code: 'pipeline/passed-over', key: 'Clean', place: { line: 93 } },
    ])
  })

  test('a task that does not exist here is passed over where no target needs it', () => {
    const pipeline = parsed('geom_pipe_real.toml', romiLibraryWithout('Visualization'))
    expect(pipeline.targets).toEqual(['AnglesAndInternodesEvaluation'])
    expect(pipeline.notes.map(({ key }) => key)).toContain('Visualization')
  })

  test.each(files)('%s has no mistake for the built-in tasks either', (file) => {
    const pipeline = parsed(file, libraryOf(tasks))
    expect(pipeline.targets).toContain('AnglesAndInternodesEvaluation')
  })
})
