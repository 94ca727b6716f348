// Gradients of a field, smoothed along two axes: two voxels at a time, where a band is marked.

/** Planes of the field that the first pass looks at, and how far to each side the Gaussian reaches. */
const AROUND_PLANE = 9
const OUTERMOST = 4

/**
 * The first pass: differences of a plane along each axis, and of the planes up to 4 before and after
 * it, weighed by a Gaussian.
 *
 * @param planes  where 27 planes of the field stand, eight bytes a voxel in rows of `stride`: those from
 *                4 before to 4 after this one, and of each of them the one before it and the one after
 * @param scales  of each of the nine: one over how far these two are apart
 * @param weights of the Gaussian, for offsets from 0 on
 * @param depth   voxels of a row that there are
 * @param marked  which voxels are wanted, as in `measurePlane`
 * @param to      receives the components: three planes one after the other
 */
export function smoothAcross(
  planes: usize,
  scales: usize,
  weights: usize,
  rows: i32,
  depth: i32,
  stride: i32,
  marked: usize,
  words: i32,
  to: usize,
): void {
  const size = (<usize>(rows * stride)) << 3
  for (let j = 0; j < rows; j++) {
    const up = j > 0 ? (<usize>stride) << 3 : 0
    const down = j < rows - 1 ? (<usize>stride) << 3 : 0
    const scaleY = perStep(j, rows)
    for (let w = 0; w < words; w++)
      for (let bits = markedCells(marked, j * words + w); bits !== 0; bits &= bits - 1) {
        const first = ((w << 5) | (<i32>ctz(bits))) << 2
        for (let k = first; k < first + 4; k += 2) {
          const at = (<usize>(j * stride + k)) << 3
          const place = to + at
          v128.store(place, smoothedX(planes, at, scales, weights))
          v128.store(place + size, smoothedWithin(planes, at - up, at + down, scaleY, weights))
          v128.store(place + 2 * size, smoothedZ(planes, at, k, depth, weights))
        }
      }
  }
}

function markedCells(marked: usize, word: i32): u32 {
  return load<u32>(marked + ((<usize>word) << 2))
}

/** One over the distance between the neighbours of n, which at the border is one of them less. */
function perStep(n: i32, count: i32): f64 {
  return n > 0 && n < count - 1 ? 0.5 : 1
}

function smoothedX(planes: usize, at: usize, scales: usize, weights: usize): v128 {
  let sum = f64x2.mul(stepX(planes, OUTERMOST, at, scales), v128.load64_splat(weights))
  // the outermost pair is added first
  for (let m = 0, n = AROUND_PLANE - 1; m < OUTERMOST; m++, n--) {
    const both = f64x2.add(stepX(planes, m, at, scales), stepX(planes, n, at, scales))
    sum = f64x2.add(sum, f64x2.mul(both, v128.load64_splat(weights + ((OUTERMOST - m) << 3))))
  }
  return sum
}

function stepX(planes: usize, n: i32, at: usize, scales: usize): v128 {
  const before = load<usize>(planes + ((AROUND_PLANE + n) << 2))
  const after = load<usize>(planes + ((2 * AROUND_PLANE + n) << 2))
  const step = f64x2.sub(v128.load(after + at), v128.load(before + at))
  return f64x2.mul(step, v128.load64_splat(scales + (n << 3)))
}

/** Of differences between two places in the same plane. */
function smoothedWithin(planes: usize, low: usize, high: usize, scale: f64, weights: usize): v128 {
  const scales = f64x2.splat(scale)
  let sum = f64x2.mul(stepWithin(planes, OUTERMOST, low, high, scales), v128.load64_splat(weights))
  for (let m = 0, n = AROUND_PLANE - 1; m < OUTERMOST; m++, n--) {
    const before = stepWithin(planes, m, low, high, scales)
    const both = f64x2.add(before, stepWithin(planes, n, low, high, scales))
    sum = f64x2.add(sum, f64x2.mul(both, v128.load64_splat(weights + ((OUTERMOST - m) << 3))))
  }
  return sum
}

function stepWithin(planes: usize, n: i32, low: usize, high: usize, scales: v128): v128 {
  const plane = load<usize>(planes + (n << 2))
  return f64x2.mul(f64x2.sub(v128.load(plane + high), v128.load(plane + low)), scales)
}

function smoothedZ(planes: usize, at: usize, k: i32, depth: i32, weights: usize): v128 {
  if (k > 0 && k < depth - 2) return smoothedWithin(planes, at - 8, at + 8, 0.5, weights)
  // at the border each of the two has neighbours of its own
  const left = k > 0 ? at - 8 : at
  const right = k < depth - 1 ? at + 8 : at
  const own = smoothedWithin(planes, left, right, perStep(k, depth), weights)
  const rightOfNext = k < depth - 2 ? at + 8 : at
  const next = smoothedWithin(planes, at - 8, rightOfNext, perStep(k + 1, depth), weights)
  return i64x2.shuffle(own, next, 0, 3)
}

/**
 * The second pass: three planes are weighed by a Gaussian along y.
 *
 * @param nearby where rows begin, in bytes: those from 4 before the first to 4 after the last
 * @param to     receives them, one after the other as they stand at `from`
 */
export function smoothAlong(
  from: usize,
  weights: usize,
  rows: i32,
  stride: i32,
  marked: usize,
  words: i32,
  nearby: usize,
  to: usize,
): void {
  const size = (<usize>(rows * stride)) << 3
  for (let j = 0; j < rows; j++) {
    const around = nearby + ((<usize>j) << 2)
    for (let w = 0; w < words; w++)
      for (let bits = markedCells(marked, j * words + w); bits !== 0; bits &= bits - 1) {
        const at = (<usize>((w << 5) | (<i32>ctz(bits)))) << 5
        for (let plane: usize = 0; plane < 3 * size; plane += size) {
          const row = to + plane + ((<usize>(j * stride)) << 3)
          v128.store(row + at, smoothedRows(from + plane + at, around, weights))
          v128.store(row + at, smoothedRows(from + plane + at + 16, around, weights), 16)
        }
      }
  }
}

function smoothedRows(from: usize, around: usize, weights: usize): v128 {
  let sum = f64x2.mul(nearbyRow(from, around, OUTERMOST), v128.load64_splat(weights))
  for (let m = 0, n = AROUND_PLANE - 1; m < OUTERMOST; m++, n--) {
    const both = f64x2.add(nearbyRow(from, around, m), nearbyRow(from, around, n))
    sum = f64x2.add(sum, f64x2.mul(both, v128.load64_splat(weights + ((OUTERMOST - m) << 3))))
  }
  return sum
}

function nearbyRow(from: usize, around: usize, n: i32): v128 {
  return v128.load(from + <usize>load<i32>(around + (n << 2)))
}
