// Settings of a run and of its steps, in the file and on the command line.
import { describe, expect, test } from 'vitest'
import { mistakesIn, notesIn, pipelineOf, stepOf } from '../support/parsing.ts'

describe('[romi]', () => {
  test('holds the settings of a run', () => {
    const text =
      '[romi]\ndatabase = "db"\nscans = "plant_*"\nmodules = ["./*.ts"]\nexecutor = "inline"\njobs = 3\nunit = "mm"\n[Masks]'
    expect(pipelineOf(text).settings).toEqual({
      database: 'db',
      scans: ['plant_*'],
      modules: ['./*.ts'],
      executor: 'inline',
      jobs: 3,
      unit: 'mm',
    })
  })

  test('[romi] is checked as tasks are', () => {
    expect(mistakesIn('[romi]\nscan = "a"\njobs = 0\ntargets = [3]\n')).toEqual([
      'unknown-key, line 2: romi.scan → scans',
      'wrong-value, line 3: romi.jobs',
      'wrong-value, line 4: romi.targets',
    ])
    expect(mistakesIn('[romi]\nscans = []\n[Masks]')).toEqual(['wrong-value, line 2: romi.scans'])
    expect(mistakesIn('romi = 1')).toEqual(['wrong-value, line 1: romi'])
  })

  test('a unit that is not known is remarked, with the one that was meant', () => {
    expect(notesIn('[romi]\nunit = "milimeter"\n[Masks]')).toEqual([
      'unknown-unit, line 2: romi.unit',
    ])
    const told = (unit: string) =>
      pipelineOf(`[romi]\nunit = "${unit}"\n[Masks]`).notes.map(({ message }) => message)
    expect(told('milimeter')).toEqual([expect.stringContaining('Did you mean "mm"?')])
    expect(told('MM')).toEqual([expect.stringContaining('Did you mean "mm"?')])
    expect(told('constructor')).toEqual([expect.stringMatching(/a millimetre$/)])
    expect(told('cm')).toEqual([])
  })
})

describe('[Task.romi]', () => {
  test('lays limits over those of the task, and adopts a fileset', () => {
    const text =
      '[Colmap.romi]\ntime_limit = 900\ncpu = "all"\nmemory = 2000\nadopt = "Colmap__by_hand"'
    expect(stepOf('Colmap', text)).toMatchObject({
      limits: { retries: 3, timeLimit: 900, cpu: 'all', memory: 2000 },
      adopt: 'Colmap__by_hand',
    })
    expect(stepOf('Colmap', '[Colmap]\nromi.retries = 0').limits).toEqual({ retries: 0 })
    expect(stepOf('Colmap', '[Colmap.romi]\ncpu = "spare"').limits).toMatchObject({
      cpu: 'spare',
    })
  })

  test('[Task.romi] is checked as tasks are, and has no effect on a source', () => {
    expect(mistakesIn('[Colmap.romi]\nretrys = 1\ncpu = "half"\nretries = -1')).toEqual([
      'unknown-key, line 2: Colmap.romi.retrys → retries',
      'wrong-value, line 3: Colmap.romi.cpu',
      'wrong-value, line 4: Colmap.romi.retries',
    ])
    expect(notesIn('[ImagesFilesetExists.romi]\nretries = 1')).toEqual([
      'no-effect, line 1: ImagesFilesetExists.romi',
    ])
  })
})

describe('--set', () => {
  test('takes TOML values and bare words, and wins over the file', () => {
    const sets = [
      'Masks.threshold=0.9',
      'Masks.type=excess_green',
      'Masks.query={ channel = "rgb" }',
      'Masks.parameters=[1, 0, 0]',
      'Masks.upstream_task=ImagesFilesetExists',
      'Voxels.bounding_box.x=[1, 2]',
      'Masks.romi.retries=2',
    ]
    const text = '[Masks]\nthreshold = 0.1\n[Voxels.bounding_box]\nx=[0,1]\ny=[0,1]\nz=[0,1]'
    expect(stepOf('Masks', text, { sets })).toMatchObject({
      params: {
        threshold: 0.9,
        type: 'excess_green',
        query: { channel: 'rgb' },
        parameters: [1, 0, 0],
      },
      wires: { upstream_task: { is: 'step', step: 'ImagesFilesetExists' } },
      lines: {},
      limits: { retries: 2 },
    })
    expect(stepOf('Voxels', text, { sets }).params.bounding_box).toEqual({
      x: [1, 2],
      y: [0, 1],
      z: [0, 1],
    })
  })

  test('wins under a new name over an old one in the file', () => {
    const text = '[Undistorted]\ncamera_model_src = "Voxels"'
    const sets = ['Undistorted.upstream_colmap=Colmap']
    expect(stepOf('Undistorted', text, { sets }).wires.upstream_colmap).toEqual({
      is: 'step',
      step: 'Colmap',
    })
  })

  test.each([
    ['threshold=1', 'bad-override, --set threshold=1: ?'],
    ['Masks.threshold', 'bad-override, --set Masks.threshold: ?'],
    ['Masks.query=[1', 'bad-override, --set Masks.query=[1: Masks.query'],
    ['Masks.threshold.x=1', 'bad-override, --set Masks.threshold.x=1: Masks.threshold'],
    ['Masks.treshold=1', 'unknown-key, --set Masks.treshold=1: Masks.treshold → threshold'],
    ['Masks.threshold=high', 'wrong-value, --set Masks.threshold=high: Masks.threshold'],
    ['Mask.threshold=1', 'unknown-task, --set Mask.threshold=1: Mask → Masks'],
  ])('%s is an error that names the flag', (set, expected) => {
    expect(mistakesIn('[Masks]\nthreshold = 0.1', { sets: [set] })).toEqual([expected])
  })
})
