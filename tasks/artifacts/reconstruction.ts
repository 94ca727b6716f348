// What COLMAP found, as files: cameras, poses, points, a picture, logs; and as metadata of photographs.
import { lensOf, type CameraModel } from '../../src/geometry/camera.ts'
import { distance, type Vec3 } from '../../src/geometry/linear.ts'
import { rotationOf } from '../../src/geometry/poses/quaternion.ts'
import {
  filesetArtifact,
  io,
  type Box,
  type FileRef,
  type InputFileset,
  type JsonObject,
  type Output,
} from '../../src/index.ts'
import { drawPositions } from './camera-positions.ts'
import { matrixRows } from './cameras.ts'

/** A photograph, and whether its pose can be believed. */
export interface Photograph {
  readonly ref: FileRef
  /** The name of its file. */
  readonly name: string
  /** Where the scanner says that it was taken. */
  readonly scanner?: Vec3
  /** Where it was taken; absent where COLMAP found no pose for it. */
  readonly estimated?: Vec3
  readonly isCorrect: boolean
}

/** What is told beside the model. */
export interface Findings {
  /** All that were given, in the order of their ids. */
  readonly photographs: readonly Photograph[]
  /** What holds the plant. */
  readonly box: Box
  /** Those points of the model that lie in the box. */
  readonly sparse: io.PointCloud
  readonly dense?: io.PointCloud
  /** The unit of lengths; absent: unknown. */
  readonly unit?: string
  /** What COLMAP printed, by the name of its command. */
  readonly logs: ReadonlyMap<string, string>
}

/** A sparse model in the frame and the unit of the scan. */
export interface Reconstruction {
  readonly model: io.ColmapModel
  /** Written, not read: other steps find it in the metadata. */
  readonly findings?: Findings
}

/**
 * `cameras.json`, `images.json`, `points3d.json`, `sparse.ply`, perhaps `dense.ply`, as ROMI's tools
 * read them; beside them `euclidean_distances.json`, `camera_positions.svg` and COLMAP's logs.
 *
 * The fileset's metadata hold `bounding_box`; each photograph is annotated with `colmap_camera`,
 * `estimated_pose` and `pose_estimation`. Where no pose was found the first two are null: what
 * another program once wrote into the photograph's own metadata must not stand for it. Lenses are
 * written as OPENCV; SIMPLE_RADIAL has no second coefficient, so its k2 is 0, not k1 as in ROMI.
 */
export const reconstruction = filesetArtifact<'cameras', Reconstruction>({
  name: 'cameras',
  doc: 'cameras: lens, pose, and points of the scene',
  only: ['cameras', 'dense', 'images', 'points3d', 'sparse'],
  read: readModel,
  write: async ({ model, findings }, output) => {
    await writeModel(model, output)
    if (findings) await writeFindings(model, findings, output)
  },
})

/** How an image stands in `images.json`. */
interface StoredImage {
  readonly id: number
  readonly name: string
  readonly camera_id: number
  readonly qvec: io.ColmapImage['qvec']
  readonly tvec: io.ColmapImage['tvec']
  readonly xys?: readonly (readonly [number, number])[]
  readonly point3D_ids?: readonly number[]
}

/** How a point stands in `points3d.json`. */
interface StoredPoint {
  readonly id: number
  readonly xyz: Vec3
  readonly rgb: readonly number[]
  readonly error: number
  readonly image_ids: readonly number[]
  readonly point2D_idxs: readonly number[]
}

/** Fisheye lenses and those with more coefficients stay what they are: OPENCV cannot hold them. */
export function asOpencv(camera: io.ColmapCamera): io.ColmapCamera {
  const { model, width, height, params } = camera
  const brown: readonly string[] = [
    'SIMPLE_PINHOLE',
    'PINHOLE',
    'SIMPLE_RADIAL',
    'RADIAL',
    'OPENCV',
  ]
  if (!brown.includes(model)) return camera
  const lens = lensOf({ model: model as CameraModel, width, height, params }) // one of the list
  if (lens.is !== 'brown') return camera
  const { fx, fy, cx, cy, k, p1, p2 } = lens
  return { ...camera, model: 'OPENCV', params: [fx, fy, cx, cy, k[0], k[1], p1, p2] }
}

async function writeModel({ cameras, images, points3D }: io.ColmapModel, output: Output) {
  const lenses = cameras.map(asOpencv).map((lens): [number, JsonObject] => [lens.id, { ...lens }])
  const bytes = await io.jsonCodec.encode(Object.fromEntries(lenses))
  await output.write('cameras', { bytes, extension: 'json' })
  const byName = [...images].sort((a, b) => (a.name < b.name ? -1 : 1))
  await output.write('images', packed(byName.map((image) => [image.name, storedImage(image)])))
  await output.write('points3d', packed(storedPoints(points3D)))
}

/** One entry a line: with a line a number, as people like it, these would be millions of lines. */
function packed(entries: Iterable<readonly [string | number, object]>) {
  const lines = Array.from(
    entries,
    ([key, value]) => `${JSON.stringify(String(key))}: ${JSON.stringify(value)}`,
  )
  return { bytes: new TextEncoder().encode(`{\n${lines.join(',\n')}\n}\n`), extension: 'json' }
}

