// AnglesAndInternodesEvaluation: how near angles and internodes are to the truth.
import type { AlignedSteps, StepSequence } from '../src/geometry/alignment/align.ts'
import {
  evaluatePhyllotaxis,
  mirror,
  type ErrorSummary,
  type PhyllotaxisEvaluation,
} from '../src/geometry/alignment/evaluate.ts'
import { extraOrgans } from '../src/geometry/alignment/extra-organs.ts'
import { signedTurn } from '../src/geometry/angle.ts'
import { countByKind, type OrganKind } from '../src/geometry/phyllotaxis/kinds.ts'
import { defineTask, fileset, param, RomiError, type JsonObject } from '../src/index.ts'
import { measuredScan, truthFile, virtualPlantTruth } from './artifacts/ground-truth.ts'
import { phyllotaxisEvaluation } from './artifacts/phyllotaxis-evaluation.ts'
import { phyllotaxis } from './artifacts/phyllotaxis.ts'
import { likelyUnit, type AngleUnit, type TrueSteps } from './artifacts/true-steps.ts'

export default defineTask({
  name: 'AnglesAndInternodesEvaluation',
  version: 2,
  summary: 'Compares angles and internodes with the ground truth.',
  doc:
    'The sequences are aligned by dynamic programming with free ends, splits and merges (dynamic ' +
    'time warping, Sakoe & Chiba, 1978) at a mixed cost of angles and internodes. A step is right ' +
    'when its angle and its internode are both within tolerance; "matched" alone flatters. Extra steps are told by the kind of the organ ' +
    'that made them. Both ' +
    'handednesses are tried, each for the whole sequence: people count along the genetic spiral, ' +
    'AnglesAndInternodes counter-clockwise. Unlike in ROMI, angles in radians are told from ' +
    'degrees, and which was taken is stated.',
  inputs: {
    upstream_task: fileset(phyllotaxis, {
      default: 'AnglesAndInternodes',
      doc: 'the measurement to evaluate',
    }),
    ground_truth: fileset([truthFile, virtualPlantTruth, measuredScan], {
      default: 'ImagesFilesetExists',
      doc: 'photographs (hand measurements of their scan), a virtual plant, or a JSON file',
      measures: true,
      groundTruth: ({ artifact, measured, files }) =>
        artifact === 'images' ? measured : files > 0,
    }),
  },
  params: {
    free_ends: param.float({
      default: 0.4,
      min: 0,
      max: 1,
      doc: 'Share of the shorter sequence that the alignment may leave out at each end.',
    }),
    free_ends_eps: param.float({
      default: 0.01,
      min: 0,
      doc: 'Cost of leaving out a measured step at an end (0.2 more for a true one); an error of 180° costs 0.71.',
    }),
    gt_angles_type: param.choice(['', 'degrees', 'radians', 'degree', 'radian'], {
      default: '',
      doc: 'Unit of the true angles; if empty, the unit that they state, or the one that their size suggests.',
    }),
    angle_tolerance: param.float({
      default: 10,
      min: 0,
      max: 180,
      unit: 'degree',
      doc: 'Largest error of the angle of a step that counts as right.',
    }),
    internode_tolerance: param.float({
      default: 0.2,
      min: 0,
      doc: 'Largest error of the internode of a step that counts as right, as a share of the mean true internode.',
    }),
  },
  output: phyllotaxisEvaluation,
  async run({ inputs, params, log }) {
    const { angles, internodes, kinds, unit } = await inputs.upstream_task.read()
    const measured = { angles, internodes }
    const given = await inputs.ground_truth.read()
    if (!given || given.angles.length === 0)
      throw new RomiError(
        'task/empty-input',
        `${inputs.ground_truth.id ?? 'the scan'} tells no true angles and internodes`,
      )
    const angleUnit = angleUnitOf(given, params.gt_angles_type)
    const truth = inDegrees(given, angleUnit)
    const evaluation = evaluatePhyllotaxis(truth, measured, {
      freeEnds: params.free_ends,
      freeEndsCost: params.free_ends_eps,
      angleTolerance: params.angle_tolerance,
      internodeTolerance: params.internode_tolerance,
    })
    const byKind = kinds && extraByKind(evaluation, kinds)
    log.info(extraInWords(evaluation, byKind, unit))
    return {
      figures: {
        ground_truth: inputs.ground_truth.id ?? inputs.ground_truth.task,
        ground_truth_angle_unit: angleUnit,
        angle_unit: 'degree',
        length_unit: unit ?? null,
        ...counted(evaluation),
        extra_by_kind: byKind ?? null,
        angle_tolerance: params.angle_tolerance,
        internode_tolerance: params.internode_tolerance * meanValue(truth.internodes),
        angle: errorJson(evaluation.angle),
        internode: errorJson(evaluation.internode),
        alignment_cost: evaluation.alignment.cost,
        alignment: evaluation.alignment.steps.map((step) =>
          toldStep(step, truth, evaluation.handedness === 'mirrored' ? mirror(measured) : measured),
        ),
      },
      shown: { truth, measured, evaluation, ...(unit !== undefined && { unit }) },
    }
  },
})

