// Undistorted: photographs as an ideal pinhole would have taken them.
import { solvedCameraModels, type Intrinsics } from '../src/geometry/camera.ts'
import { remap, undistortionMap, type UndistortionMap } from '../src/geometry/undistort.ts'
import { annotations, defineTask, files, otherScan, param, RomiError } from '../src/index.ts'
import { calibratedLens, calibrationOf } from './artifacts/calibrated-lens.ts'
import { cameraOf, cameras, carriedCameras } from './artifacts/cameras.ts'
import { images } from './artifacts/images.ts'
import { imageOf, pixelsOf } from './artifacts/pixels.ts'

export default defineTask({
  name: 'Undistorted',
  version: 1,
  summary: 'Removes lens distortion from photographs.',
  doc:
    'Resamples each photograph (bilinear, black beyond the border) to the ideal pinhole with the ' +
    'same focal lengths and principal point, as OpenCV’s undistort does. The camera is the one in ' +
    'the photograph’s metadata, which Colmap annotates; or, if another scan is named, what was ' +
    'calibrated there. A camera that ROMI exported as OPENCV with k1 = k2 is taken for the ' +
    'SIMPLE_RADIAL that it was.',
  inputs: {
    upstream_task: files(images, {
      default: 'ImagesFilesetExists',
      doc: 'the photographs',
      reads: ({ camera_metadata }) => [String(camera_metadata)],
    }),
    camera_model_src: annotations({
      default: 'Colmap',
      doc: 'the step that computed the cameras; DummyTask if a calibration or the photographs carry them',
      aliases: ['upstream_camera_model'],
      unneeded: ({ upstream, calibrated }) => calibrated.has(upstream),
      carried: ({ camera_metadata: key }) => carriedCameras(String(key), 'camera_model_src'),
    }),
    intrinsic_calibration_scan_id: otherScan('IntrinsicCalibration', cameras, {
      doc: "a scan whose calibrated lens is used instead of the step's",
      aliases: ['intrinsic_calib_scan_id'],
    }),
    extrinsic_calibration_scan_id: otherScan('ExtrinsicCalibration', cameras, {
      doc: 'a scan whose calibrated cameras give the lens instead of the step',
      aliases: ['extrinsic_calib_scan_id'],
    }),
  },
  params: {
    camera_metadata: param.string({
      default: 'colmap_camera',
      doc: 'Metadata key of the photographs that holds the camera.',
    }),
    camera_model: param.choice(solvedCameraModels, {
      default: 'SIMPLE_RADIAL',
      orEmpty: true,
      doc: 'The model to take from a calibration that has several for one lens.',
    }),
    query: param.query(),
  },
  output: images,
  each: 'upstream_task',
  fileMetadata: () => ({ undistorted: true }),
  async run({ file, value, params, inputs }) {
    const calibration = inputs.intrinsic_calibration_scan_id ?? inputs.extrinsic_calibration_scan_id
    const pixels = pixelsOf(value, file)
    const camera = calibration
      ? calibratedLens(await calibrationOf(calibration), params.camera_model, pixels)
      : cameraOf(file, params.camera_metadata)
    if (pixels.width !== camera.width || pixels.height !== camera.height)
      throw new RomiError(
        'task/size-mismatch',
        `${file.filename} has ${pixels.width} × ${pixels.height} pixels, but its camera ` +
          `${camera.width} × ${camera.height}, which was found on other images: find the cameras ` +
          'anew for these, or leave out by query what is of another size',
        { facts: { file: file.filename } },
      )
    const map = mapFor(camera)
    return map ? imageOf(remap(pixels, map)) : value
  },
})

/** The last map: photographs of a scan have one camera, and a map takes as long as three images. */
let last: { readonly key: string; readonly map: UndistortionMap | undefined } | undefined

function mapFor({ model, width, height, params }: Intrinsics): UndistortionMap | undefined {
  const key = JSON.stringify([model, width, height, params])
  if (last?.key !== key) last = { key, map: undistortionMap({ model, width, height, params }) }
  return last.map
}
