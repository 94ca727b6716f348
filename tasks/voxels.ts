// Voxels: the volume that the masks of all views leave standing.
import * as z from 'zod'
import { lensOf } from '../src/geometry/camera.ts'
import { isStraight } from '../src/geometry/lens.ts'
import { along, subtract } from '../src/geometry/linear.ts'
import { countBytes } from '../src/geometry/bytes.ts'
import { invertMask } from '../src/geometry/masks.ts'
import { pixelsWide } from '../src/geometry/silhouettes/projection.ts'
import { average } from '../src/geometry/voxels/averaging.ts'
import { markedColumns } from '../src/geometry/voxels/band.ts'
import { carve } from '../src/geometry/voxels/carving.ts'
import { gridOf, voxelCount, type Volume } from '../src/geometry/voxels/grid.ts'
import { insideOf } from '../src/geometry/voxels/inside.ts'
import { sidesCrossed } from '../src/geometry/voxels/sides.ts'
import type { View } from '../src/geometry/voxels/views.ts'
import { annotations, defineTask, files, param, RomiError, type InputFile } from '../src/index.ts'
import type { CameraFit } from './artifacts/camera-fit.ts'
import { cameraOf, carriedCameras } from './artifacts/cameras.ts'
import { images } from './artifacts/images.ts'
import { masks } from './artifacts/masks.ts'
import { maskPixelsOf } from './artifacts/pixels.ts'
import { unlabelled, voxelGrid } from './artifacts/voxel-grid.ts'
import { findBox } from './voxels/bounding-box.ts'
import { carveFitting } from './voxels/fitting.ts'
import { boxInView, cannotBe, sharesText } from './voxels/box-in-view.ts'
import { coarseness, hopelesslyCoarse } from './voxels/coarseness.ts'
import { doubtText, likelyConvention, listOfNames } from './voxels/conventions.ts'
import { greyness } from './voxels/grey-masks.ts'
import { maskLabels } from './voxels/labels.ts'
import { checkMemory } from './voxels/memory.ts'
import { threadsFor } from './voxels/threads.ts'
import { isWrongMask } from './voxels/wrong-masks.ts'

/** A view, and the file that its mask stands in. */
interface FileView extends View {
  readonly file: InputFile
  /** How many pixels of the mask have each value. */
  readonly counts: Uint32Array
}