function angleUnitOf({ angles, angleUnit }: TrueSteps, named: string): AngleUnit {
  if (named !== '') return named.startsWith('degree') ? 'degree' : 'radian'
  return angleUnit ?? likelyUnit(angles)
}

const inDegrees = ({ angles, internodes }: TrueSteps, unit: AngleUnit): StepSequence => ({
  angles: unit === 'degree' ? angles : angles.map((angle) => (angle * 180) / Math.PI),
  internodes,
})

/** How many extra steps organs of each kind made. */
function extraByKind(
  { alignment, measured }: PhyllotaxisEvaluation,
  kinds: readonly OrganKind[],
): Record<string, number> {
  return Object.fromEntries(
    countByKind(extraOrgans(alignment, measured).map((organ) => kinds[organ])),
  )
}

function extraInWords(
  evaluation: PhyllotaxisEvaluation,
  byKind: Readonly<Record<string, number>> | undefined,
  unit: string | undefined,
): string {
  const { right, matched, reference, extra, handedness, angle, internode } = evaluation
  const lengths = unit === undefined ? ' (unit not stated)' : ` ${unit}`
  const kinds = Object.entries(byKind ?? {}).map(([kind, count]) => `${count} ${kind}`)
  const told = kinds.length > 0 ? ` (${kinds.join(', ')})` : ''
  return [
    `${right} of ${reference} steps right, ${matched} matched${extra > 0 ? `, ${extra} extra${told}` : ''}`,
    ...(angle ? [`angles off by ${angle.mae.toFixed(1)}° on average`] : []),
    ...(internode ? [`internodes by ${internode.mae.toPrecision(2)}${lengths}`] : []),
    ...(handedness === 'mirrored' ? ['counted the other way round than the truth'] : []),
  ].join('; ')
}

const counted = (evaluation: PhyllotaxisEvaluation): JsonObject => ({
  handedness: evaluation.handedness,
  true_steps: evaluation.reference,
  measured_steps: evaluation.measured,
  right: evaluation.right,
  right_angles: evaluation.rightAngles,
  matched: evaluation.matched,
  missed: evaluation.missed,
  extra: evaluation.extra,
})

const errorJson = (errors: ErrorSummary | undefined): JsonObject | null =>
  errors ? { mae: errors.mae, median: errors.median, bias: errors.bias } : null

/** Which steps stand for which, counted from 0, and by how much their sums differ. */
function toldStep(
  { reference: r, measured: m, cost }: AlignedSteps,
  truth: StepSequence,
  measured: StepSequence,
): JsonObject {
  const sum = (values: readonly number[], { from, to }: AlignedSteps['reference']) =>
    values.slice(from, to).reduce((total, value) => total + value, 0)
  const [merged, split] = [r.to - r.from > 1, m.to - m.from > 1]
  return {
    is: merged ? (split ? 'merge and split' : 'merge') : split ? 'split' : 'match',
    true_steps: range(r),
    measured_steps: range(m),
    angle_error: signedTurn(sum(measured.angles, m) - sum(truth.angles, r)),
    internode_error: sum(measured.internodes, m) - sum(truth.internodes, r),
    cost,
  }
}

const range = ({ from, to }: AlignedSteps['reference']): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)

const meanValue = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
