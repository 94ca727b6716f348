// The parameters of Colmap.
import * as z from 'zod'
import { solvedCameraModels } from '../../src/geometry/camera.ts'
import { param, type ParamValues } from '../../src/index.ts'
import { matchers } from './matching.ts'

const cliArgs = () =>
  z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])))

/** What Colmap may be told, under ROMI's names where it has them. */
export const colmapParams = {
  matcher: param.choice(matchers, {
    default: 'exhaustive',
    doc:
      'Which pairs of photographs are compared: all; those taken one after the other; those taken ' +
      'near one another; or those that by the scanner’s poses show the same (guided: the fastest).',
  }),
  camera_model: param.choice(solvedCameraModels, {
    default: 'SIMPLE_RADIAL',
    orEmpty: true,
    doc: 'Lens model to estimate; for a calibration with several, the one to take.',
  }),
  single_camera: param.boolean({
    default: true,
    doc: 'Whether one camera with one focus took all photographs.',
  }),
  refine_principal_point: param.boolean({
    default: true,
    doc:
      'Whether the principal point of the lens is estimated, too, once all poses are found; it is ' +
      'taken if it explains the matches clearly better than the middle of the image. Without effect ' +
      'on a calibrated lens, and where single_camera is false.',
  }),
  refine_distortion: param.boolean({
    default: true,
    doc:
      'Whether a second coefficient of radial distortion (k2) is estimated, too, once all poses are ' +
      'found; it is taken if it explains the matches clearly better than k1 alone. Without effect ' +
      'unless camera_model is SIMPLE_RADIAL, on a calibrated lens, and where single_camera is false.',
  }),
  query: param.query({ default: { channel: 'rgb' } }),
  align_pcd: param.boolean({
    default: true,
    doc: "Whether the model is aligned to the scanner's frame and unit.",
  }),
  alignment_max_error: param.float({
    default: 10,
    min: 0,
    unit: 'length',
    doc: "Largest distance from the scanner's pose at which a pose still counts for the alignment.",
    aliases: ['robust_alignment_max_error'],
  }),
  distance_threshold: param.float({
    default: 0,
    min: 0,
    unit: 'length',
    doc: "Distance from the scanner's pose beyond which a pose is marked as incorrect; 0 marks none.",
  }),
  // of pairs of ROMI's published scan that look from 72° apart or more, and show nothing in common,
  // COLMAP takes two in five, for 16 matches in the mean; one in fifty has 20, none 25
  min_num_matches: param.integer({
    default: 25,
    min: 3,
    doc:
      'The least matches of a pair of photographs that tell where they were taken: fewer agree by ' +
      'chance. Where some photographs then find no place, COLMAP’s 15 are tried.',
  }),
  // ROMI's 20 would fail its own published scan, whose scanner drifts beyond 5 mm over five views
  max_blind_angle: param.float({
    default: 30,
    min: 0,
    max: 360,
    unit: 'degree',
    doc: 'Largest angle of the turn that neighbouring photographs without a correct pose may cover.',
  }),
  min_registered: param.float({
    default: 0.5,
    min: 0,
    max: 1,
    doc: 'Smallest share of the photographs for which a pose must be found.',
  }),
  bounding_box: param.box({
    default: undefined,
    doc: 'Box that holds the plant; by default the workspace in the metadata, otherwise the extent of the points.',
  }),
  use_calibration_camera: param.boolean({
    default: true,
    doc: 'Also takes the lens from the scan of extrinsic_calibration_scan_id.',
  }),
  max_view_angle: param.float({
    default: 32,
    min: 0,
    max: 180,
    unit: 'degree',
    doc: 'For matcher = guided: the largest angle between views that are compared.',
  }),
  max_num_neighbors: param.integer({
    default: 20,
    min: 1,
    doc: 'For matcher = spatial: number of neighbours that a photograph is compared with.',
  }),
  max_distance: param.float({
    default: undefined as number | undefined, // the type of an optional number
    min: 0,
    unit: 'length',
    doc: 'For matcher = spatial: largest distance of neighbours.',
  }),
  compute_dense: param.boolean({
    default: false,
    doc: 'Also computes a dense point cloud, which needs an NVIDIA GPU.',
  }),
  seed: param.integer({ default: 0, doc: 'Seed of COLMAP’s random choices.' }),
  cli_args: param.of(cliArgs, {
    default: {},
    expects: 'a table of options by command: { mapper = { "Mapper.min_num_matches" = 20 } }',
    doc: "Options for COLMAP's commands; they override ours.",
  }),
  use_gpu: param.boolean({
    default: true,
    significant: false,
    doc: 'Matches features on an NVIDIA GPU if there is one; they are found on the CPU.',
  }),
} as const
/** Their values. */
export type ColmapParams = ParamValues<typeof colmapParams>
