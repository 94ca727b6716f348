// Colmap: where each photograph was taken, what the lens is, and points of the scene.
import { join } from 'node:path'
import { defineTask, files, otherScan, type io, type TaskContext } from '../src/index.ts'
import { cameras } from './artifacts/cameras.ts'
import { images } from './artifacts/images.ts'
import { reconstruction, type Reconstruction } from './artifacts/reconstruction.ts'
import { boxAround, boxReads, cropped, middleOf } from './colmap/box.ts'
import { calibratedKey } from './colmap/calibration.ts'
import { denseCommands, densePoints } from './colmap/dense.ts'
import { checkPoses, judged } from './colmap/judging.ts'
import { matchingCommand } from './colmap/matching.ts'
import { params, type ColmapParams } from './colmap/params.ts'
import { bestPlaced, movedModel } from './colmap/placing.ts'
import { poseKeys } from './colmap/positions.ts'
import { Colmap, gpuFor, option } from './colmap/program.ts'
import { reconstruct } from './colmap/reconstruct.ts'
import { notAligned, positionsOf, tell } from './colmap/remarks.ts'
import { survey, type Survey } from './colmap/survey.ts'

export default defineTask({
  name: 'Colmap',
  version: 1,
  summary: 'Finds where each photograph was taken, by COLMAP.',
  doc:
    'Structure from motion by COLMAP (Schönberger & Frahm, 2016), versions 3.8 and newer, on the ' +
    'photographs as they are. The model that fits most of them is brought into the scanner’s frame ' +
    'by least squares over the positions that suit one another (Horn, 1987; Fischler & Bolles, ' +
    '1981): not by COLMAP’s model_aligner, which names no photograph that does not fit, and in ' +
    'version 3.9 loses the scale. Photographs are annotated with colmap_camera, estimated_pose and ' +
    'pose_estimation; one without a pose is warned of, not fatal. Differs from ROMI: k2 of ' +
    'SIMPLE_RADIAL is 0; the blind angle is that of the widest group, not of the first; every ' +
    'model counts, not the first alone. COLMAP’s own result varies a little from run to run.',
  inputs: {
    upstream_task: files(images, {
      default: 'ImagesFilesetExists',
      doc: 'the photographs',
      reads: {
        file: [...poseKeys, calibratedKey],
        fileset: [...boxReads.fileset, 'unit'],
        scan: [...boxReads.scan, 'unit'],
      },
    }),
    intrinsic_calibration_scan_id: otherScan('IntrinsicCalibration', cameras, {
      doc: 'a scan whose calibrated lens is taken as it is',
    }),
    extrinsic_calibration_scan_id: otherScan('ExtrinsicCalibration', cameras, {
      doc: 'a scan along the same path whose calibrated poses stand for the scanner’s',
    }),
  },
  params,
  output: reconstruction,
  annotates: true,
  programs: [
    {
      name: 'colmap',
      install: 'apt-get install colmap, or see colmap.github.io',
      version: ['help'],
    },
  ],
  // COLMAP draws at random in all its threads: what failed once may succeed
  limits: { cpu: 'all', memory: 2000, retries: 1 },
  async run(context): Promise<Reconstruction> {
    const { inputs, params, log } = context
    const scan = await survey(inputs, params, log)
    const colmap = await Colmap.find(context.exec, params.cli_args)
    await colmap.checkCliArgs(commandsOf(scan, params))
    const gpu = await gpuFor(colmap, params, log)
    const made = await reconstruct(colmap, scan, { ...params, gpu }, context)

    const positions = params.align_pcd ? positionsOf(scan.taken) : new Map()
    const placed = bestPlaced(made.models, positions, params.alignment_max_error)
    if (!placed) throw notAligned(made.models, scan.taken, params.alignment_max_error)
    if (made.models.length > 1) log.warn(severalModels(made.models, placed.of.model))
    const model = movedModel(placed.of.model, placed.similarity)
    const photographs = judged(scan.taken, model, params.distance_threshold)
    tell(model, photographs, made.features, log)
    checkPoses(photographs, scan.box && middleOf(scan.box), params)
    await colmap.run('model_analyzer', [option('path', placed.of.folder)])

    const points = { points: model.points3D.xyz, colors: model.points3D.rgb }
    const box = boxWith(points, scan, log)
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
  },
})

const commandsOf = ({ matching }: Survey, { compute_dense }: ColmapParams): readonly string[] => [
  'feature_extractor',
  matchingCommand(matching),
  'mapper',
  'model_analyzer',
  ...(compute_dense ? denseCommands : []),
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

/** The box that holds the plant; where no point lies in it, that of all points, as in ROMI. */
function boxWith(points: io.PointCloud, { box }: Survey, log: TaskContext['log']) {
  if (box && cropped(points, box).points.length > 0) return box
  if (box) log.warn('no point lies in the bounding box: the box of all points is taken instead')
  return boxAround(points.points)
}
