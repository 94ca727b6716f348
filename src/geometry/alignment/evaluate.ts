// How good a measured phyllotaxis is: right, matched, missed, extra, errors and bias.
import { signedTurn } from '../angle.ts'
import {
  alignSequences,
  type Alignment,
  type AlignmentOptions,
  type StepSequence,
} from './align.ts'

export interface EvaluationOptions extends AlignmentOptions {
  /** The angle of a step is right if it is at most this many degrees off. */
  readonly angleTolerance?: number
  /** A right step's internode is off by at most this share of the mean true internode. */
  readonly internodeTolerance?: number
}

/** Errors of the matched steps, measured minus true. */
export interface ErrorSummary {
  /** Mean of the absolute errors. */
  readonly mae: number
  /** Median of the absolute errors. */
  readonly median: number
  /** Mean of the signed errors. */
  readonly bias: number
}

export interface PhyllotaxisEvaluation {
  /** Whether the measured angles count the same way round as the true ones, all of them. */
  readonly handedness: 'same' | 'mirrored'
  /** True steps, measured steps. */
  readonly reference: number
  readonly measured: number
  /** Matched steps whose angle and internode are both within tolerance. */
  readonly right: number
  /** Matched steps whose angle is. */
  readonly rightAngles: number
  /** True steps with one measured counterpart. */
  readonly matched: number
  /** True steps without; measured steps without. */
  readonly missed: number
  readonly extra: number
  /** Degrees; absent if no step was matched. */
  readonly angle?: ErrorSummary
  /** In the unit of the internodes; absent if no step was matched. */
  readonly internode?: ErrorSummary
  readonly alignment: Alignment
}

/**
 * Compares under both handednesses, each for the whole sequence, and keeps the one that aligns at
 * the smaller cost: people count angles along the genetic spiral, which climbs either way.
 */
export function evaluatePhyllotaxis(
  reference: StepSequence,
  measured: StepSequence,
  options: EvaluationOptions = {},
): PhyllotaxisEvaluation {
  const same = evaluateAs('same', reference, measured, options)
  const mirrored = evaluateAs('mirrored', reference, mirror(measured), options)
  return mirrored.alignment.cost < same.alignment.cost ? mirrored : same
}

/** The same steps counted the other way round. */
export function mirror({ angles, internodes }: StepSequence): StepSequence {
  return { angles: angles.map((angle) => (360 - angle) % 360), internodes }
}

function evaluateAs(
  handedness: 'same' | 'mirrored',
  reference: StepSequence,
  measured: StepSequence,
  options: EvaluationOptions,
): PhyllotaxisEvaluation {
  const { angleTolerance = 10, internodeTolerance = 0.2 } = options
  const alignment = alignSequences(reference, measured, options)
  const meanInternode = mean(reference.internodes)
  const pairs = alignment.steps
    .filter(({ reference: r, measured: t }) => r.to - r.from === 1 && t.to - t.from === 1)
    .map(({ reference: { from: i }, measured: { from: j } }) => ({
      angle: signedTurn(measured.angles[j] - reference.angles[i]),
      internode: measured.internodes[j] - reference.internodes[i],
    }))
  const angleRight = pairs.filter(({ angle }) => Math.abs(angle) <= angleTolerance)
  return {
    handedness,
    reference: reference.angles.length,
    measured: measured.angles.length,
    right: angleRight.filter(
      ({ internode }) => Math.abs(internode) <= internodeTolerance * meanInternode,
    ).length,
    rightAngles: angleRight.length,
    matched: pairs.length,
    missed: reference.angles.length - pairs.length,
    extra: measured.angles.length - pairs.length,
    ...(pairs.length > 0 && {
      angle: summaryOfErrors(pairs.map(({ angle }) => angle)),
      internode: summaryOfErrors(pairs.map(({ internode }) => internode)),
    }),
    alignment,
  }
}

function summaryOfErrors(errors: readonly number[]): ErrorSummary {
  const sizes = errors.map(Math.abs).sort((a, b) => a - b)
  const middle = sizes.length / 2
  const median = (sizes[Math.ceil(middle) - 1] + sizes[Math.floor(middle)]) / 2
  return { mae: mean(sizes), median, bias: mean(errors) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
