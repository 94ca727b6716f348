// Masks: which pixels of photographs show the plant.
import { dilateMask } from '../src/geometry/dilation.ts'
import { maskExtent } from '../src/geometry/mask-extent.ts'
import { stalkWidth } from '../src/geometry/stalk-width.ts'
import { threadShare } from '../src/geometry/thread-share.ts'
import { excessGreenMask, linearMask } from '../src/geometry/masks.ts'
import { defineTask, files, param } from '../src/index.ts'
import { images } from './artifacts/images.ts'
import { masks } from './artifacts/masks.ts'
import { colouredPixelsOf, imageOf } from './artifacts/pixels.ts'

export default defineTask({
  name: 'Masks',
  version: 1,
  summary: 'Marks the pixels of photographs that show the plant.',
  doc:
    'linear: c₀·R + c₁·G + c₂·B, with the image stretched so that its least value over all ' +
    'channels, alpha included, is 0 and its greatest 1; bit for bit as ROMI. excess_green: ' +
    '2g − r − b, with r, g, b the shares of red, green and blue in their sum (Woebbecke et al., ' +
    '1995); unlike in ROMI alpha does not count, so that images with alpha work. What lies above ' +
    'the threshold is plant; dilation grows it by a true disk, where ROMI’s is a polygon from ' +
    'radius 2 on.',
  inputs: {
    upstream_task: files(images, { default: 'Undistorted', doc: 'the photographs' }),
  },
  params: {
    query: param.query(),
    type: param.choice(['linear', 'excess_green'], {
      default: 'linear',
      doc: 'Index that tells plant from background.',
    }),
    parameters: param.numbers({
      default: [0, 1, 0],
      length: 3,
      doc: 'Weights of R, G and B for type = linear.',
    }),
    threshold: param.float({ default: 0.3, doc: 'Pixels with an index above it are plant.' }),
    dilation: param.integer({
      default: 0,
      min: 0,
      max: 10_000,
      unit: 'pixel',
      doc: 'Dilation radius of the mask.',
    }),
  },
  ignored: { binarize: 'masks are always black and white' },
  output: masks,
  checks: {
    plant_share: {
      doc: "Share of the photograph's pixels that are plant; 1 to 15 % on published and virtual scans.",
      min: 1e-5,
      max: 0.5,
      far: 4,
      low: 'no plant is found. Look at the photograph and its mask: threshold may be too high',
      high: 'the background is taken for plant. Look at the mask: threshold may be too low, or type does not suit the background',
      odd: 'look at these photographs: light, background or focus may differ, or another thing is in the picture. query leaves them out',
    },
    stalk_width: {
      doc: 'Width of the thin quarter of the plant in the mask, in pixels, with what dilation adds.',
      unit: 'pixel',
      min: 3,
      low: 'stalks so narrow tear in carving. Raise dilation by 1 for each 2 pixels that are missing, or photograph the plant larger',
    },
    thread_share: {
      doc: 'Share of the plant that is one pixel wide in the mask, before dilation: what the photograph hardly resolves.',
      max: 0.3,
      high: 'stalks are thinner than a pixel, so parts of them are missing, and no dilation brings these back. Photograph the plant larger or with more pixels; if the mask shows gaps where the photograph shows none, lower threshold',
    },
    edge_share: {
      doc: "Share of the photograph's edge that is plant; a plant leaves the picture at its foot, if at all.",
      max: 0.3,
      high: 'a landscape, a wall or a table behind the plant is taken for it. Look at the mask: raise threshold, take a type that suits the background, or crop the photographs',
    },
  },
  each: 'upstream_task',
  fileMetadata: ({ type, parameters, threshold, dilation, query }) => ({
    Masks: { filter: type, linear_coeff: [...parameters], threshold, dilation, query },
  }),
  run({ file, value, params: { type, parameters, threshold, dilation }, log, check }) {
    const pixels = colouredPixelsOf(value, file)
    const [red, green, blue] = parameters
    const marked =
      type === 'linear'
        ? linearMask(pixels, [red, green, blue], threshold)
        : excessGreenMask(pixels, threshold)
    const stalk = stalkWidth(marked)
    if (stalk !== undefined) check('stalk_width', stalk + 2 * dilation)
    const threads = threadShare(marked)
    if (threads !== undefined) check('thread_share', threads)
    const mask = dilation > 0 ? dilateMask(marked, dilation) : marked
    const { share, edge } = maskExtent(mask)
    check('plant_share', share)
    check('edge_share', edge)
    if (share === 0)
      log.warn(`the mask of ${file.filename} is empty: no pixel lies above threshold ${threshold}`)
    if (share === 1)
      log.warn(
        `the mask of ${file.filename} is full: every pixel lies above threshold ${threshold}`,
      )
    return imageOf(mask)
  },
})
