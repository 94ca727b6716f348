// Every rule of the pipeline file, each on the exact diagnostic: code, line, key, suggestion.
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../src/pipeline/diagnostic.ts'
import { parsePipeline, type Overrides } from '../../src/pipeline/parse.ts'
import type { Pipeline, Step } from '../../src/pipeline/pipeline.ts'
import { romiLibrary, romiLibraryWithout } from '../support/romi-tasks.ts'

const file = 'geom.toml'

function pipelineOf(text: string, overrides?: Overrides, library = romiLibrary): Pipeline {
  const parsed = parsePipeline(text, file, library, overrides)
  if (parsed.is === 'wrong') throw new Error(JSON.stringify(parsed.diagnostics, undefined, 2))
  return parsed.pipeline
}

function stepOf(name: string, text: string, overrides?: Overrides): Step {
  const step = pipelineOf(text, overrides).steps.get(name)
  if (step === undefined) throw new Error(`no step ${name}`)
  return step
}

/** What is wrong, in short: code without its area, line or flag, key, suggestion. */
function mistakesIn(text: string, overrides?: Overrides, library = romiLibrary): string[] {
  const parsed = parsePipeline(text, file, library, overrides)
  if (parsed.is === 'ok') return []
  return parsed.diagnostics.filter(({ severity }) => severity === 'error').map(short)
}

const notesIn = (text: string, library = romiLibrary): string[] =>
  pipelineOf(text, {}, library).notes.map(short)

function short({ code, place, flag, key, suggestion }: Diagnostic): string {
  const at = flag ?? (place === undefined ? 'nowhere' : `line ${place.line}`)
  const meant = suggestion === undefined ? '' : ` → ${suggestion}`
  return `${code.replace('pipeline/', '')}, ${at}: ${key ?? '?'}${meant}`
}

describe('text that is no TOML', () => {
  test('is one diagnostic with line and column', () => {
    const parsed = parsePipeline('[Masks]\nthreshold = ', file, romiLibrary)
    expect(parsed).toMatchObject({
      is: 'wrong',
      diagnostics: [
        { severity: 'error', code: 'pipeline/syntax', place: { file, line: 2, column: 13 } },
      ],
    })
  })

  test('names the key or table that is there twice', () => {
    expect(mistakesIn('[Masks]\ndilation = 1\nthreshold = 1\ndilation = 2')).toEqual([
      'duplicate-key, line 4: Masks.dilation',
    ])
    expect(mistakesIn('[Masks]\n[Voxels]\n[Masks]')).toEqual(['duplicate-key, line 3: Masks'])
  })
})

describe('tables', () => {
  test('a misspelt task is an error with the name that was meant', () => {
    expect(mistakesIn('[Mask]')).toEqual(['unknown-task, line 1: Mask → Masks'])
    expect(mistakesIn('\n[voxels]')).toEqual(['unknown-task, line 2: voxels → Voxels'])
    expect(mistakesIn('[Frobnicate]')).toEqual(['unknown-task, line 1: Frobnicate'])
  })

  test('a misspelt task of ROMI that does not exist here is recognised as well', () => {
    expect(mistakesIn('[Segmentaton2D]')).toEqual([
      'unknown-task, line 1: Segmentaton2D → Segmentation2D',
    ])
  })

  test('commands, settings of other tools and absent tasks are passed over with a note', () => {
    const text = '[Clean]\n[worker]\n[ScanPath.kwargs]\n[retcode]\n[Segmentation2D]\n[version]\n'
    expect(notesIn(text)).toEqual([
      'passed-over, line 1: Clean',
      'passed-over, line 2: worker',
      'passed-over, line 3: ScanPath',
      'passed-over, line 4: retcode',
      'passed-over, line 5: Segmentation2D',
      'passed-over, line 6: version',
    ])
  })

  test('a key outside of any table is an error; one of [romi] says so', () => {
    expect(mistakesIn('job = 2\n[Masks]')).toEqual(['unknown-key, line 1: job → romi.jobs'])
  })

  test('a task that is no table is an error', () => {
    expect(mistakesIn('Masks = 3')).toEqual(['wrong-value, line 1: Masks'])
    expect(mistakesIn('[[Masks]]\ndilation = 1')).toEqual(['wrong-value, line 1: Masks'])
  })
})

