// Every rule of the pipeline file, each on the exact diagnostic: code, line, key, suggestion.
import { describe, expect, test } from 'vitest'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import { file, mistakesIn, notesIn, stepOf } from '../support/parsing.ts'
import { romiLibrary } from '../support/romi-tasks.ts'

describe('text that is no TOML', () => {
  test('text that is no TOML is one diagnostic with line and column', () => {
    const parsed = parsePipeline('[Masks]\nthreshold = ', file, romiLibrary)
    expect(parsed).toMatchObject({
      is: 'wrong',
      diagnostics: [
        { severity: 'error', code: 'pipeline/syntax', place: { file, line: 2, column: 13 } },
      ],
    })
  })

  test.each([
    ['threshold = 0,2', 'A number has a point'],
    ['threshold = .2', 'A number begins with a digit'],
    ['dilation = True', 'true or false, in small letters'],
    ['dilation = None', 'leave the line out'],
    ['type = linear', 'Text stands in quotes'],
    ['type = “linear”', 'Straight quotes'],
    ['type = "linear', 'no quote at its end'],
    ["type = 'linear", 'no quote at its end'],
    ['path = "C:\\data"', 'single quotes'],
    ['// the first', 'A comment begins with #'],
    ['threshold: 0.2', 'both sides of ='],
  ])('%s is told what was probably meant', (line, meant) => {
    const parsed = parsePipeline(`[Masks]\n${line}\nother = 1\n`, file, romiLibrary)
    const told = parsed.is === 'wrong' ? parsed.diagnostics : []
    expect(told).toMatchObject([{ code: 'pipeline/syntax', place: { line: 2 } }])
    expect(told[0].message).toContain(meant)
  })

  test('a slip that cannot be told is left at what the parser says', () => {
    for (const line of ['x = [1 2]', 'x = [1 2] # a = b', 'x = true y']) {
      const parsed = parsePipeline(`[Masks]\n${line}\n`, file, romiLibrary)
      const told = parsed.is === 'wrong' ? parsed.diagnostics[0].message : ''
      expect(told).toMatch(/^this is no valid TOML: [^.]+$/)
    }
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
    const text =
      '[Clean]\n[worker]\n[ScanPath.kwargs]\n[retcode]\n[Segmentation2D]\n[version]\n[Masks]\n'
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

describe('a pipeline without a step', () => {
  test.each(['', '# nothing yet', '[romi]\njobs = 2', '[Clean]\n[worker]'])(
    'a pipeline without a step is an error: %j',
    (text) => {
      expect(mistakesIn(text)).toEqual(['no-step, nowhere: ?'])
    },
  )

  test.each(['[Segmentation2D]', '[ScanPath]', '[Finetune]\n[Clean]'])(
    'a pipeline without a step is told for what it is if it holds tasks of ROMI: %j',
    (text) => {
      expect(mistakesIn(text)).toEqual([])
      expect(notesIn(text)).toContainEqual(expect.stringContaining('no-step'))
    },
  )

  test('a pipeline without a step is none if a target is named, and says nothing beside another mistake', () => {
    expect(mistakesIn('[romi]\ntargets = ["Masks"]')).toEqual([])
    expect(mistakesIn('[Mask]')).toEqual(['unknown-task, line 1: Mask → Masks'])
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
    ['another type', 'threshold = "high"', 'threshold'],
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
