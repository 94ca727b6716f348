// What is drawn in three dimensions, and what the volume lost of a mask.

// ── GET api/plants/:scan/mesh|points|voxels?fileset=…&most=200000 ────────────────────────────────

/**
 * Binary, little-endian, `application/octet-stream`; `fileset` absent: the one of today. Reduced to
 * at most `most` vertices (a mesh: triangles), where the file has more.
 *
 *     offset  type       what
 *     0       Uint32     0x494d4f52, `ROMI` in ASCII
 *     4       Uint32     format: 1
 *     8       Uint32     n, vertices
 *     12      Uint32     m, triangles (0 but of a mesh)
 *     16      Uint32     1 if there are colours, else 0
 *     20      Uint32     vertices of the file, before it was reduced
 *     24      Float64×3  centre: add it to the positions
 *     48      Float64    of voxels: the length of their edge; else 0
 *     56      Float32×3n positions, less the centre
 *     …       Uint32×3m  corners of triangles, counter-clockwise seen from outside
 *     …       Uint8×3n   red, green, blue, if there are colours
 */
export const geometryLayout = {
  magic: 0x494d4f52,
  format: 1,
  headerBytes: 56,
} as const

// ── GET api/plants/:scan/skeleton?fileset=… → Skeleton ───────────────────────────────────────────

/** Middle lines, merged into chains that end where they branch. */
export interface Skeleton {
  readonly fileset: string
  /** For each chain x, y, z of its points, one after another. */
  readonly chains: readonly (readonly number[])[]
}

// ── GET api/plants/:scan/lost/:photograph?fileset=… → image/png ──────────────────────────────────
// A picture of the size of the mask: opaque where the mask has plant that the volume (`fileset`, of
// Voxels; absent: that of today) does not explain, transparent elsewhere. The header
// `romi-lost-share` has the share of the mask that is lost, from 0 to 1.
