// What holds for any pipeline file, however it is written.
import fc from 'fast-check'
import { stringify } from 'smol-toml'
import { expect, test } from 'vitest'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import { romiLibrary } from '../support/romi-tasks.ts'

const word = fc.constantFrom(...romiLibrary.keys(), 'romi', 'Clean', 'Maks', 'query', 'x', '')
const key = fc.constantFrom(
  'upstream_task',
  'upstream_mask',
  'query',
  'threshold',
  'type',
  'bounding_box',
  'romi',
  'jobs',
  'targets',
  'modules',
  'retries',
  'x',
  '__proto__',
  'constructor',
)
const scalar = fc.oneof(fc.double(), fc.integer(), fc.boolean(), word, fc.string(), fc.json())
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(key, scalar, { maxKeys: 3 }),
)
const document = fc.dictionary(fc.oneof(word, key), fc.oneof(value, fc.dictionary(key, value)))

test('any document is either understood, or wrong with at least one error; never does it throw', () => {
  fc.assert(
    fc.property(document, fc.array(word), (tables, targets) => {
      const parsed = parsePipeline(stringify(tables), 'p.toml', romiLibrary, { targets })
      if (parsed.is === 'wrong') {
        expect(parsed.diagnostics.some(({ severity }) => severity === 'error')).toBe(true)
        return
      }
      const { steps, notes, targets: chosen } = parsed.pipeline
      expect(notes.every(({ severity }) => severity === 'note')).toBe(true)
      expect(chosen.every((target) => steps.has(target))).toBe(true)
      const seen = new Set<string>()
      for (const [name, step] of steps) {
        for (const wire of Object.values(step.wires)) {
          if (wire.is === 'step') expect(seen.has(wire.step)).toBe(true)
        }
        seen.add(name)
      }
    }),
    { numRuns: 300 },
  )
})

test('the order of tables and keys, and comments, change nothing but lines', () => {
  const tables = {
    Masks: { threshold: 0.5, dilation: 2, query: { channel: 'rgb' } },
    Voxels: { voxel_size: 0.5, bounding_box: { x: [0, 1], y: [0, 1], z: [0, 1] } },
    PointCloud: { level_set_value: 1 },
  }
  const shuffled = <T>(entries: readonly T[]) =>
    fc.shuffledSubarray([...entries], { minLength: entries.length })
  const order = fc.tuple(shuffled(Object.keys(tables)), shuffled(Object.keys(tables.Masks)))
  const meaning = (text: string) => {
    const parsed = parsePipeline(text, 'p.toml', romiLibrary)
    if (parsed.is === 'wrong') throw new Error('a pipeline without mistakes was expected')
    const steps = [...parsed.pipeline.steps.values()]
    return new Map(steps.map(({ name, params, wires }) => [name, { params, wires }]))
  }
  fc.assert(
    fc.property(order, ([names, keys]) => {
      const masks = Object.fromEntries(keys.map((k) => [k, tables.Masks[k as 'threshold']]))
      const text = names
        .map((name) => {
          const table = name === 'Masks' ? masks : tables[name as 'Voxels']
          return `# [Clean]\n${stringify({ [name]: table })}`
        })
        .join('\n# threshold = 9\n')
      expect(meaning(text)).toEqual(meaning(stringify(tables)))
    }),
  )
})
