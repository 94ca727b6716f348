// ExtrinsicCalibration: where the cameras of a scanner really stand along a path.
import { defineTask, param } from '../../src/index.ts'
import { solvedCameraModels } from '../../src/geometry/camera.ts'
import { reconstruction } from '../artifacts/reconstruction.ts'
import { calibratedLensScan, colmapResources, photographSlot, programs, retryOn } from './common.ts'
import { poseChecks } from './checks.ts'
import { colmapParams } from './params.ts'
import { solve } from './solve.ts'
import { gatherScan } from './survey.ts'

// it is the calibration that others use
const { use_calibration_camera: _, ...sharedParams } = colmapParams
const calibrationParams = {
  ...sharedParams,
  camera_model: param.choice(solvedCameraModels, {
    default: 'OPENCV',
    doc: 'Lens model to estimate.',
  }),
}

export default defineTask({
  name: 'ExtrinsicCalibration',
  version: 6,
  summary: 'Calibrates the camera poses of a scanner, for other scans along the same path.',
  doc:
    'As Colmap, on a scan of things with much texture: Colmap of another scan takes its lens and ' +
    'its poses where Colmap.extrinsic_calibration_scan_id names this scan. ROMI leaves the poses ' +
    'in the metadata of the photographs; here they stand in images.json.',
  inputs: {
    upstream_task: photographSlot,
    intrinsic_calibration_scan_id: calibratedLensScan,
  },
  params: calibrationParams,
  output: reconstruction,
  checks: poseChecks,
  annotates: true,
  programs,
  limits: colmapResources,
  retryOn,
  async run(context) {
    const own = { ...context.params, use_calibration_camera: false }
    const inputs = { ...context.inputs, extrinsic_calibration_scan_id: undefined }
    return solve(await gatherScan(inputs, own, context.log), own, context)
  },
})
