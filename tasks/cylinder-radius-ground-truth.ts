// CylinderRadiusGroundTruth: a cloud of points on a cylinder of known radius.
import * as z from 'zod'
import { cylinderPoints } from '../src/geometry/cylinder.ts'
import { random } from '../src/geometry/random.ts'
import { defineTask, param } from '../src/index.ts'
import { pointCloud } from './artifacts/point-cloud.ts'

const sizeOrRandom = () =>
  z.union([
    z.literal('random'),
    z.number().positive(),
    z
      .string()
      .regex(/^\s*\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i)
      .transform(Number)
      .pipe(z.number().positive()),
  ])

const sizeParam = (what: string) =>
  param.of<number | 'random'>(sizeOrRandom, {
    default: 'random',
    expects: 'a number above 0, or "random"',
    doc: `The ${what}, in the scan's unit; "random": from 1 to 100, drawn by seed.`,
  })

export default defineTask({
  name: 'CylinderRadiusGroundTruth',
  version: 1,
  summary: 'Samples points on a cylinder of known radius.',
  doc:
    'Points lie evenly at random on the side of an upright cylinder that stands at the origin. ' +
    'radius, height and nb_points stand in the metadata of the fileset. Unlike in ROMI, the same ' +
    'seed gives the same cylinder.',
  inputs: {},
  params: {
    radius: sizeParam('radius'),
    height: sizeParam('height'),
    nb_points: param.integer({ default: 10000, min: 6, doc: 'Number of points.' }),
    seed: param.integer({ default: 0, doc: 'Seed of the points and of the random sizes.' }),
  },
  output: pointCloud,
  run({ params, log }) {
    const draw = random(params.seed, 1)
    const [drawnRadius, drawnHeight] = [1 + 99 * draw.uniform(), 1 + 99 * draw.uniform()]
    const radius = params.radius === 'random' ? drawnRadius : params.radius
    const height = params.height === 'random' ? drawnHeight : params.height
    log.info(`radius ${radius.toPrecision(4)}, height ${height.toPrecision(4)}`)
    const cloud = cylinderPoints(radius, height, params.nb_points, params.seed)
    return { cloud, metadata: { radius, height, nb_points: params.nb_points } }
  },
})