export default defineTask({
  name: 'Voxels',
  version: 1,
  summary: "Reconstructs the plant's volume from the masks of all views, by carving or averaging.",
  doc:
    'carving: −1 where a view shows background, 1 where all views that show the voxel show plant, ' +
    '0 where none shows it; the visual hull of Laurentini, 1994. averaging: the product (with log) ' +
    'or the sum of the masks’ values. Both come out, voxel by voxel, as ROMI’s OpenCL kernels. ' +
    'Voxel (i, j, k) is the point origin + (i, j, k) · voxel_size. Only the pinhole part of a ' +
    'camera counts: undistort photographs first. Photographs can serve as masks; their brightest ' +
    'channel counts. Lengths are in the scan’s unit (mm unless the scan says otherwise).',
  inputs: {
    upstream_mask: files([masks, images], {
      default: 'Masks',
      doc: 'masks, or photographs that can serve as masks',
      reads: (params) => ({
        file: [cameraKey(params), 'channel', 'undistorted', 'Camera model source'],
        fileset: ['bounding_box', 'label_names'],
        scan: ['bounding_box', 'displacement'],
      }),
    }),
    upstream_colmap: annotations({
      default: 'Colmap',
      doc: 'the step that computed the cameras; any other step where the files carry their cameras themselves',
      reads: { fileset: ['bounding_box'] },
      unneeded: ({ params }) => params.use_colmap_poses === false,
      carried: (params) => carriedCameras(cameraKey(params), 'upstream_colmap'),
    }),
  },
  params: {
    query: param.query(),
    camera_metadata: param.string({
      default: 'colmap_camera',
      doc: 'Metadata key of the files that holds the camera.',
    }),
    use_colmap_poses: param.boolean({
      default: undefined as boolean | undefined, // the type of an optional boolean
      doc: 'If false, the camera is read from the metadata key "camera" and Colmap is not needed, unless camera_metadata names another key.',
    }),
    voxel_size: param.float({
      default: 1,
      min: 1e-9,
      unit: 'length',
      doc: 'Edge length of a voxel.',
    }),
    type: param.choice(['carving', 'averaging'], {
      default: 'carving',
      doc: 'How the views are combined.',
    }),
    log: param.boolean({
      default: true,
      doc: 'For type = averaging: multiplies the views (adds their logarithms) instead of adding them.',
    }),
    invert: param.boolean({ default: false, doc: 'Treats 0 in the masks as plant.' }),
    labels: param.of(() => z.array(z.string()), {
      default: [],
      expects: 'a list of labels',
      doc: "Mask channels that get a volume each; if empty, the channels named in the masks' metadata, if any.",
    }),
    refine_cameras: param.of(() => z.union([z.boolean(), z.literal('auto')]), {
      default: false,
      neutral: true,
      expects: 'true, false or "auto"',
      doc: 'For type = carving: shifts cameras by a few pixels until they fit the masks; "auto" does so where more than 5 % of the plant would be lost.',
    }),
    bounding_box: param.box({
      default: undefined,
      doc: 'The box to reconstruct; by default the one named by the scan, Colmap or the photographs, otherwise the volume that all cameras see.',
    }),
  },
  ignored: { multiclass: 'each label of the masks gets a volume; labels chooses among them' },
  output: voxelGrid,
  checks: {
    silhouette_lost: {
      doc: 'For type = carving: share of the plant pixels in the masks that the voxels do not cover. Correct cameras lose less than 3 %.',
      max: 0.15,
      high: 'thin stalks are lost. Cameras that are off by a few pixels do that (refine_cameras = "auto" in [Voxels] mends them), masks with holes, and a voxel_size wider than stalks',
    },
    unseen_share: {
      doc: 'For type = carving: share of the box that no camera sees.',
      max: 0.5,
      high: 'the cameras look elsewhere. Do they stand in the unit and the axes of the box, and is bounding_box right?',
    },
    box_sides: {
      doc: 'Number of box sides beyond which the plant continues, judged by the masks; one is normal, as it stands on it.',
      max: 1,
      high: 'what lies beyond the box is not measured. Give a larger bounding_box if that is plant, and better masks if it is not',
    },
    wrong_masks: {
      doc: 'Share of the masks that show plant on more than half of the picture, or along more than 30 % of its edge.',
      max: 0.5,
      high: 'the background is taken for plant: a landscape, a wall or a table. Look at the masks: threshold of Masks is too low, its type or parameters suit another background, or invert is the wrong way round',
    },
    blind_views: {
      doc: 'Number of views that see nothing of the box.',
      max: 0,
      high: 'they tell nothing of the plant. Do their cameras belong to these photographs, and is bounding_box right?',
    },
    cameras_inside: {
      doc: 'Number of cameras that stand inside the box.',
      max: 0,
      high: 'cameras stand around a plant. Are they in the unit of the box, and is bounding_box right?',
    },
    grey_share: {
      doc: 'For type = carving: share of the pixels that are neither black nor white, in the worst mask.',
      max: 0,
      high: 'whatever is not 0 counts as plant. Were the masks saved as JPEG, or smoothed? Save masks as PNG of two values',
    },
  },
  limits: { cpu: 'spare', memory: 'large' },
  async run({ inputs, params, log, check, progress, signal, threads }) {
    const { upstream_mask: input, upstream_colmap: source } = inputs
    const views: FileView[] = await Promise.all(
      input.files.map(async (file, n) => {
        const camera = cameraOf(file, cameraKey(params))
        const pixels = maskPixelsOf(await input.read(file), file)
        const mask = params.invert ? invertMask(pixels) : pixels
        if (mask.width !== camera.width || mask.height !== camera.height)
          throw sizeMismatch(file, mask, camera)
        progress(n + 1, input.files.length, file.id)
        return { file, camera, mask, counts: countBytes(mask.data) }
      }),
    )
    if (params.type === 'carving') {
      const grey = greyness(views)
      check('grey_share', grey.share, grey.note)
    }
    const bent = views.filter(isBent)
    if (bent.length > 0)
      log.warn(
        `the lens bends ${bent.length} of ${views.length} images, ${bent[0].file.filename} first, ` +
          'and only the pinhole part of a camera counts: read Undistorted files',
      )

    const cameras = views.map(({ camera }) => camera)
    const { space, from } = findBox({
      parameter: params.bounding_box,
      masks: input,
      cameras: source,
      views: cameras,
    })
    const inView = boxInView(space, cameras)
    const names = views.map(({ file }) => file.filename)
    const isElsewhere = cannotBe(inView)
    const likely = isElsewhere ? likelyConvention(cameras, space) : undefined
    if (isElsewhere) {
      const text = doubtText(inView, likely, names)
      if (inView.mean === 0) throw new RomiError('task/empty-result', text)
      log.warn(text)
    }
    const unseeing = names.filter((_, n) => inView.shares[n] === 0)
    check('blind_views', unseeing.length, listOfNames(unseeing))
    const inside = names.filter((_, n) => inView.isInside[n])
    check('cameras_inside', inside.length, listOfNames(inside))
    const grid = gridOf(space, params.voxel_size)
    const middle = along(space.min, subtract(space.max, space.min), 0.5)
    const width = pixelsWide(params.voxel_size, middle, cameras)
    const doubt = coarseness(params.voxel_size, width)
    if (doubt !== undefined) log.warn(doubt)
    const labels = maskLabels(params.labels, input, views)
    checkMemory(grid, from, labels.length * (params.type === 'carving' ? 1 : 4))
    log.info(
      `${grid.shape.join(' × ')} voxels in the box of ${from}, of which views see ${sharesText(inView)}`,
    )
    const refining = {
      signal,
      threads,
      tell: (done: number, total: number) => progress(done, total, 'refining cameras'),
    }
    const effort = { signal, threads: threadsFor(grid, threads) }
    const isPlain = params.type === 'carving' && labels.length === 1
    if (params.refine_cameras === true && !isPlain)
      log.warn('refine_cameras has no effect: it takes carving, of one volume')
    const layers = new Map<string, Volume['data']>()
    const crossed = new Set<string>()
    const wrong: FileView[] = []
    let fit: CameraFit | undefined
    for (const { label, own } of labels) {
      if (label !== 'background')
        wrong.push(...own.filter(({ mask, counts }) => isWrongMask(mask, counts)))
      let used: readonly View[] = own
      let data: Volume['data']
      if (isPlain) {
        // in such voxels there is nothing to refine by, and their box takes too long to search
        const wish = width > hopelesslyCoarse ? false : params.refine_cameras
        const fitted = await carveFitting(grid, own, wish, {
          log,
          effort: refining,
          isExplained: doubt !== undefined || isElsewhere,
        })
        if (params.refine_cameras !== false) ({ fit } = fitted)
        const { volume } = fitted
        ;({ data } = volume)
        used = viewsUsed(own, fitted.fit)
        const lost = lostBy(fitted.fit)
        if (lost !== undefined) check('silhouette_lost', lost)
        check(
          'unseen_share',
          volume.unseen / voxelCount(grid),
          likely && `the cameras look like ${likely}`,
        )
      } else if (params.type === 'carving') ({ data } = await carve(grid, own, effort))
      else ({ data } = await average(grid, own, params.log, effort))
      if (data instanceof Int8Array && markedColumns(insideOf({ ...grid, data })).length === 0)
        throw nothingStands(label, own)
      layers.set(label, data)
      if (label === 'background') continue
      for (const side of sidesCrossed({ ...grid, data }, used)) crossed.add(side)
    }
    const wrongNames = [...new Set(wrong.map(({ file }) => file.filename))]
    check('wrong_masks', wrongNames.length / views.length, listOfNames(wrongNames))
    const box = crossed.size === 0 ? '' : `of the box of ${from}: ${[...crossed].join(', ')}`
    check('box_sides', crossed.size, box)
    return { grid, layers, isFinal: true, ...(fit && { fit }) }
  },
})

