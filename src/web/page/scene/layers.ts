// What the layers are drawn with: points, meshes, lines, frusta of cameras, a box.
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  DoubleSide,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshLambertMaterial,
  Points,
  PointsMaterial,
} from 'three'
import { LineMaterial } from 'three/examples/jsm/lines/LineMaterial.js'
import { LineSegments2 } from 'three/examples/jsm/lines/LineSegments2.js'
import { LineSegmentsGeometry } from 'three/examples/jsm/lines/LineSegmentsGeometry.js'
import { centreOf, unproject, type Camera } from '../../../geometry/camera.ts'
import type { Geometry } from './geometry-format.ts'
import type { Layer } from './layer.ts'
import type { Place3, SpaceBox } from './place.ts'

/** A surface, lit from beside the eye. @param opacity from 0 to 1 */
export function meshLayer(mesh: Geometry, colour: string, opacity: number): Layer {
  const geometry = vertexGeometry(mesh)
  geometry.setIndex(new BufferAttribute(mesh.triangles, 1))
  geometry.computeVertexNormals()
  const isOpaque = opacity >= 1
  const material = new MeshLambertMaterial({
    color: new Color(colour),
    side: DoubleSide,
    opacity,
    transparent: !isOpaque,
    depthWrite: isOpaque,
  })
  return { object: new Mesh(geometry, material), at: mesh.centre }
}

/** Points in their own colours, or in one; voxels are as large as they are. */
export function pointsLayer(points: Geometry, colour: string): Layer {
  const geometry = vertexGeometry(points)
  const own = points.colours !== undefined
  if (points.colours) geometry.setAttribute('color', new BufferAttribute(points.colours, 3, true))
  const size = points.edge > 0 ? points.edge : 2
  const material = new PointsMaterial({
    color: own ? new Color('white') : new Color(colour),
    vertexColors: own,
    size,
    sizeAttenuation: points.edge > 0,
  })
  return { object: new Points(geometry, material), at: points.centre }
}

function vertexGeometry({ positions }: Geometry): BufferGeometry {
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(positions, 3))
  return geometry
}

/** How a line is drawn: width in CSS pixels; `over`: not hidden by what is in front. */
export interface LineLook {
  readonly colour: string
  readonly width: number
  readonly opacity?: number
  readonly over?: boolean
  readonly dashed?: boolean
}

/** @param lines each as x, y, z of its points, one after another */
export function linesLayer(lines: readonly (readonly number[])[], look: LineLook): Layer {
  const at: Place3 = [lines[0]?.[0] ?? 0, lines[0]?.[1] ?? 0, lines[0]?.[2] ?? 0]
  const geometry = new LineSegmentsGeometry()
  geometry.setPositions(segmentsOf(lines, at))
  const opacity = look.opacity ?? 1
  const material = new LineMaterial({
    color: new Color(look.colour).getHex(),
    linewidth: look.width,
    opacity,
    transparent: opacity < 1 || look.over === true,
    depthTest: look.over !== true,
    dashed: look.dashed === true,
    dashSize: 1,
    gapSize: 1,
  })
  const object = new LineSegments2(geometry, material)
  if (look.dashed) object.computeLineDistances()
  object.renderOrder = look.over ? 10 : 0
  return { object, at }
}

/** Two ends a stretch, less `at`. */
function segmentsOf(lines: readonly (readonly number[])[], at: Place3): Float32Array {
  const count = lines.reduce((sum, line) => sum + Math.max(0, line.length / 3 - 1), 0)
  const ends = new Float32Array(6 * count)
  let to = 0
  for (const line of lines)
    for (let i = 0; i + 5 < line.length; i += 3)
      for (let k = 0; k < 6; k++) ends[to++] = line[i + k] - at[k % 3]
  return ends
}

/** The pyramids of cameras. @param length of their edges along the axis, in the unit of the scan */
export function frustaLayer(cameras: readonly Camera[], length: number, colour: string): Layer {
  const at: Place3 = cameras.length > 0 ? centreOf(cameras[0]) : [0, 0, 0]
  const ends: number[] = []
  for (const camera of cameras) {
    const { width, height } = camera
    const eye = centreOf(camera)
    const corners = (
      [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ] as const
    ).map((pixel) => pointAlong(eye, unproject(camera, pixel), length))
    corners.forEach((corner, i) => {
      const next = corners[(i + 1) % 4]
      if (corner) ends.push(...less(eye, at), ...less(corner, at))
      if (corner && next) ends.push(...less(corner, at), ...less(next, at))
    })
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(ends), 3))
  return {
    object: new LineSegments(geometry, new LineBasicMaterial({ color: new Color(colour) })),
    at,
  }
}

const pointAlong = (from: Place3, way: Place3 | undefined, length: number): Place3 | undefined =>
  way && [from[0] + length * way[0], from[1] + length * way[1], from[2] + length * way[2]]

const less = (a: Place3, b: Place3): Place3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]

/** The edges of a box. */
export function boxLayer({ low, high }: SpaceBox, colour: string): Layer {
  const corner = (i: number): number[] => [0, 1, 2].map((k) => ((i >> k) & 1 ? high[k] : low[k]))
  const edges: number[][] = []
  for (let i = 0; i < 8; i++)
    for (let k = 0; k < 3; k++)
      if (!((i >> k) & 1)) edges.push([...corner(i), ...corner(i | (1 << k))])
  return linesLayer(edges, { colour, width: 1 })
}

/** The box of what is drawn. */
export function boxOf(
  parts: readonly (Geometry | readonly number[] | undefined)[],
): SpaceBox | undefined {
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (const part of parts) {
    if (!part) continue
    const isGeometry = 'positions' in part
    const xyz: ArrayLike<number> = isGeometry ? part.positions : part
    const at = isGeometry ? part.centre : [0, 0, 0]
    for (let i = 0; i < xyz.length; i++) {
      const value = xyz[i] + at[i % 3]
      if (value < low[i % 3]) low[i % 3] = value
      if (value > high[i % 3]) high[i % 3] = value
    }
  }
  if (!(low[0] <= high[0])) return undefined
  return { low: [low[0], low[1], low[2]], high: [high[0], high[1], high[2]] }
}
