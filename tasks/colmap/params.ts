// The parameters of Colmap.
import * as z from 'zod'
import { cameraModels } from '../../src/geometry/camera.ts'
import { param, type ParamValues } from '../../src/index.ts'
import { matchers } from './matching.ts'

const cliArgs = z.record(
  z.string(),
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
)

/** What Colmap may be told, under ROMI's names where it has them. */
export const colmapParams = {
  matcher: param.choice(matchers, {
    default: 'exhaustive',
    doc:
      'Which pairs of photographs are compared: all; those taken one after the other; those taken ' +
      'near one another; or those that by the scanner’s poses show the same (guided: the fastest).',
  }),
  camera_model: param.choice(cameraModels, {
    default: 'SIMPLE_RADIAL',
    orEmpty: true,
    doc: 'What is looked for in the lens; of a calibration with several, the one to take.',
  }),
  single_camera: param.boolean({
    default: true,
    doc: 'All photographs were taken by one camera, with one focus.',
  }),
  query: param.query({ default: { channel: 'rgb' } }),
  align_pcd: param.boolean({
    default: true,
    doc: 'Brings the model into the scanner’s frame and unit.',
  }),
  alignment_max_error: param.float({
    default: 10,
    min: 0,
    unit: 'length',
    doc: 'How far a pose may be from the scanner’s and still help to align the model.',
    aliases: ['robust_alignment_max_error'],
  }),
  distance_threshold: param.float({
    default: 0,
    min: 0,
    unit: 'length',
    doc: 'A pose that is this far from the scanner’s is marked as incorrect; 0: none is.',
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
    doc: 'Neighbouring photographs without a correct pose may stand for so much of the turn.',
  }),
  min_registered: param.float({
    default: 0.5,
    min: 0,
    max: 1,
    doc: 'The least part of the photographs for which a pose must be found.',
  }),
  bounding_box: param.box({
    default: undefined,
    doc: 'What holds the plant; else the workspace in the metadata, else what the points span.',
  }),
  use_calibration_camera: param.boolean({
    default: true,
    doc: 'Takes the lens, too, from the scan of extrinsic_calibration_scan_id.',
  }),
  max_view_angle: param.float({
    default: 32,
    min: 0,
    max: 180,
    unit: 'degree',
    doc: 'Of guided: views that differ by more are not compared.',
  }),
  max_num_neighbors: param.integer({
    default: 20,
    min: 1,
    doc: 'Of spatial: with how many of its neighbours a photograph is compared.',
  }),
  max_distance: param.float({
    default: undefined as number | undefined, // the type of an optional number
    min: 0,
    unit: 'length',
    doc: 'Of spatial: how far neighbours are at most.',
  }),
  compute_dense: param.boolean({
    default: false,
    doc: 'Also makes a dense point cloud, which takes an NVIDIA GPU.',
  }),
  seed: param.integer({ default: 0, doc: 'Seed of COLMAP’s random choices.' }),
  cli_args: param.of(cliArgs, {
    default: {},
    expects: 'a table of options by command: { mapper = { "Mapper.min_num_matches" = 20 } }',
    doc: 'Options for COLMAP’s commands; they win over ours.',
  }),
  use_gpu: param.boolean({
    default: true,
    significant: false,
    doc: 'Computes on an NVIDIA GPU if there is one.',
  }),
} as const
/** Their values. */
export type ColmapParams = ParamValues<typeof colmapParams>
