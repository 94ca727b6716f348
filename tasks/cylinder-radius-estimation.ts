// CylinderRadiusEstimation: the radius of a cylinder from points of its surface.
import { fitCylinder } from '../src/geometry/cylinder.ts'
import type { PointCloud } from '../src/geometry/points/cloud.ts'
import { defineTask, fileset, RomiError, type InputFileset, type JsonObject } from '../src/index.ts'
import { cylinderRadius } from './artifacts/figures.ts'
import { pointCloud } from './artifacts/point-cloud.ts'

export default defineTask({
  name: 'CylinderRadiusEstimation',
  version: 1,
  summary: 'Measures the radius of a cylinder, to check a scanner on an object of known size.',
  doc:
    'The cylinder that fits the points by least squares, whichever way it stands (Lukács, Martin & ' +
    'Marshall, 1998); of a cloud with normals, those of its two ends are left out. The truth is what ' +
    'CylinderRadiusGroundTruth says, or radius in the scan’s measures.json. ROMI takes the mean ' +
    'distance to a principal axis, which a cylinder as high as wide or seen from one side misleads.',
  inputs: {
    upstream_task: fileset(pointCloud, {
      default: 'CylinderRadiusGroundTruth',
      doc: "points on the cylinder's surface",
      reads: { fileset: ['radius'], scan: ['unit'] },
      measures: true,
    }),
  },
  params: {},
  output: cylinderRadius,
  async run({ inputs: { upstream_task: input }, log }): Promise<JsonObject> {
    const { cloud } = await input.read()
    if (cloud.points.length < 18)
      throw new RomiError('task/empty-input', 'fewer than six points: there is no cylinder to fit')
    const { radius, residual } = fitCylinder(mantleOf(cloud))
    const truth = trueRadius(input)
    if (truth === undefined) {
      log.info(`radius ${radius.toPrecision(4)}; nobody says how large it is: no error is told`)
      return { calculated_radius: radius, residual }
    }
    const error = (100 * Math.abs(radius - truth)) / truth
    log.info(
      `radius ${radius.toPrecision(4)}, true ${truth.toPrecision(4)}: ${error.toFixed(2)} % off`,
    )
    return { calculated_radius: radius, residual, gt_radius: truth, 'err (%)': error }
  },
})

/** The points of the side: their normals stand across the axis of a first fit. */
function mantleOf({ points, normals }: PointCloud): Float64Array {
  if (normals === undefined) return points
  const { axis } = fitCylinder(points)
  const isSide = (i: number): boolean => {
    const n = Math.floor(i / 3) * 3
    const upright = normals[n] * axis[0] + normals[n + 1] * axis[1] + normals[n + 2] * axis[2]
    return Math.abs(upright) < 0.5
  }
  const side = points.filter((_, i) => isSide(i))
  return side.length < 18 ? points : side
}

/** What the fileset says, else what was measured on the scan. */
function trueRadius(input: Pick<InputFileset, 'metadata' | 'measures'>): number | undefined {
  const said = input.metadata('radius') ?? input.measures?.radius
  return typeof said === 'number' && said > 0 ? said : undefined
}
