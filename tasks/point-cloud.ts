// PointCloud: points on the surface of the voxels that stand, with normals.
import * as z from 'zod'
import type { PointCloud } from '../src/geometry/points/cloud.ts'
import { voxelsOfLabel, type LabelRule } from '../src/geometry/points/labels.ts'
import { levelSetPoints } from '../src/geometry/points/level-set.ts'
import type { Volume } from '../src/geometry/voxels/grid.ts'
import { defineTask, fileset, param, RomiError } from '../src/index.ts'
import { pointCloud, type SurfaceCloud } from './artifacts/point-cloud.ts'
import { voxelGrid, type VoxelGrid } from './artifacts/voxel-grid.ts'

const colour = () => z.tuple([z.number(), z.number(), z.number()])

/** The label whose voxels are no part of the plant. */
const backgroundLabel = 'background'

const optionalFloat = (doc: string) =>
  param.float({ default: undefined as number | undefined, doc }) // the type of an optional number

export default defineTask({
  name: 'PointCloud',
  version: 1,
  summary: 'Extracts surface points with outward normals from the voxels.',
  doc:
    'With the signed distance D of each voxel to the surface (in voxels, positive inside) and the ' +
    'gradient g of D smoothed over one voxel, each voxel with −L < D ≤ −L + √3 is moved along ' +
    '−g/|g| by D + L − √3/2, where L is level_set_value; −g/|g| is the normal. The points are ' +
    'ROMI’s, in the same order. Voxels of several labels give a cloud with the label and the colour ' +
    'of each point.',
  inputs: {
    upstream_task: fileset(voxelGrid, { default: 'Voxels', doc: 'the voxels' }),
  },
  params: {
    level_set_value: param.float({
      default: 0,
      min: -50,
      max: 50,
      unit: 'voxel',
      doc: "Distance of the surface from the voxels' border, positive outside.",
    }),
    background_prior: param.float({
      default: 1,
      doc: 'For labelled voxels: factor on the background before labels are compared.',
    }),
    min_contrast: optionalFloat(
      'Of labels: how many times as likely as any other a voxel’s label must be.',
    ),
    min_score: optionalFloat('Of labels: above which value a voxel’s label must lie.'),
    colors: param.of(() => z.record(z.string(), colour()), {
      default: {},
      expects: 'a table of labels and colours, each [red, green, blue] from 0 to 1',
      doc: 'For labelled voxels: colours of the points by label; by default colours that are easily told apart.',
    }),
  },
  ignored: { log: 'ROMI accepts it and does nothing with it: values are compared as they stand' },
  output: pointCloud,
  limits: { cpu: 'spare', memory: 'large' },
  async run({ inputs, params, log, progress, signal, threads }) {
    const { grid, layers } = await inputs.upstream_task.read()
    const level = params.level_set_value
    const effort = { threads, signal }
    if (layers.size === 1) {
      const [data] = layers.values()
      const cloud = await levelSetPoints({ ...grid, data }, level, effort)
      if (cloud.points.length === 0) throw noPoints()
      log.info(`${cloud.points.length / 3} points`)
      return { cloud, spacing: grid.spacing, isFinal: true }
    }
    const clouds: LabelCloud[] = []
    const labels = [...layers.keys()].filter((label) => label !== backgroundLabel)
    for (const label of labels) {
      const volume = ownVoxels({ grid, layers }, label, {
        backgroundPrior: params.background_prior,
        ...(params.min_contrast !== undefined && { minContrast: params.min_contrast }),
        ...(params.min_score !== undefined && { minScore: params.min_score }),
      })
      const cloud = await levelSetPoints(volume, level, effort)
      log.info(`${cloud.points.length / 3} points of ${label}`)
      clouds.push({ label, cloud, colour: colourOf(label, clouds.length, params.colors) })
      progress(clouds.length, labels.length, label)
    }
    const all = together(clouds)
    if (all.cloud.points.length === 0) throw noPoints()
    return { ...all, spacing: grid.spacing, isFinal: true }
  },
})

interface LabelCloud {
  readonly label: string
  readonly cloud: PointCloud
  /** From 0 to 255. */
  readonly colour: readonly number[]
}

function ownVoxels({ grid, layers }: VoxelGrid, label: string, rule: LabelRule): Volume {
  const names = [...layers.keys()]
  const volumes = [...layers.values()].map((data) => ({ ...grid, data }))
  const background = names.indexOf(backgroundLabel)
  const own = names.indexOf(label)
  return voxelsOfLabel(volumes, own, background < 0 ? undefined : background, rule)
}

/** Okabe & Ito, 2008: colours that people with any kind of sight tell apart. */
const labelColours = [
  [0, 158, 115],
  [230, 159, 0],
  [86, 180, 233],
  [204, 121, 167],
  [0, 114, 178],
  [213, 94, 0],
  [240, 228, 66],
]

function colourOf(
  label: string,
  place: number,
  given: Readonly<Record<string, readonly number[]>>,
): readonly number[] {
  return (
    given[label]?.map((part) => Math.round(255 * part)) ?? labelColours[place % labelColours.length]
  )
}

function together(clouds: readonly LabelCloud[]): SurfaceCloud {
  const counts = clouds.map(({ cloud }) => cloud.points.length / 3)
  return {
    cloud: {
      points: Float64Array.from(clouds.flatMap(({ cloud }) => [...cloud.points])),
      normals: Float64Array.from(clouds.flatMap(({ cloud }) => [...(cloud.normals ?? [])])),
      colors: Uint8Array.from(
        clouds.flatMap(({ colour }, i) => Array.from({ length: counts[i] }, () => colour).flat()),
      ),
    },
    labels: clouds.flatMap(({ label }, i) => Array.from({ length: counts[i] }, () => label)),
  }
}

function noPoints(): RomiError {
  return new RomiError(
    'task/empty-result',
    'there is no surface: no voxel lies above 0.5, or all do. Look at the masks and at the box of Voxels',
  )
}
