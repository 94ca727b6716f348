// Colmap: where each photograph was taken, what the lens is, and points of the scene.
import { defineTask, otherScan } from '../src/index.ts'
import { cameras } from './artifacts/cameras.ts'
import { reconstruction } from './artifacts/reconstruction.ts'
import {
  calibratedLensScan,
  colmapResources,
  photographSlot,
  programs,
  retryOn,
} from './colmap/common.ts'
import { poseChecks } from './colmap/checks.ts'
import { colmapParams } from './colmap/params.ts'
import { solve } from './colmap/solve.ts'
import { gatherScan } from './colmap/survey.ts'

export default defineTask({
  name: 'Colmap',
  version: 6,
  summary: 'Estimates the camera pose of each photograph, with COLMAP.',
  doc:
    'Structure from motion by COLMAP (Schönberger & Frahm, 2016), versions 3.8 and newer, on the ' +
    'photographs as they are. The model that fits most of them is brought into the scanner’s frame ' +
    'by least squares over the positions that suit one another (Horn, 1987; Fischler & Bolles, ' +
    '1981): not by COLMAP’s model_aligner, which names no photograph that does not fit, and in ' +
    'version 3.9 loses the scale. Photographs are annotated with colmap_camera, estimated_pose and ' +
    'pose_estimation; one without a pose is warned of, not fatal. Differs from ROMI: k2 of ' +
    'SIMPLE_RADIAL is 0, or estimated where matches demand it; the blind angle is that of the widest ' +
    'group, not of the first, and 30° by default; every model counts, not the first alone; pairs with ' +
    'few matches are left out at first; the principal point of a lens that looks past its middle is ' +
    'estimated, too. COLMAP’s own result varies a little from run to run.',
  inputs: {
    upstream_task: photographSlot,
    intrinsic_calibration_scan_id: calibratedLensScan,
    extrinsic_calibration_scan_id: otherScan('ExtrinsicCalibration', cameras, {
      doc: "a scan along the same path whose calibrated poses replace the scanner's",
      aliases: ['calibration_scan_id'],
    }),
  },
  params: colmapParams,
  output: reconstruction,
  checks: poseChecks,
  annotates: true,
  programs,
  limits: colmapResources,
  retryOn,
  async run(context) {
    return solve(
      await gatherScan(context.inputs, context.params, context.log),
      context.params,
      context,
    )
  },
})