describe('keys', () => {
  test('a misspelt parameter or slot is an error with the name that was meant', () => {
    const text = '[Masks]\ntreshold = 0.2\nupstream_tsak = "Undistorted"'
    expect(mistakesIn(text)).toEqual([
      'unknown-key, line 2: Masks.treshold → threshold',
      'unknown-key, line 3: Masks.upstream_tsak → upstream_task',
    ])
  })

  test('a misspelt sub-table stands at its own line', () => {
    expect(mistakesIn('[Voxels]\n[Voxels.bounding_bx]\nx = [0, 1]')).toEqual([
      'unknown-key, line 2: Voxels.bounding_bx → bounding_box',
    ])
  })

  test('an old name is understood, with a note', () => {
    const text = '[Undistorted]\ncamera_model_src = "Colmap"'
    expect(notesIn(text)).toEqual([
      'renamed, line 2: Undistorted.camera_model_src → upstream_colmap',
    ])
    expect(stepOf('Undistorted', text).wires.upstream_colmap).toEqual({
      is: 'step',
      step: 'Colmap',
    })
    expect(stepOf('Undistorted', text).lines).toEqual({ upstream_colmap: 2 })
  })

  test('an old name beside the new one is an error', () => {
    const text = '[Undistorted]\ncamera_model_src = "Colmap"\nupstream_colmap = "Colmap"'
    expect(mistakesIn(text)).toEqual([
      'duplicate-key, line 3: Undistorted.upstream_colmap → upstream_colmap',
    ])
  })

  test('a key without effect is a note that says why', () => {
    expect(notesIn('[Masks]\nbinarize = true')).toEqual(['no-effect, line 2: Masks.binarize'])
  })
})

