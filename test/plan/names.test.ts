// The names of filesets: summaries as Luigi writes them, and two names where ten digits agree.
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import { describe, expect, test } from 'vitest'
import type { Digest } from '../../src/base/digest.ts'
import type { Json } from '../../src/base/types.ts'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import { filesetNameOf, summaryOf } from '../../src/plan/key.ts'
import { luigiPart, luigiText } from '../../src/plan/luigi.ts'
import { libraryOf } from '../../src/task/library.ts'
import { tasks } from '../../tasks/index.ts'

/** A step of a pipeline of the built-in tasks. */
function stepOf(name: string, toml = `[${name}]`): ComputingStep {
  const parsed = parsePipeline(toml, 'p.toml', libraryOf(tasks))
  if (parsed.is === 'wrong') throw new Error(parsed.diagnostics.map((d) => d.message).join('\n'))
  const step = parsed.pipeline.steps.get(name)
  if (step?.task.is !== 'computing') throw new Error(`${name} does not compute`)
  return { ...step, task: step.task }
}

describe('values are spelled as Luigi spells them', () => {
  // What Python 3.11 says: str(value) of floats.
  test.each([
    [1, '1.0'],
    [0, '0.0'],
    [-0, '-0.0'],
    [0.3, '0.3'],
    [-2.5, '-2.5'],
    [0.1 + 0.2, '0.30000000000000004'],
    [123456.789, '123456.789'],
    [0.0001, '0.0001'],
    [0.00010000000000000002, '0.00010000000000000002'],
    [0.00009999999999999999, '9.999999999999999e-05'],
    [9.999e-5, '9.999e-05'],
    [-1e-5, '-1e-05'],
    [1e-7, '1e-07'],
    [5e-324, '5e-324'],
    [1e15, '1000000000000000.0'],
    [999999999999999.9, '999999999999999.9'],
    [9007199254740992, '9007199254740992.0'],
    [9999999999999998, '9999999999999998.0'],
    [1e16, '1e+16'],
    [123456789012345680, '1.2345678901234568e+17'],
    [1e22, '1e+22'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
  ])('the float %d as %s', (value, text) => {
    expect(luigiText(value, 'float')).toBe(text)
  })

  // json.dumps(value)
  test.each<[Json, string]>([
    [[0, 1, 0], '[0, 1, 0]'],
    [[0.5, 1e-7, -1e22], '[0.5, 1e-07, -1e+22]'],
    [{ channel: 'rgb' }, '{"channel": "rgb"}'],
    [
      { b: 1, a: { x: [1, 2], t: true, n: null } },
      '{"b": 1, "a": {"x": [1, 2], "t": true, "n": null}}',
    ],
    [[[1, [2, [3]]], {}], '[[1, [2, [3]]], {}]'],
    [[], '[]'],
    [{}, '{}'],
    [{ '': '' }, '{"": ""}'],
    [['é', '🌱'], String.raw`["\u00e9", "\ud83c\udf31"]`],
    [['\u007f\u0000\n"\\/'], String.raw`["\u007f\u0000\n\"\\/"]`],
  ])('the value %j as JSON of Python', (value, text) => {
    expect(luigiText(value, 'json')).toBe(text)
  })

  test('whole numbers, words and truth plainly; what is not set as nothing, or as null', () => {
    expect(luigiText(42, 'plain')).toBe('42')
    expect(luigiText(-7, 'plain')).toBe('-7')
    expect(luigiText('rgb', 'plain')).toBe('rgb')
    expect(luigiText('', 'plain')).toBe('')
    expect(luigiText(true, 'plain')).toBe('True')
    expect(luigiText(false, 'plain')).toBe('False')
    expect(luigiText(undefined, 'float')).toBe('')
    expect(luigiText(undefined, 'json')).toBe('null')
  })

  test('each is cut to 16 characters, and what a name cannot have becomes _', () => {
    expect(luigiPart('most connected triangles')).toBe('most_connected_t')
    expect(luigiPart('{"x": [300, 450], "y": [300, 450]}')).toBe('__x____300__450_')
    expect(luigiPart('é'.repeat(5))).toBe('_____')
    // Of two UTF-16 units each: they count as one character, as in Python.
    expect(luigiPart('🌱'.repeat(18))).toBe('_'.repeat(16))
    expect(luigiPart('')).toBe('')
  })
})

describe('a summary', () => {
  // Names in `real_plant_analyzed`, a database that ROMI publishes (Zenodo 10379172), less their hash.
  test.each([
    ['Masks', '1__0__1__0____channel____rgb', '[Masks]\ndilation = 1\nquery = { channel = "rgb" }'],
    [
      'Voxels',
      '__x____300__450__colmap_camera_False',
      '[Voxels.bounding_box]\nx = [300, 450]\ny = [300, 450]\nz = [-175, 105]\n',
    ],
  ])('a summary of %s is that of ROMI', (name, summary, toml) => {
    expect(summaryOf(stepOf(name, toml))).toBe(summary)
  })

  // json.dumps(value) of what Python's TOML, or json.loads of a string, gives.
  test.each([
    ['parameters = [0, 1, 0]', '_0__1__0_'],
    ['parameters = [0.0, 1.0, 0.0]', '_0_0__1_0__0_0_'],
    ['parameters = [0.25, 1, -0.0]', '_0_25__1___0_0_'],
    ['parameters = "[0,1,0]"', '_0__1__0_'],
    ['parameters = "[ 0.0, 1e0, -0 ]"', '_0_0__1_0__0_'],
  ])('spells the numbers of a list as the file does: %s', (line, part) => {
    expect(summaryOf(stepOf('Masks', `[Masks]\n${line}`)).slice(2, -3)).toBe(part)
    // It is a label: the key is that of the values.
    const { params } = stepOf('Masks', `[Masks]\n${line}`)
    expect((params.parameters as readonly number[]).every(Number.isFinite)).toBe(true)
  })

  test('keeps the order of a map, and takes what the command line sets', () => {
    const toml = '[Voxels.bounding_box]\ny = [1.0, 2]\nx = [0, 1]\nz = [0, 1]\n'
    expect(summaryOf(stepOf('Voxels', toml))).toBe('__y____1_0__2____colmap_camera_False')
    const parsed = parsePipeline('[Masks]', 'p.toml', libraryOf(tasks), {
      sets: ['Masks.parameters=[0.5, 1.0, 2]'],
    })
    const step = parsed.is === 'ok' ? parsed.pipeline.steps.get('Masks') : undefined
    // Safe: the task Masks computes.
    expect(summaryOf(step as ComputingStep)).toContain('_0_5__1_0__2_')
  })

  test('a summary has the names of the steps that fill slots, sorted among the parameters', () => {
    const toml = '[PointCloud]\nlevel_set_value = 2\nupstream_task = "Voxels"'
    const step = stepOf('PointCloud', toml)
    const { level_set_value } = step.task.params
    const task = { ...step.task, params: { level_set_value, z: level_set_value } }
    expect(summaryOf({ ...step, task, params: { level_set_value: 2, z: 3 } })).toBe(
      '2_0_Voxels_3_0',
    )
  })

  test('leaves out what cannot change the result', () => {
    const step = stepOf('Colmap')
    const names = Object.keys(step.task.params).filter((name) => step.task.params[name].significant)
    expect(names).not.toContain('use_gpu')
    const changed = { ...step, params: { ...step.params, use_gpu: !step.params.use_gpu } }
    expect(summaryOf(changed)).toBe(summaryOf(step))
  })
})

describe('a name', () => {
  // Safe: 64 hexadecimal digits.
  const key = (digits: string) => digits.padEnd(64, '0') as Digest
  const step = stepOf('Masks')

  test('ends with ten digits of the key', () => {
    expect(filesetNameOf(step, key('0123456789abcdef'), () => false)).toBe(
      `Masks_${summaryOf(step)}_0123456789`,
    )
  })

  test('grows by two digits where ten agree with those of another key, and again', () => {
    const taken = new Set<string>()
    const named = (digits: string) => {
      const name = filesetNameOf(step, key(digits), (candidate) => taken.has(candidate))
      taken.add(name)
      return name.slice(name.lastIndexOf('_') + 1)
    }
    expect(named('0123456789aa')).toBe('0123456789')
    expect(named('0123456789bb')).toBe('0123456789bb')
    expect(named('0123456789bbcc')).toBe('0123456789bbcc')
    expect(named('0123456789dd')).toBe('0123456789dd')
  })
})