function storedImage(image: io.ColmapImage): StoredImage & { readonly rotmat: number[][] } {
  const { id, name, cameraId, qvec, tvec, xys, point3DIds } = image
  return {
    id,
    name,
    camera_id: cameraId,
    qvec,
    tvec,
    rotmat: matrixRows(rotationOf(qvec)),
    xys: Array.from(point3DIds, (_, i) => [xys[2 * i], xys[2 * i + 1]] as const),
    point3D_ids: Array.from(point3DIds),
  }
}

function* storedPoints(points: io.ColmapPoints): Generator<readonly [number, StoredPoint]> {
  const { ids, xyz, rgb, errors, starts, tracks } = points
  const order = Array.from(ids.keys()).sort((a, b) => ids[a] - ids[b])
  for (const i of order) {
    const track = tracks.subarray(2 * starts[i], 2 * starts[i + 1])
    const place: Vec3 = [xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2]]
    yield [
      ids[i],
      {
        id: ids[i],
        xyz: place,
        rgb: Array.from(rgb.subarray(3 * i, 3 * i + 3)),
        error: errors[i],
        image_ids: Array.from(track.filter((_, t) => t % 2 === 0)),
        point2D_idxs: Array.from(track.filter((_, t) => t % 2 === 1)),
      },
    ]
  }
}

async function readModel(fileset: InputFileset): Promise<Reconstruction> {
  // Safe: the engine tells what is not of this form as unreadable.
  const entries = async <T>(id: string): Promise<readonly T[]> =>
    Object.values((await io.readJson(fileset.file(id))) as unknown as Record<string, T>)
  const cameras = await entries<io.ColmapCamera>('cameras')
  const images = await entries<StoredImage>('images')
  return {
    model: {
      cameras,
      images: images.map(({ id, name, camera_id, qvec, tvec, xys = [], point3D_ids = [] }) => ({
        id,
        name,
        cameraId: camera_id,
        qvec,
        tvec,
        xys: Float64Array.from(xys.flat()),
        point3DIds: Float64Array.from(point3D_ids),
      })),
      points3D: pointsIn(await entries<StoredPoint>('points3d')),
    },
  }
}

function pointsIn(points: readonly StoredPoint[]): io.ColmapPoints {
  const starts = new Uint32Array(points.length + 1)
  points.forEach(({ image_ids }, i) => (starts[i + 1] = starts[i] + image_ids.length))
  return {
    ids: Float64Array.from(points, ({ id }) => id),
    xyz: Float64Array.from(points.flatMap(({ xyz }) => xyz)),
    rgb: Uint8Array.from(points.flatMap(({ rgb }) => rgb)),
    errors: Float64Array.from(points, ({ error }) => error),
    starts,
    tracks: Uint32Array.from(
      points.flatMap(({ image_ids, point2D_idxs }) =>
        image_ids.flatMap((image, t) => [image, point2D_idxs[t]]),
      ),
    ),
  }
}

async function writeFindings(model: io.ColmapModel, findings: Findings, output: Output) {
  const { photographs, box, sparse, dense, unit, logs } = findings
  const ply = (cloud: io.PointCloud) => io.pointCloudCodec.encode(cloud)
  await output.write('sparse', { bytes: await ply(sparse), extension: 'ply' })
  if (dense) await output.write('dense', { bytes: await ply(dense), extension: 'ply' })
  const distances = await io.jsonCodec.encode(distancesOf(photographs))
  await output.write('euclidean_distances', { bytes: distances, extension: 'json' })
  const picture = await io.svgCodec.encode(io.renderSvg(drawPositions(photographs, unit)))
  await output.write('camera_positions', { bytes: picture, extension: 'svg' })
  for (const [command, text] of logs)
    await output.write(command, { bytes: new TextEncoder().encode(text), extension: 'log' })
  output.setMetadata({ bounding_box: { x: box.x, y: box.y, z: box.z } })

  const lenses = new Map(model.cameras.map((camera) => [camera.id, asOpencv(camera)]))
  const images = new Map(model.images.map((image) => [image.name, image]))
  for (const { ref, name, estimated, isCorrect } of photographs) {
    const image = images.get(name)
    const lens = image && lenses.get(image.cameraId)
    output.annotate(ref, {
      colmap_camera: image && lens ? cameraMetadata(image, lens) : null,
      estimated_pose: estimated ?? null,
      pose_estimation: isCorrect ? 'correct' : 'incorrect',
    })
  }
}

function cameraMetadata({ qvec, tvec }: io.ColmapImage, lens: io.ColmapCamera): JsonObject {
  return {
    camera_model: { ...lens },
    rotmat: matrixRows(rotationOf(qvec)),
    tvec,
  }
}

/** How far each pose is from the scanner's, under the keys that ROMI's tools read. */
function distancesOf(photographs: readonly Photograph[]): JsonObject {
  const known = photographs.flatMap((photograph) => {
    const far = distanceOf(photograph)
    return far === undefined ? [] : [[photograph.ref.file, far] as const]
  })
  const distances = known.map(([, far]) => far)
  const mean = distances.reduce((sum, d) => sum + d, 0) / distances.length
  const variance = distances.reduce((sum, d) => sum + (d - mean) ** 2, 0) / distances.length
  return {
    mean_euclidean_distance: known.length > 0 ? mean : null,
    std_euclidean_distance: known.length > 0 ? Math.sqrt(variance) : null,
    euclidean_distances: Object.fromEntries(known),
  }
}

/** How far the estimated position of a photograph is from the scanner's, where both are known. */
export function distanceOf({ scanner, estimated }: Photograph): number | undefined {
  return scanner && estimated && distance(estimated, scanner)
}
