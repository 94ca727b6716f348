// What COLMAP finds: cameras, the images they took with their poses, and points.

/** A lens, in COLMAP's words and order of parameters. */
export interface ColmapCamera {
  readonly id: number
  /** Such as `SIMPLE_RADIAL`. */
  readonly model: string
  readonly width: number
  readonly height: number
  readonly params: readonly number[]
}

/** An image that found its place. */
export interface ColmapImage {
  readonly id: number
  /** Rotation from world to camera as a unit quaternion: w, x, y, z. */
  readonly qvec: readonly [w: number, x: number, y: number, z: number]
  /** Translation from world to camera: x_camera = R x + t. */
  readonly tvec: readonly [x: number, y: number, z: number]
  readonly cameraId: number
  readonly name: string
  /** x, y in pixels of each feature: 2 n. */
  readonly xys: Float64Array
  /** The point that each feature shows, -1 for none: n. */
  readonly point3DIds: Float64Array
}

/** Points in world coordinates, side by side in arrays: there are many. */
export interface ColmapPoints {
  /** n; in no order, with gaps. */
  readonly ids: Float64Array
  /** 3 n. */
  readonly xyz: Float64Array
  /** 3 n. */
  readonly rgb: Uint8Array
  /** Mean reprojection error in pixels; -1 if not known: n. */
  readonly errors: Float64Array
  /** The sightings of point i are `tracks` from `2 * starts[i]` to `2 * starts[i + 1]`: n + 1. */
  readonly starts: Uint32Array
  /** Image id and index of its feature, by turns. */
  readonly tracks: Uint32Array
}

/** A sparse model. */
export interface ColmapModel {
  readonly cameras: readonly ColmapCamera[]
  readonly images: readonly ColmapImage[]
  readonly points3D: ColmapPoints
}

/** COLMAP's two ways to write the same: `.bin` and `.txt`. */
export type ColmapForm = 'bin' | 'txt'

/**
 * The camera models and how many parameters each has; the place in the list is the number that
 * binary files use. Source: COLMAP's documentation, Camera Models and Output Format, to 3.12.
 */
export const colmapCameraModels: readonly (readonly [name: string, parameters: number])[] = [
  ['SIMPLE_PINHOLE', 3],
  ['PINHOLE', 4],
  ['SIMPLE_RADIAL', 4],
  ['RADIAL', 5],
  ['OPENCV', 8],
  ['OPENCV_FISHEYE', 8],
  ['FULL_OPENCV', 12],
  ['FOV', 5],
  ['SIMPLE_RADIAL_FISHEYE', 4],
  ['RADIAL_FISHEYE', 5],
  ['THIN_PRISM_FISHEYE', 12],
  ['RAD_TAN_THIN_PRISM_FISHEYE', 16],
]