/** The views with the cameras that were used. */
const viewsUsed = (views: readonly View[], { refinement }: CameraFit): readonly View[] =>
  refinement?.isKept
    ? views.map((view, n) => ({ ...view, camera: refinement.moves[n].refined }))
    : views

/** With the cameras that were used. */
const lostBy = ({ lost, refinement }: CameraFit): number | undefined =>
  refinement?.isKept ? refinement.lost : lost

/** Where a photograph keeps its camera. */
function cameraKey(params: Readonly<Record<string, unknown>>): string {
  const { camera_metadata: key, use_colmap_poses: isColmaps } = params
  return isColmaps === false && key === 'colmap_camera' ? 'camera' : String(key)
}

function sizeMismatch(file: InputFile, mask: Size, camera: Size): RomiError {
  return new RomiError(
    'task/size-mismatch',
    `${file.filename} has ${mask.width} × ${mask.height} pixels, but its camera ` +
      `${camera.width} × ${camera.height}: one of them is of other images. Find the cameras anew ` +
      'for these, or leave out by query what is of another size',
    { facts: { file: file.filename } },
  )
}

interface Size {
  readonly width: number
  readonly height: number
}

/** True of a view whose lens bends what it shows and whose file was not undistorted. */
function isBent({ camera, file }: FileView): boolean {
  const isUndistorted =
    file.metadata('undistorted') === true || file.metadata('Camera model source') !== undefined
  return !isUndistorted && !isStraight(lensOf(camera))
}

function nothingStands(label: string, views: readonly FileView[]): RomiError {
  const what = label === unlabelled ? '' : ` of "${label}"`
  return new RomiError(
    'task/empty-result',
    `no voxel${what} is on the plant in all ${views.length} masks. Are the masks right (empty ones ` +
      'leave nothing: look at them), do the cameras belong to them, and is the plant in the box?',
  )
}
