// How well cameras fitted the masks, as files: what was lost, which cameras were used, how they moved.
import { centreOf, type Camera } from '../../src/geometry/camera.ts'
import { io, type Output } from '../../src/index.ts'
import { cameras, type CameraSet } from './cameras.ts'

/** A camera that was refined. */
export interface MovedCamera {
  /** The name of its photograph's mask. */
  readonly file: string
  readonly given: Camera
  readonly refined: Camera
  /** How far the picture of the plant moved (root of the mean square). */
  readonly pixels: number
}

/** How well the cameras fitted the masks that a volume was carved by. */
export interface CameraFit {
  /** The share of the masks' plant that the volume does not explain; absent where none is known. */
  readonly lost?: number
  /** Absent if nothing was refined. */
  readonly refinement?: {
    readonly lost: number
    /** Whether the refined cameras were used. */
    readonly isKept: boolean
    readonly moves: readonly MovedCamera[]
  }
}

/**
 * Metadata `silhouette_lost` and `camera_refinement`; of refined cameras those that were used, as
 * `cameras.json` and `images.json`, and a picture of the moves, `camera_moves.svg`.
 */
export async function writeCameraFit(
  { lost, refinement }: CameraFit,
  output: Output,
): Promise<void> {
  if (lost === undefined) return
  if (refinement === undefined) {
    output.setMetadata({ silhouette_lost: rounded(lost) })
    return
  }
  const { moves, isKept } = refinement
  output.setMetadata({
    silhouette_lost: rounded(isKept ? refinement.lost : lost),
    camera_refinement: {
      kept: isKept,
      lost_before: rounded(lost),
      lost_after: rounded(refinement.lost),
      pixels_moved: Object.fromEntries(moves.map(({ file, pixels }) => [file, rounded(pixels)])),
    },
  })
  const used = moves.map(({ file, given, refined }) => [file, isKept ? refined : given] as const)
  await cameras.write(setOf(used), output)
  const picture = await io.svgCodec.encode(io.renderSvg(drawMoves(moves, isKept)))
  await output.write('camera_moves', { bytes: picture, extension: 'svg' })
}

const rounded = (value: number): number => Number(value.toPrecision(4))

function setOf(shots: readonly (readonly [string, Camera])[]): CameraSet {
  const lenses = new Map(
    shots.map(([, { model, width, height, params }]) => {
      const lens = { model, width, height, params }
      return [JSON.stringify(lens), lens] as const
    }),
  )
  return { intrinsics: [...lenses.values()], shots: new Map(shots) }
}

/** From above, where cameras stood and stand; and how far each picture moved. */
function drawMoves(moves: readonly MovedCamera[], isKept: boolean): io.Svg {
  const above = (camera: Camera) => {
    const [x, y] = centreOf(camera)
    return [x, y] as const
  }
  const given = moves.map((move) => above(move.given))
  const refined = moves.map((move) => above(move.refined))
  return io.drawPlots([
    {
      title: `Cameras from above, ${isKept ? 'the refined ones used' : 'the given ones kept'}`,
      x: { label: 'x' },
      y: { label: 'y' },
      isMap: true,
      height: 560,
      series: [
        { as: 'points', label: 'given', xy: given, color: '#999999' },
        { as: 'points', label: 'refined', xy: refined, color: '#0072b2' },
      ],
    },
    {
      title: 'How far each picture of the plant moved',
      x: { label: 'photograph' },
      y: { label: 'pixels', min: 0 },
      series: [
        { as: 'bars', xy: moves.map(({ pixels }, n) => [n, pixels] as const), color: '#0072b2' },
      ],
    },
  ])
}
