// The schema for editors agrees with the parser: a validator of others accepts and refuses alike.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import { pipelineSchema } from '../../src/pipeline/schema.ts'
import { romiLibrary, romiLibraryWithout } from '../support/romi-tasks.ts'
import { sharedData } from '../support/shared.ts'

const schema = pipelineSchema(romiLibrary)
const validate = new Ajv({ strict: true, allErrors: true, allowMatchingProperties: true }).compile(
  structuredClone(schema),
)
const accepts = (text: string): boolean => validate(JSON.parse(JSON.stringify(parse(text))))

describe('the schema', () => {
  test
    .skipIf(!sharedData)
    .each([
      'geom_pipe_real.toml',
      'geom_pipe_virtual.toml',
      'test_geom_pipe_real.toml',
      'test_geom_pipe_virtual.toml',
    ])('accepts %s', (file) => {
    const text = readFileSync(join(sharedData ?? '', 'configs', file), 'utf8')
    expect(accepts(text), JSON.stringify(validate.errors)).toBe(true)
    const fewer = pipelineSchema(
      romiLibraryWithout('AnglesAndInternodesEvaluation', 'Visualization'),
    )
    expect(new Ajv({ strict: false }).validate(structuredClone(fewer), parse(text))).toBe(true)
  })

  test.each([
    '[romi]\nscans = "plant_*"\njobs = 2\ntargets = ["Masks"]',
    '[Masks]\nparameters = [1, 0, 0]\nquery = { channel = "rgb" }\nbinarize = true',
    '[Masks]\nparameters = "[1, 0, 0]"',
    '[Voxels.bounding_box]\nx = [0, 1]\ny = [0, 1]\nz = [0, 1]',
    '[Colmap.romi]\ncpu = "all"\nretries = 2\ntime_limit = 60.5\nadopt = "mine"',
    '[Undistorted]\ncamera_model_src = "Colmap"',
    '[worker]\nx = 1\n[ScanPath.kwargs]\n[Segmentation2D]\n[Clean]\nno_confirm = true\n[Masks]',
    '[Colmap]\nintrinsic_calibration_scan_id = "calib"',
  ])('accepts what the parser accepts: %j', (text) => {
    expect(accepts(text), JSON.stringify(validate.errors)).toBe(true)
    expect(parsePipeline(text, 'p.toml', romiLibrary).is).toBe('ok')
  })

  test.each([
    '[Maks]',
    'jobs = 2',
    'Masks = 3',
    '[romi]\nscan = "a"',
    '[romi]\njobs = 0',
    '[Masks]\ntreshold = 0.2',
    '[Masks]\nthreshold = "high"',
    '[Masks]\nthreshold = 3',
    '[Masks]\ndilation = 1.5',
    '[Masks]\ntype = "linaer"',
    '[Masks]\nparameters = [0, 1]',
    '[Masks]\nparameters = "0, 1, 0"',
    '[Masks]\nupstream_task = "PointCloud"',
    '[Masks]\nupstream_task = ""',
    '[Voxels.bounding_box]\nx = [0, 1]',
    '[Colmap.romi]\ncpu = "half"',
  ])('refuses what the parser refuses: %j', (text) => {
    expect(accepts(text)).toBe(false)
    expect(parsePipeline(text, 'p.toml', romiLibrary).is).toBe('wrong')
  })

  test('bears the doc, the unit and the default of every key', () => {
    expect(schema).toMatchObject({
      properties: {
        Masks: {
          properties: {
            dilation: {
              anyOf: [{ type: 'integer', minimum: 0 }, { type: 'string' }],
              default: 0,
              description: 'growth of the mask. Unit: pixel. Default: 0.',
            },
            upstream_task: {
              default: 'Undistorted',
              enum: expect.arrayContaining(['Undistorted']),
            },
            binarize: { description: expect.stringContaining('no effect') },
          },
        },
        Undistorted: { properties: { camera_model_src: { deprecated: true } } },
      },
    })
  })

  test('agrees with the parser on any value of any parameter of Masks', () => {
    const key = fc.constantFrom('threshold', 'dilation', 'type', 'query', 'romi', 'other')
    const value = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.constantFrom('linear', 'averaging', 'x'),
      fc.boolean(),
      fc.constant({}),
    )
    fc.assert(
      fc.property(fc.dictionary(key, value), (table) => {
        const lines = Object.entries(table).map(([k, v]) => `${k} = ${JSON.stringify(v)}`)
        const text = `[Masks]\n${lines.join('\n')}`
        expect(accepts(text)).toBe(parsePipeline(text, 'p.toml', romiLibrary).is === 'ok')
      }),
    )
  })
})
