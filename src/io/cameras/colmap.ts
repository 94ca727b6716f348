// Cameras of a COLMAP model, text or binary.
//
// Axes and direction are ours: world to camera, x right, y down, z forward; pixels count from the
// outer corner of the first one. The unit is that of the model: without alignment, one of its own.
import { Damage } from '../codec.ts'
import { colmapCamerasCodec, colmapImagesCodec, type ColmapCamera } from '../colmap/index.ts'
import { cameraFromPose, type CameraMetadata, type TurnMatrix } from './camera.ts'

/** The cameras of `cameras.*` and `images.*`, by image name. */
export async function camerasOfColmap(
  cameras: Uint8Array,
  images: Uint8Array,
): Promise<ReadonlyMap<string, CameraMetadata>> {
  const lenses = await colmapCamerasCodec().decode(cameras, 'cameras')
  const byId = new Map(lenses.map((lens) => [lens.id, lens]))
  const found = new Map<string, CameraMetadata>()
  for (const { name, qvec, tvec, cameraId } of await colmapImagesCodec().decode(images, 'images')) {
    const lens = byId.get(cameraId)
    if (!lens) throw new Damage(`it has no camera ${cameraId}, which ${name} was taken with`)
    found.set(name, cameraFromPose(modelKnownHere(lens), turnOf(qvec), tvec))
  }
  return found
}

const sameHere = [
  'SIMPLE_PINHOLE',
  'PINHOLE',
  'SIMPLE_RADIAL',
  'RADIAL',
  'OPENCV',
  'FULL_OPENCV',
  'OPENCV_FISHEYE',
]

/** The lens as it is, or as the fisheye that it is a case of. */
function modelKnownHere({ model, width, height, params }: ColmapCamera) {
  const size = { width, height }
  if (model === 'FULL_OPENCV' && params.slice(9).some((value) => value !== 0))
    throw new Damage('its lens is FULL_OPENCV with k4 to k6, which are not known here')
  if (sameHere.includes(model)) return { model, ...size, params }
  if (model === 'SIMPLE_RADIAL_FISHEYE' || model === 'RADIAL_FISHEYE') {
    const [f, cx, cy, k1, k2 = 0] = params
    return { model: 'OPENCV_FISHEYE', ...size, params: [f, f, cx, cy, k1, k2, 0, 0] }
  }
  throw new Damage(
    `its lens is ${model}, which is not known here: let colmap image_undistorter make pictures ` +
      `without distortion, and import those with the model that it writes beside them`,
  )
}

function turnOf([w, x, y, z]: readonly [number, number, number, number]): TurnMatrix {
  const s = 2 / (w * w + x * x + y * y + z * z)
  // prettier-ignore
  return [
    1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y),
    s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x),
    s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y),
  ]
}
