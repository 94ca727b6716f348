// VirtualScan: photographs a virtual plant as a plant scanner would.
import { depthOf, type Camera, type Intrinsics } from '../src/geometry/camera.ts'
import { add, boundsOf, scale, type Vec3 } from '../src/geometry/linear.ts'
import type { Effort } from '../src/geometry/parallel.ts'
import {
  displaced,
  poseAt,
  shaken,
  standsAlong,
  type Stand,
} from '../src/geometry/render/camera-path.ts'
import { radiusToShow } from '../src/geometry/render/framing.ts'
import { photographs, type Photography, type ViewToTake } from '../src/geometry/render/views.ts'
import { isClosed, type LabelledMesh } from '../src/geometry/virtual-plant/labelled-mesh.ts'
import { defineTask, fileset, param, RomiError, type Box, type ParamValues } from '../src/index.ts'
import { isTakenForSimple } from '../src/geometry/romi-lens.ts'
import { virtualPlantModel } from './artifacts/virtual-plant.ts'
import { virtualScan, type Shot } from './artifacts/virtual-scan.ts'

const optionalLength = (unit: string, doc: string) =>
  param.float({ default: undefined as number | undefined, unit, doc }) // the type of an optional number

const scanParams = {
  path: param.choice(['circle', 'sphere'], {
    default: 'circle',
    doc: 'Camera path: a horizontal circle, or spread over part of a sphere.',
  }),
  n_points: param.integer({ default: 36, min: 1, max: 10_000, doc: 'Number of views.' }),
  center_x: optionalLength('length', 'x of the middle of the path; else the plant’s.'),
  center_y: optionalLength('length', 'y of the middle of the path; else the plant’s.'),
  z: optionalLength(
    'length',
    'Height of the circle, or of the sphere’s centre; else so that the plant is in the middle.',
  ),
  radius: param.float({
    default: undefined as number | undefined, // the type of an optional number
    min: 0,
    unit: 'length',
    doc: 'Radius of the path; by default the smallest at which every picture shows the whole plant.',
  }),
  tilt: param.float({
    default: 8,
    min: -89,
    max: 89,
    unit: 'degree',
    doc: 'Downward tilt of a camera on a circle.',
  }),
  elevation: param.numbers({
    default: [-5, 45],
    length: 2,
    unit: 'degree',
    doc: 'Elevation of the lowest and of the highest view on a sphere.',
  }),
  width: param.integer({
    default: 1024,
    min: 16,
    max: 16_384,
    unit: 'pixel',
    doc: 'Width of the images.',
  }),
  height: param.integer({
    default: 1024,
    min: 16,
    max: 16_384,
    unit: 'pixel',
    doc: 'Height of the images.',
  }),
  focal: param.float({
    default: undefined as number | undefined, // the type of an optional number
    min: 1,
    unit: 'pixel',
    doc: 'Focal length; by default the longer side of the images.',
  }),
  distortion: param.numbers({
    default: [0, 0, 0, 0],
    length: 4,
    doc: 'k1, k2, p1 and p2 of the lens; zeros for an ideal one.',
  }),
  pose_noise: param.float({
    default: 0,
    min: 0,
    unit: 'pixel',
    doc: "Pose noise: standard deviation of the shift of the pictures by errors in the cameras' orientation.",
  }),
  position_noise: param.float({
    default: 0,
    min: 0,
    unit: 'pixel',
    neutral: true,
    doc: "Position noise: standard deviation of the shift of the pictures by errors in the cameras' position; three times as much along the optical axis.",
  }),
  focal_error: param.float({
    default: 0,
    min: -50,
    max: 50,
    unit: '%',
    neutral: true,
    doc: 'Relative error of the focal length, the same for all views: true focal length / stated one − 1.',
  }),
  labels: param.boolean({
    default: true,
    doc: 'Also writes one picture per label of the plant.',
  }),
  background: param.choice(['plain', 'wall'], {
    default: 'plain',
    doc: 'Background: one colour, or a blotchy wall far away.',
  }),
  background_color: param.numbers({
    default: [24, 24, 28],
    length: 3,
    doc: 'Background colour: red, green and blue, 0 to 255.',
  }),
  noise: param.float({
    default: 0,
    min: 0,
    max: 128,
    doc: 'Sensor noise: standard deviation, in grey levels of 0 to 255.',
  }),
  samples: param.integer({
    default: 4,
    min: 1,
    max: 16,
    doc: 'Samples along each side of a pixel.',
  }),
  format: param.choice(['png', 'jpg'], {
    default: 'png',
    doc: 'Format of the photographs.',
  }),
  quality: param.integer({ default: 92, min: 1, max: 100, doc: 'Quality of JPEG photographs.' }),
  seed: param.integer({ default: 1, doc: 'Seed of pose noise, wall and sensor noise.' }),
} as const
type ScanParams = ParamValues<typeof scanParams>

