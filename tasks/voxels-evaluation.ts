// VoxelsEvaluation: how well voxels agree with the truth.
import { voxelsOfLabel } from '../src/geometry/points/labels.ts'
import { voxelAgreement, type VoxelAgreement } from '../src/geometry/voxels/agreement.ts'
import type { Grid } from '../src/geometry/voxels/grid.ts'
import { defineTask, fileset, RomiError, type JsonObject } from '../src/index.ts'
import { voxelsEvaluation } from './artifacts/figures.ts'
import { plantOf, voxelGrid, type VoxelGrid } from './artifacts/voxel-grid.ts'

const background = 'background'

export default defineTask({
  name: 'VoxelsEvaluation',
  version: 1,
  summary: 'Compares voxels with the ground truth.',
  doc:
    'Counts voxels that stand in both (tp), in the result alone (fp), in the truth alone (fn) and ' +
    'in neither (tn); precision, recall, F-score and intersection over union follow. all is the ' +
    'whole plant; where the voxels have labels, each label that both know is compared as well, a ' +
    'voxel being of its most likely label. A carved volume is never smaller than the plant if masks ' +
    'and cameras are right: recall below 1 tells of stalks that are lost.',
  inputs: {
    upstream_task: fileset(voxelGrid, { default: 'Voxels', doc: 'the voxels to evaluate' }),
    ground_truth: fileset(voxelGrid, {
      default: 'VoxelsGroundTruth',
      doc: 'the true voxels of the plant, on the same grid',
      groundTruth: ({ files }) => files > 0,
    }),
  },
  params: {},
  output: voxelsEvaluation,
  async run({ inputs, log }) {
    const predicted = await inputs.upstream_task.read()
    const truth = await inputs.ground_truth.read()
    if (!isSameGrid(predicted.grid, truth.grid))
      throw new RomiError(
        'task/size-mismatch',
        'the true voxels lie on another grid: VoxelsGroundTruth.upstream_voxels must name the step ' +
          'that is judged',
      )
    const all = voxelAgreement(plantOf(predicted).data, plantOf(truth).data)
    log.info(
      `precision ${percent(all.precision)}, recall ${percent(all.recall)}, F-score ${percent(all.fScore)}`,
    )
    const shared = [...truth.layers.keys()].filter(
      (label) => label !== background && predicted.layers.has(label),
    )
    const labels = shared.map((label) => [
      label,
      agreementJson(voxelAgreement(ofLabel(predicted, label), ofLabel(truth, label))),
    ])
    return { all: agreementJson(all), labels: Object.fromEntries(labels) as JsonObject }
  },
})

const isSameGrid = (a: Grid, b: Grid): boolean =>
  a.spacing === b.spacing &&
  a.shape.every((count, d) => count === b.shape[d] && a.origin[d] === b.origin[d])

function ofLabel({ grid, layers }: VoxelGrid, label: string): Int8Array {
  const names = [...layers.keys()]
  const volumes = [...layers.values()].map((data) => ({ ...grid, data }))
  const at = names.indexOf(background)
  return voxelsOfLabel(volumes, names.indexOf(label), at < 0 ? undefined : at, {
    backgroundPrior: 1,
    minScore: 0.5,
  }).data
}

const agreementJson = (agreement: VoxelAgreement): JsonObject => ({
  tp: agreement.truePositives,
  fp: agreement.falsePositives,
  fn: agreement.falseNegatives,
  tn: agreement.trueNegatives,
  precision: agreement.precision,
  recall: agreement.recall,
  f_score: agreement.fScore,
  intersection_over_union: agreement.intersectionOverUnion,
})

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
