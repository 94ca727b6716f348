// Clouds of points, with or without normals and colours.

/** Points as x0, y0, z0, x1, …, in the scan's unit. */
export interface PointCloud {
  readonly points: Float64Array
  /** Outward normals of unit length, one for each point. */
  readonly normals?: Float64Array
  /** R, G, B of each point. */
  readonly colors?: Uint8Array
}
