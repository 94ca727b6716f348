// How good angles and internodes are, as files: AnglesAndInternodesEvaluation.json and a picture.
import type { StepSequence } from '../../src/geometry/alignment/align.ts'
import { mirror, type PhyllotaxisEvaluation } from '../../src/geometry/alignment/evaluate.ts'
import { filesetArtifact, io, RomiError, type JsonObject } from '../../src/index.ts'
import { drawPlots, type Series } from '../../src/io/plot/index.ts'

/** A report as data, and what its picture shows. */
export interface EvaluationReport {
  /** As it stands in the file. */
  readonly figures: JsonObject
  /** Written as a picture, not read. */
  readonly shown?: {
    readonly truth: StepSequence
    readonly measured: StepSequence
    readonly evaluation: PhyllotaxisEvaluation
    readonly unit?: string
  }
}

const evaluationFileId = 'AnglesAndInternodesEvaluation'

/** `AnglesAndInternodesEvaluation.json` and `alignment.svg`. */
export const phyllotaxisEvaluation = filesetArtifact<'phyllotaxisEvaluation', EvaluationReport>({
  name: 'phyllotaxisEvaluation',
  doc: 'agreement of angles and internodes with the ground truth',
  only: [evaluationFileId],
  read: async (fileset) => {
    const figures = await io.readJson(fileset.file(evaluationFileId))
    if (typeof figures === 'object' && figures !== null && !('length' in figures))
      return { figures }
    throw new RomiError('task/bad-file', `${evaluationFileId}.json holds no map: make it again`)
  },
  write: async ({ figures, shown }, output) => {
    await output.write(evaluationFileId, {
      bytes: await io.jsonCodec.encode(figures),
      extension: 'json',
    })
    if (!shown) return
    const bytes = await io.svgCodec.encode(io.renderSvg(picture(shown)))
    await output.write('alignment', { bytes, extension: 'svg' })
  },
})

/** Truth and measurement step by step; what stands for one another is drawn above one another. */
function picture({
  truth,
  measured,
  evaluation,
  unit,
}: NonNullable<EvaluationReport['shown']>): io.Svg {
  const { alignment, handedness, right, matched } = evaluation
  const found = handedness === 'mirrored' ? mirror(measured) : measured
  const lengths = unit === undefined ? '' : ` (${unit})`
  const series = (values: 'angles' | 'internodes'): Series[] => {
    const xy = truth[values].map((value, i) => [i + 1, value] as const)
    const aligned = alignment.steps.flatMap(({ reference: r, measured: m }) =>
      Array.from({ length: m.to - m.from }, (_, k) => {
        const share = m.to - m.from === 1 ? 0 : k / (m.to - m.from) - 0.25
        const merged = (r.to - r.from - 1) / 2
        return [r.from + 1 + merged + share, found[values][m.from + k]] as const
      }),
    )
    return [
      { as: 'line', xy, label: 'true', color: '#888888' },
      { as: 'points', xy: aligned, label: 'measured' },
    ]
  }
  const x = { label: 'true step', min: 0.4, max: truth.angles.length + 0.6 }
  const mirrored = handedness === 'mirrored' ? ', mirrored' : ''
  return drawPlots([
    {
      title: `${right} right, ${matched} matched of ${truth.angles.length}${mirrored}`,
      x,
      y: { label: 'angle (°)', min: 0, max: 360, ticks: [0, 90, 180, 270, 360] },
      series: series('angles'),
    },
    { title: 'Internodes', x, y: { label: `internode${lengths}` }, series: series('internodes') },
  ])
}