describe('values', () => {
  test.each([
    ['another type', 'threshold = "0.2"', 'threshold'],
    ['out of range', 'threshold = 2.5', 'threshold'],
    ['no whole number', 'dilation = 1.5', 'dilation'],
    ['no number at all', 'threshold = nan', 'threshold'],
    ['a list of another length', 'parameters = [0, 1]', 'parameters'],
    ['JSON that is none', 'parameters = "[0, 1"', 'parameters'],
    ['a list where a table is meant', 'query = [1]', 'query'],
  ])('%s is an error at its line', (_, line, key) => {
    expect(mistakesIn(`[Masks]\n\n${line}`)).toEqual([`wrong-value, line 3: Masks.${key}`])
  })

  test('the message says what is expected, with range and unit', () => {
    const message = (text: string) => {
      const parsed = parsePipeline(text, file, romiLibrary)
      return parsed.is === 'wrong' ? parsed.diagnostics[0].message : ''
    }
    expect(message('[Masks]\nthreshold = 9')).toContain('a number from -1 to 2, not 9')
    expect(message('[Masks]\ndilation = -1')).toContain('a whole number of at least 0 (pixel)')
    expect(message('[Voxels]\nvoxel_size = "big"')).toContain('(in the scan\'s unit), not "big"')
  })

  test('one of a few words, misspelt, is suggested', () => {
    expect(mistakesIn('[Masks]\ntype = "linaer"')).toEqual([
      'wrong-value, line 2: Masks.type → linear',
    ])
  })

  test('what is wrong inside a table stands at its own line', () => {
    const text = '[Voxels.bounding_box]\nx = [0, 1]\ny = [3, 2]\nz = [0, 1]\nw = 1'
    expect(mistakesIn(text)).toEqual([
      'wrong-value, line 1: Voxels.bounding_box',
      'wrong-value, line 3: Voxels.bounding_box.y',
    ])
  })

  test('JSON in a string stands for a table or a list', () => {
    const { params } = stepOf(
      'Masks',
      '[Masks]\nquery = \'{"channel":"rgb"}\'\nparameters = "[1,0,0]"',
    )
    expect(params).toMatchObject({ query: { channel: 'rgb' }, parameters: [1, 0, 0] })
  })

  test('what the file leaves out has its default', () => {
    expect(stepOf('Masks', '[Masks]').params).toEqual({
      query: {},
      type: 'linear',
      parameters: [0, 1, 0],
      threshold: 0.3,
      dilation: 0,
    })
  })

  test('lines are those of the file, also past strings, lists and comments that span several', () => {
    const text = [
      '# [Masks]',
      '[Masks] # threshold = 1',
      'query = """',
      '{"channel":',
      '"rgb"}"""',
      'parameters = [ # one',
      '  0, 1, # two ]',
      '  0 ]',
      'threshold = 0.5',
    ].join('\n')
    expect(stepOf('Masks', text)).toMatchObject({
      line: 2,
      lines: { query: 3, parameters: 6, threshold: 9 },
    })
  })
})

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

  test('are an error where a target needs them, with what would do instead', () => {
    const parsed = parsePipeline(text, file, without)
    const errors = parsed.is === 'wrong' ? parsed.diagnostics : []
    expect(errors.map(short)).toContain('missing-upstream, line 4: TreeGraph.upstream_task')
    expect(errors.find((e) => e.severity === 'error')?.message).toContain('instead: CurveSkeleton')
  })

  test('are a note where no target needs them, and so are the steps that wait for them', () => {
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
  test('are every step that no other reads', () => {
    const pipeline = pipelineOf('[TriangleMesh]\n[Masks]\n[Undistorted]\n[ImagesFilesetExists]')
    expect(pipeline).toMatchObject({ targets: ['TriangleMesh'], targetsNamed: false })
  })

  test('are those of [romi], and flags win over them', () => {
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

describe('[romi]', () => {
  test('holds the settings of a run', () => {
    const text =
      '[romi]\ndatabase = "db"\nscans = "plant_*"\nmodules = ["./*.ts"]\nexecutor = "inline"\njobs = 3\nunit = "mm"'
    expect(pipelineOf(text).settings).toEqual({
      database: 'db',
      scans: ['plant_*'],
      modules: ['./*.ts'],
      executor: 'inline',
      jobs: 3,
      unit: 'mm',
    })
  })

  test('is checked as tasks are', () => {
    expect(mistakesIn('[romi]\nscan = "a"\njobs = 0\ntargets = [3]\n')).toEqual([
      'unknown-key, line 2: romi.scan → scans',
      'wrong-value, line 3: romi.jobs',
      'wrong-value, line 4: romi.targets',
    ])
    expect(mistakesIn('romi = 1')).toEqual(['wrong-value, line 1: romi'])
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
  })

  test('is checked as tasks are, and has no effect on a source', () => {
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

test('ten mistakes in one file are ten diagnostics in one go, in the order of the text', () => {
  const text = `jobs = 2
[romi]
targets = ["AnglesAndInternode"]
[Colmap]
matcher = "exhaustve"
[Masks]
upstream_task = "Undistort3d"
treshold = 0.2
parameters = "[0, 1"
dilation = -1
[Voxels]
upstream_mask = "PointCloud"
[Voxels.bounding_box]
x = [1, 0]
y = [0, 1]
z = [0, 1]
[PointClod]
[TreeGraph]
upstream_task = "CurveSkeleton"
z_axis = "z"
`
  expect(mistakesIn(text)).toEqual([
    'unknown-key, line 1: jobs → romi.jobs',
    'unknown-target, line 3: AnglesAndInternode → AnglesAndInternodes',
    'wrong-value, line 5: Colmap.matcher → exhaustive',
    'unknown-upstream, line 7: Masks.upstream_task → Undistorted',
    'unknown-key, line 8: Masks.treshold → threshold',
    'wrong-value, line 9: Masks.parameters',
    'wrong-value, line 10: Masks.dilation',
    'wrong-artifact, line 12: Voxels.upstream_mask',
    'wrong-value, line 14: Voxels.bounding_box.x',
    'unknown-task, line 17: PointClod → PointCloud',
    'wrong-value, line 20: TreeGraph.z_axis',
  ])
})
