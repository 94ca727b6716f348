// From photographs to a reconstruction: what Colmap and ExtrinsicCalibration do.
import { join } from 'node:path'
import type { Camera } from '../../src/geometry/camera.ts'
import { commonView } from '../../src/geometry/common-view.ts'
import type { Box, io, TaskContext } from '../../src/index.ts'
import { asOpencv, type Photograph, type Reconstruction } from '../artifacts/reconstruction.ts'
import { boxAround, cropped, boxCentre, overlap, wholeNumbers } from './box.ts'
import { denseCommands, densePoints } from './dense.ts'
import { reportPoses } from './checks.ts'
import { checkPoses, judged } from './judging.ts'
import type { Built } from './mapping.ts'
import { matchingCommand } from './matching.ts'
import type { ColmapParams } from './params.ts'
import { bestPlaced, movedModel, poseOf } from './placing.ts'
import { Colmap, gpuFor, option } from './program.ts'
import { reconstruct } from './reconstruct.ts'
import { isLensRefined, withRefinedLens } from './refined-lens.ts'
import { notAligned, positionsOf, tellRemarks } from './remarks.ts'
import type { Survey } from './survey.ts'

type SolverContext = Pick<
  TaskContext,
  'check' | 'exec' | 'log' | 'progress' | 'scratch' | 'threads'
>

/** Finds the cameras of a scan, brings them into the scanner's frame and judges them. */
export async function solve(
  scan: Survey,
  params: ColmapParams,
  context: SolverContext,
): Promise<Reconstruction> {
  const { log } = context
  const colmap = await Colmap.find(context.exec, params.cli_args)
  await colmap.checkCliArgs(commandsOf(scan, params))
  const gpu = await gpuFor(colmap, params, log)
  const made = await reconstruct(colmap, scan, { ...params, gpu }, context)

  const inFrame = (models: readonly Built[]) =>
    bestPlaced(models, positionsOf(scan.taken), params.alignment_max_error)
  const best = inFrame(made.models)
  if (!best) throw notAligned(made.models, scan.taken, params.alignment_max_error)
  if (made.models.length > 1) log.warn(severalModels(made.models, best.of.model))
  const lensFolder = join(await context.scratch(), 'lens')
  const mended = isLensRefined(scan, params)
    ? await withRefinedLens(colmap, best.of, params, lensFolder, log)
    : best.of
  const placed = inFrame([mended]) ?? best
  const model = movedModel(placed.of.model, placed.similarity)
  const photographs = judged(scan.taken, model, params.distance_threshold)
  tellRemarks(model, photographs, made.features, log)
  reportPoses(model, photographs, context.check)
  checkPoses(photographs, scan.box && boxCentre(scan.box), params)
  await colmap.run('model_analyzer', [option('path', placed.of.folder)])

  const points = { points: model.points3D.xyz, colors: model.points3D.rgb }
  const box = boxWith(points, scan, believed(model, photographs), log)
  const dense = params.compute_dense && {
    dense: await densePoints(
      colmap,
      {
        folder: placed.of.folder,
        imageFolder: made.imageFolder,
        into: join(await context.scratch(), 'dense'),
      },
      placed.similarity,
      box,
    ),
  }
  const { unit } = scan
  const findings = { photographs, box, sparse: cropped(points, box), unit, logs: colmap.logs }
  return { model, findings: { ...findings, ...dense } }
}

const commandsOf = (scan: Survey, params: ColmapParams): readonly string[] => [
  'feature_extractor',
  matchingCommand(scan.matching),
  'mapper',
  ...(isLensRefined(scan, params) ? ['bundle_adjuster'] : []),
  'model_analyzer',
  ...(params.compute_dense ? denseCommands : []),
]

function severalModels(
  models: readonly { readonly model: io.ColmapModel }[],
  taken: io.ColmapModel,
): string {
  const sizes = models.map(({ model }) => model.images.length)
  return (
    `COLMAP could not join the photographs into one model: of models with ${sizes.join(', ')} the ` +
    `one with ${taken.images.length} is taken; smaller steps between photographs help, or ` +
    'matcher = "exhaustive"'
  )
}

/**
 * The box that holds the plant; where none is given, or no point lies in it, that of all points, as
 * in ROMI, less what not all cameras see: points of the room behind the plant go far.
 */
function boxWith(
  points: io.PointCloud,
  { box }: Survey,
  cameras: readonly Camera[],
  log: TaskContext['log'],
): Box {
  if (box && cropped(points, box).points.length > 0) return box
  if (box) log.warn('no point lies in the bounding box: the box of all points is taken instead')
  const all = boxAround(points.points)
  const seen = commonView(cameras)
  const narrow = seen && overlap(all, wholeNumbers(seen))
  return narrow && cropped(points, narrow).points.length > 0 ? narrow : all
}

/** The cameras whose poses are believed; none of a fisheye, whose view has no plane borders. */
function believed(
  { images, cameras }: io.ColmapModel,
  photographs: readonly Photograph[],
): Camera[] {
  const names = new Set(photographs.flatMap(({ name, isCorrect }) => (isCorrect ? [name] : [])))
  const lenses = new Map(cameras.map((lens) => [lens.id, lens]))
  return images.flatMap((image) => {
    const lens = names.has(image.name) ? lenses.get(image.cameraId) : undefined
    const brown = lens && asOpencv(lens)
    return brown?.model === 'OPENCV' ? [{ ...brown, model: brown.model, ...poseOf(image) }] : []
  })
}
