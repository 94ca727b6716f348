// Carving with cameras that fit: the given ones, or those refined from the silhouettes.
import { silhouetteLost } from '../../src/geometry/silhouettes/lost.ts'
import { refinedCameras, type RefineEffort } from '../../src/geometry/silhouettes/refine.ts'
import { carve, type CarvedVolume } from '../../src/geometry/voxels/carving.ts'
import type { Grid } from '../../src/geometry/voxels/grid.ts'
import { sumsOf } from '../../src/geometry/voxels/mask-sums.ts'
import type { View } from '../../src/geometry/voxels/views.ts'
import type { CameraFit, MovedCamera } from '../artifacts/camera-fit.ts'
import { threadsFor } from './threads.ts'

/** Whether cameras are refined: never, always, or where the silhouettes tell that they are off. */
export type RefineCameras = boolean | 'auto'

/** With right cameras at most this share of the plant in the masks is lost; more is doubtful. */
const fineLost = 0.05
/** Refined cameras are kept if they lose less than this share of what the given ones lose. */
const betterShare = 0.6
/** Fewer views tell too little of one another. */
const leastViews = 12
/** In pixels: a view that moved by more is named. */
const farMoved = 3

/** A view, and the name that its file has. */
export interface NamedView extends View {
  readonly file: { readonly filename: string }
}

interface FittingLog {
  info(text: string): void
  warn(text: string): void
}

/** How carving uses the machine, and what it says. */
interface Surroundings {
  readonly log: FittingLog
  readonly effort: RefineEffort
  /** Whether it is told already why silhouettes are lost: by voxels far too wide, or other cameras. */
  readonly isExplained: boolean
}

/** What was carved, and how well the cameras fitted. */
export interface Fitted {
  readonly volume: CarvedVolume
  readonly fit: CameraFit
}

/** Carves; refines the cameras before, if that is wished and needed, and keeps them if it helps. */
export async function carveFitting(
  grid: Grid,
  given: readonly NamedView[],
  wish: RefineCameras,
  { log, effort, isExplained }: Surroundings,
): Promise<Fitted> {
  const views = given.map((view) => ({ ...view, sums: sumsOf(view.mask) }))
  const plain = await carved(grid, views, effort, wish === false)
  const before = plain.lost
  if (before === undefined) return { volume: plain.volume, fit: {} }
  const isWanted = wish === true || (wish === 'auto' && before > fineLost)
  if (!isWanted || views.length < leastViews) {
    if (!isExplained) advise(before, wish, views.length, log)
    return { volume: plain.volume, fit: { lost: before } }
  }
  log.info(
    `${percent(before)} of the plant in the masks is not in the voxels: refining the cameras`,
  )
  const { cameras, moved } = await refinedCameras(grid, views, effort)
  const refined = views.map((view, n) => ({ ...view, camera: cameras[n] }))
  const again = await carved(grid, refined, effort, false)
  const after = again.lost ?? 1
  const isKept = after <= betterShare * before
  const moves = views.map(({ file, camera }, n): MovedCamera => {
    return { file: file.filename, given: camera, refined: cameras[n], pixels: moved[n] }
  })
  tellFit(log, { before, after, isKept, moves })
  return {
    volume: isKept ? again.volume : plain.volume,
    fit: { lost: before, refinement: { lost: after, isKept, moves } },
  }
}

/** @param isRough whether what is lost is only to be warned of */
async function carved(
  grid: Grid,
  views: readonly View[],
  effort: RefineEffort,
  isRough: boolean,
): Promise<{ readonly volume: CarvedVolume; readonly lost: number | undefined }> {
  const volume = await carve(grid, views, { ...effort, threads: threadsFor(grid, effort.threads) })
  const { signal } = effort
  const lost = await silhouetteLost(volume, views, { ...(signal && { signal }), isRough })
  return { volume, lost }
}

/** Says what to do about cameras that do not fit and are not refined; the check of what is lost warns. */
function advise(lost: number, wish: RefineCameras, views: number, log: FittingLog): void {
  const isDoubtful = lost > fineLost
  if (wish !== false && (isDoubtful || wish === true) && views < leastViews)
    log.warn(`${views} views are too few to refine their cameras: it takes ${leastViews}`)
  else if (isDoubtful)
    log.info(
      `${percent(lost)} of the plant in the masks is not in the voxels: refine_cameras = "auto" in ` +
        '[Voxels] mends cameras that are off by a few pixels',
    )
}

interface Outcome {
  readonly before: number
  readonly after: number
  readonly isKept: boolean
  readonly moves: readonly MovedCamera[]
}

function tellFit(log: FittingLog, { before, after, isKept, moves }: Outcome): void {
  const change = `${percent(before)} of the plant in the masks was lost, now ${percent(after)}`
  if (!isKept) {
    const text = `refined cameras fit the masks hardly better (${change}): the given ones are kept`
    if (before > fineLost)
      log.warn(`${text}. Are the masks right, and do the cameras belong to them?`)
    else log.info(text)
    return
  }
  const sorted = moves.map(({ pixels }) => pixels).sort((a, b) => a - b)
  const median = sorted[sorted.length >> 1]
  log.info(
    `the cameras are refined: ${change}; pictures moved by ${median.toFixed(1)} px in the median, ` +
      `${(sorted.at(-1) ?? 0).toFixed(1)} px at most`,
  )
  const far = moves.filter(({ pixels }) => pixels > farMoved)
  if (far.length === 0) return
  const named = far.slice(0, 5).map(({ file, pixels }) => `${file} (${pixels.toFixed(1)} px)`)
  const more = far.length > named.length ? ', …' : ''
  log.warn(
    `refining the cameras moved ${far.length} of ${moves.length} pictures by more than ` +
      `${farMoved} px: ${named.join(', ')}${more}. Look at their masks, or leave them out by query`,
  )
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`