export default defineTask({
  name: 'VirtualScan',
  version: 3,
  summary: 'Renders photographs of a virtual plant from all sides.',
  doc:
    'Writes for each view the photograph (channel rgb), how much of each pixel shows nothing of ' +
    'the plant (background) and how much each label of it, with the camera in the metadata. ' +
    'With pose_noise, position_noise and focal_error the camera in the metadata is what was meant, not what it was.',
  inputs: {
    upstream_task: fileset(virtualPlantModel, {
      default: 'VirtualPlant',
      doc: 'the plant to photograph',
    }),
  },
  params: scanParams,
  output: virtualScan,
  limits: { cpu: 'all', memory: 1000 },
  async run(context) {
    const { inputs, params: p, signal, threads } = context
    const { mesh, unit } = await inputs.upstream_task.read()
    const stands = standsFor(mesh, p)
    const labels = [...new Set(mesh.parts.map((part) => part.label))]
    return {
      shots: shotsOf(mesh, stands, p, { signal, threads }, (done) => {
        context.progress(done, stands.length)
      }),
      channels: ['rgb', ...(p.labels ? labels : []), 'background'],
      format: p.format,
      quality: p.quality,
      box: meshBox(mesh, 2),
      ...(unit !== undefined && { unit }),
    }
  },
})

function intrinsicsOf({ width, height, focal, distortion }: ScanParams): Intrinsics {
  const f = focal ?? Math.max(width, height)
  const [cx, cy] = [width / 2, height / 2]
  const opencv = { model: 'OPENCV', width, height, params: [f, f, cx, cy, ...distortion] } as const
  if (!isTakenForSimple(opencv)) return opencv
  const [k1, k2] = distortion
  return { model: 'RADIAL', width, height, params: [f, cx, cy, k1, k2] }
}

/** The stands of the path that was asked for; what was left open follows from the plant. */
function standsFor(mesh: LabelledMesh, p: ScanParams): readonly Stand[] {
  const { x, y, z } = meshBox(mesh, 0)
  const centre = [p.center_x ?? (x[0] + x[1]) / 2, p.center_y ?? (y[0] + y[1]) / 2] as const
  const middle = (z[0] + z[1]) / 2
  const [from, to] = p.elevation
  const down = Math.tan((p.tilt * Math.PI) / 180)
  const standsAt = (radius: number): readonly Stand[] =>
    p.path === 'circle'
      ? standsAlong({
          is: 'circle',
          centre,
          radius,
          z: p.z ?? middle + radius * down,
          tilt: p.tilt,
          views: p.n_points,
        })
      : standsAlong({
          is: 'sphere',
          centre: [centre[0], centre[1], p.z ?? middle],
          radius,
          from,
          to,
          views: p.n_points,
        })
  if (p.radius !== undefined) return standsAt(p.radius)
  try {
    return standsAt(radiusToShow(mesh, intrinsicsOf(p), standsAt))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RomiError(
      'task/wrong-parameter',
      'VirtualScan: from no distance is the whole plant in every picture; give a radius, or leave ' +
        'out center_x, center_y and z, so that the camera looks at its middle',
      { cause: error },
    )
  }
}

/** Takes the photographs, some at a time. */
async function* shotsOf(
  mesh: LabelledMesh,
  stands: readonly Stand[],
  p: ScanParams,
  effort: Effort,
  taken: (done: number) => void,
): AsyncGenerator<Shot> {
  const intrinsics = intrinsicsOf(p)
  const cameras = stands.map((stand): Camera => ({ ...intrinsics, ...poseAt(stand) }))
  const middle = meshCentre(mesh)
  const views = cameras.map((camera, i): ViewToTake => ({
    camera: trueCamera(camera, middle, p, i),
    stream: 2 * i + 1,
  }))
  let i = 0
  for await (const photograph of photographs(mesh, views, photographyOf(mesh, p), effort)) {
    yield { photograph, camera: cameras[i], stand: stands[i] }
    taken(++i)
  }
}

/** The camera that takes the picture, where `camera` is what its metadata will say. */
function trueCamera(camera: Camera, middle: Vec3, p: ScanParams, view: number): Camera {
  const [focal] = camera.params
  const turnedPose = shaken(camera, p.pose_noise, focal, p.seed, 2 * view)
  const lens = { focal, depth: depthOf(camera, middle) }
  // streams of their own: pose noise, wall and grain stay as they are
  const pose = displaced(turnedPose, p.position_noise, lens, p.seed, -2 - view)
  if (p.focal_error === 0) return { ...camera, ...pose }
  const longer = 1 + p.focal_error / 100
  const focals = camera.model === 'OPENCV' ? 2 : 1
  const params = camera.params.map((value, i) => (i < focals ? value * longer : value))
  return { ...camera, ...pose, params }
}

function meshCentre({ vertices }: LabelledMesh): Vec3 {
  const { min, max } = boundsOf(vertices)
  return scale(add(min, max), 0.5)
}

function photographyOf(mesh: LabelledMesh, p: ScanParams): Photography {
  const { samples, noise, seed, labels } = p
  const [red, green, blue] = p.background_color
  const colour = [red, green, blue] as const
  return {
    samples,
    closed: isClosed(mesh),
    background: p.background === 'plain' ? colour : { colour, contrast: 0.5, blotch: 10, seed },
    noise,
    seed,
    labels,
  }
}

/** The box around a plant, with a margin. */
function meshBox({ vertices }: LabelledMesh, margin: number): Box {
  const { min, max } = boundsOf(vertices)
  const along = (axis: 0 | 1 | 2) => [min[axis] - margin, max[axis] + margin] as const
  return { x: along(0), y: along(1), z: along(2) }
}
