// Looking through a camera of the scan: its pose, its pinhole, and its photograph behind the plant.
import {
  BufferAttribute,
  BufferGeometry,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  Vector3,
  type PerspectiveCamera,
  type Texture,
} from 'three'
import { centreOf, lensOf, pinholeOf, type Camera } from '../../../geometry/camera.ts'
import { undistort } from '../../../geometry/lens-inverse.ts'
import type { Layer } from './layer.ts'

/** The camera to look through, and what of its image: 1 is all of it. */
export interface Aim {
  readonly camera: Camera
  /** How many times nearer, and about which pixel. */
  readonly zoom: number
  readonly at: readonly [number, number]
}

/** Sets pose and lens of the drawing camera so that the photograph's image fits on the canvas. */
export function aim(
  drawing: PerspectiveCamera,
  { camera, zoom, at }: Aim,
  origin: Vector3,
  canvasWidth: number,
  canvasHeight: number,
): void {
  drawing.matrixAutoUpdate = true
  drawing.position.copy(new Vector3(...centreOf(camera)).sub(origin))
  drawing.quaternion.setFromRotationMatrix(threeAxes(camera))
  const { fx, fy, cx, cy } = pinholeOf(camera)
  const distance = drawing.position.length()
  const near = distance / 100
  const far = distance * 100
  // pixels of the image that one pixel of the canvas shows
  const scale = Math.max(camera.width / canvasWidth, camera.height / canvasHeight) / zoom
  const [halfWidth, halfHeight] = [(scale * canvasWidth) / 2, (scale * canvasHeight) / 2]
  const left = (near * (at[0] - halfWidth - cx)) / fx
  const right = (near * (at[0] + halfWidth - cx)) / fx
  const top = (near * (cy - at[1] + halfHeight)) / fy
  const bottom = (near * (cy - at[1] - halfHeight)) / fy
  drawing.near = near
  drawing.far = far
  drawing.projectionMatrix.makePerspective(left, right, top, bottom, near, far)
  drawing.projectionMatrixInverse.copy(drawing.projectionMatrix).invert()
}

/** The middle of the image: pixels are counted from the centre of the first. */
export const middleOf = ({ width, height }: Camera): readonly [number, number] => [
  (width - 1) / 2,
  (height - 1) / 2,
]

/** The axes for three.js, whose cameras look along −z with y up. */
function threeAxes({ rotmat: r }: Camera): Matrix4 {
  return new Matrix4().makeBasis(
    new Vector3(r[0], r[1], r[2]),
    new Vector3(-r[3], -r[4], -r[5]),
    new Vector3(-r[6], -r[7], -r[8]),
  )
}

/** Cells of the net on which the photograph is spread: a lens bends little within one. */
const cells = { x: 64, y: 48 } as const

/** The photograph in the rays of its camera, made straight: always behind the plant. */
export function photographLayer(camera: Camera, texture: Texture): Layer {
  const lens = lensOf(camera)
  const count = (cells.x + 1) * (cells.y + 1)
  const positions = new Float32Array(3 * count)
  const uv = new Float32Array(2 * count)
  const isSeen: boolean[] = []
  const r = camera.rotmat
  const reach = 10 // anything: it is drawn behind all that comes after
  for (let j = 0, i = 0; j <= cells.y; j++)
    for (let k = 0; k <= cells.x; k++, i++) {
      const [s, t] = [k / cells.x, j / cells.y]
      const [u, v] = [s * camera.width - 0.5, t * camera.height - 0.5]
      const ray = undistort(lens, (u - lens.cx) / lens.fx, (v - lens.cy) / lens.fy)
      isSeen.push(ray !== undefined)
      const [x, y] = ray ?? [0, 0]
      for (let axis = 0; axis < 3; axis++)
        positions[3 * i + axis] = reach * (r[axis] * x + r[3 + axis] * y + r[6 + axis])
      uv[2 * i] = s
      uv[2 * i + 1] = 1 - t
    }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(positions, 3))
  geometry.setAttribute('uv', new BufferAttribute(uv, 2))
  geometry.setIndex(trianglesOf(isSeen))
  const material = new MeshBasicMaterial({ map: texture, depthTest: false, depthWrite: false })
  const mesh = new Mesh(geometry, material)
  mesh.renderOrder = -1000
  mesh.frustumCulled = false
  return { object: mesh, at: centreOf(camera) }
}

function trianglesOf(isSeen: readonly boolean[]): number[] {
  const corners: number[] = []
  const row = cells.x + 1
  for (let j = 0; j < cells.y; j++)
    for (let k = 0; k < cells.x; k++) {
      const a = j * row + k
      const square = [a, a + row, a + 1, a + 1, a + row, a + row + 1]
      if (square.every((corner) => isSeen[corner])) corners.push(...square)
    }
  return corners
}
