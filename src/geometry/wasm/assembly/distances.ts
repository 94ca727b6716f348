// Distances of voxels to a surface, plane after plane: eight voxels at a time, where a band is marked.

/**
 * The first two passes over a plane, along z and along y: the signed squares of distances within it.
 *
 * What is written has rows of `stride` voxels, of two bytes each: a multiple of 8, `depth` or more.
 *
 * @param inside a byte for each voxel, `depth` in a row: above 0 inside
 * @param marked where squares are wanted: bit b of word w of a row stands for its voxels 4 (32 w + b)
 *               and the three after it; `words` in a row
 * @param reach  up to which distance, in voxels: 180 at most, so that squares fit in two bytes
 * @param spans  room for eight bytes a row
 * @param along  room for distances along z
 * @param plane  receives the squares: above 0 inside, below it outside, and at most (reach + 1)²
 */
export function measurePlane(
  inside: usize,
  rows: i32,
  depth: i32,
  stride: i32,
  marked: usize,
  words: i32,
  reach: i32,
  spans: usize,
  along: usize,
  plane: usize,
): void {
  const bytes = stride << 1
  const farthest = i16x8.splat(<i16>((reach + 1) * (reach + 1)))
  spanRows(marked, rows, words, depth, reach, spans)
  for (let j = 0; j < rows; j++) {
    measureRow(inside + j * depth, reach + 1, spans + (j << 3), along + j * bytes)
    for (let w = 0; w < words; w++)
      for (let pairs = cellPairs(marked, j * words + w); pairs !== 0; pairs &= pairs - 1)
        v128.store(plane + j * bytes + (firstVoxel(w, pairs) << 1), farthest)
  }
  for (let j = 0; j < rows; j++) spreadRow(j, rows, bytes, reach, spans, along, plane)
  for (let j = 0; j < rows; j++)
    for (let w = 0; w < words; w++)
      for (let pairs = cellPairs(marked, j * words + w); pairs !== 0; pairs &= pairs - 1) {
        const at = <usize>(j * bytes) + (firstVoxel(w, pairs) << 1)
        tellSides(j, rows, bytes, reach, along + at, plane + at)
      }
}

/** Of each two bits of a word, which stand for eight voxels, the lower one if any of them is set. */
function cellPairs(marked: usize, word: i32): u32 {
  const bits = load<u32>(marked + ((<usize>word) << 2))
  return (bits | (bits >> 1)) & 0x55555555
}

/** The first of the voxels for which the lowest bit stands, in its row. */
function firstVoxel(word: i32, pairs: u32): usize {
  return <usize>((((<u32>word) << 5) | ctz(pairs)) << 2)
}

/**
 * Which part of each row is looked at, in whole eights: from `reach` before the first to `reach` after
 * the last voxel that is marked in a row up to `reach` away. Nothing: from 0 to 0.
 */
function spanRows(
  marked: usize,
  rows: i32,
  words: i32,
  depth: i32,
  reach: i32,
  spans: usize,
): void {
  for (let j = 0; j < rows; j++) {
    let from = depth
    let to = 0
    const last = min(rows - 1, j + reach)
    for (let other = max(0, j - reach); other <= last; other++)
      for (let w = 0; w < words; w++) {
        const bits = load<u32>(marked + ((<usize>(other * words + w)) << 2))
        if (bits === 0) continue
        from = min(from, ((w << 5) | (<i32>ctz(bits))) << 2)
        to = max(to, ((w << 5) | (32 - <i32>clz(bits))) << 2)
      }
    const isEmpty = from >= to
    store<i32>(spans + (j << 3), isEmpty ? 0 : max(0, from - reach) & ~7)
    store<i32>(spans + (j << 3), isEmpty ? 0 : min(depth, to + reach), 4)
  }
}

/** Signed distances along z of a part of a row: at most `beyond`. */
function measureRow(inside: usize, beyond: i32, span: usize, along: usize): void {
  const end = load<i32>(span, 4)
  const first = load<i32>(span)
  for (let from = first; from < end;) {
    const isInside = load<i8>(inside + from) > 0
    const to = endOfRun(inside, from, end, isInside)
    const sign = isInside ? 1 : -1
    fillNumbers(along + (from << 1), along + (to << 1), <i16>(sign * beyond))
    const far = min(beyond - 1, to - from)
    if (from > first)
      for (let d = 1; d <= far; d++) store<i16>(along + ((from + d - 1) << 1), <i16>(sign * d))
    if (to < end)
      for (let d = 1; d <= far; d++) {
        const at = along + ((to - d) << 1)
        if (sign * <i32>load<i16>(at) > d) store<i16>(at, <i16>(sign * d))
      }
    from = to
  }
}

function endOfRun(inside: usize, from: i32, end: i32, isInside: bool): i32 {
  const none = i8x16.splat(0)
  const others = isInside ? 0xffff : 0
  for (; from < end; from += 16) {
    const other = i8x16.bitmask(i8x16.gt_s(v128.load(inside + from), none)) ^ others
    if (other !== 0) return min(end, from + <i32>ctz(other))
  }
  return end
}

/** Fills two bytes each; up to 14 bytes more are written. */
function fillNumbers(from: usize, end: usize, value: i16): void {
  const values = i16x8.splat(value)
  for (; from < end; from += 16) v128.store(from, values)
}

/**
 * Tells the rows up to `reach` away, for their voxels outside, how far those inside in this row are.
 * Few rows have some at all, so this looks at much less than asking all rows around each voxel.
 */
function spreadRow(
  j: i32,
  rows: i32,
  bytes: i32,
  reach: i32,
  spans: usize,
  along: usize,
  plane: usize,
): void {
  const first = max(0, j - reach)
  const last = min(rows - 1, j + reach)
  const none = i16x8.splat(0)
  const beyond = i16x8.splat(<i16>(-reach - 1))
  const end = (<usize>load<i32>(spans + (j << 3), 4)) << 1
  for (let at = (<usize>load<i32>(spans + (j << 3))) << 1; at < end; at += 16) {
    const distances = v128.load(along + j * bytes + at)
    if (!v128.any_true(i16x8.gt_s(distances, beyond))) continue
    const outside = i16x8.min_s(distances, none)
    const squares = i16x8.mul(outside, outside)
    let to = plane + first * bytes + at
    for (let d = first - j; d <= last - j; d++, to += bytes) {
      const sums = i16x8.add_sat_s(squares, i16x8.splat(<i16>(d * d)))
      v128.store(to, i16x8.min_s(v128.load(to), sums))
    }
  }
}

/** Makes the squares of eight voxels negative outside. Of one inside, which are few: all rows are asked. */
function tellSides(j: i32, rows: i32, bytes: i32, reach: i32, along: usize, plane: usize): void {
  const none = i16x8.splat(0)
  const distances = v128.load(along)
  const outside = i16x8.neg(v128.load(plane))
  const isInside = i16x8.gt_s(distances, none)
  if (!v128.any_true(isInside)) return v128.store(plane, outside)
  // who is outside is asked, too, and not listened to
  let best = i16x8.mul(i16x8.max_s(distances, none), distances)
  for (let d = 1; d <= reach; d++) {
    const square = i16x8.splat(<i16>(d * d))
    if (!v128.any_true(i16x8.gt_s(best, square))) break
    const near = j >= d ? sideways(along - d * bytes, square) : best
    best = i16x8.min_s(best, near)
    if (j + d < rows) best = i16x8.min_s(best, sideways(along + d * bytes, square))
  }
  v128.store(plane, v128.bitselect(best, outside, isInside))
}

/** The squares of distances by way of another row: what is outside counts as 0. */
function sideways(along: usize, square: v128): v128 {
  const distances = i16x8.max_s(v128.load(along), i16x8.splat(0))
  return i16x8.add_sat_s(i16x8.mul(distances, distances), square)
}

/**
 * The last pass, along x: signed distances less half a voxel, above 0 inside, of the voxels that are marked.
 *
 * @param planes    where the squares of the planes d = 0 … `reach` before, and of those after, stand
 * @param marked    as that of `measurePlane`
 * @param distances receives them, eight bytes each, in rows of `stride`
 */
export function measureAcross(
  planes: usize,
  rows: i32,
  stride: i32,
  marked: usize,
  words: i32,
  reach: i32,
  distances: usize,
): void {
  for (let j = 0; j < rows; j++)
    for (let w = 0; w < words; w++)
      for (let pairs = cellPairs(marked, j * words + w); pairs !== 0; pairs &= pairs - 1) {
        const at = <usize>(j * stride) + firstVoxel(w, pairs)
        const squares = nearestAcross(planes, at << 1, reach)
        storeDistances(squares, distances + (at << 3))
      }
}

function nearestAcross(planes: usize, at: usize, reach: i32): v128 {
  const none = i16x8.splat(0)
  const own = v128.load(load<usize>(planes) + at)
  const isInside = i16x8.gt_s(own, none)
  let best = i16x8.abs(own)
  for (let d = 1; d <= reach; d++) {
    const square = i16x8.splat(<i16>(d * d))
    if (!v128.any_true(i16x8.gt_s(best, square))) break
    const before = v128.load(load<usize>(planes + (d << 2)) + at)
    const after = v128.load(load<usize>(planes + ((reach + 1 + d) << 2)) + at)
    // on the way to the other side, what is there already counts as 0
    const low = i16x8.max_s(v128.bitselect(before, i16x8.neg(before), isInside), none)
    const high = i16x8.max_s(v128.bitselect(after, i16x8.neg(after), isInside), none)
    best = i16x8.min_s(best, i16x8.add_sat_s(i16x8.min_s(low, high), square))
  }
  return v128.bitselect(best, i16x8.neg(best), isInside)
}

function storeDistances(squares: v128, distances: usize): void {
  const low = i32x4.extend_low_i16x8_s(squares)
  const high = i32x4.extend_high_i16x8_s(squares)
  v128.store(distances, signedRoots(low))
  v128.store(distances, signedRoots(upperHalf(low)), 16)
  v128.store(distances, signedRoots(high), 32)
  v128.store(distances, signedRoots(upperHalf(high)), 48)
}

function upperHalf(lanes: v128): v128 {
  return i64x2.shuffle(lanes, lanes, 1, 1)
}

/** √s − ½ of the first two squares, or ½ − √−s of those below 0. */
function signedRoots(squares: v128): v128 {
  const numbers = f64x2.convert_low_i32x4_s(squares)
  const half = f64x2.splat(0.5)
  const distances = f64x2.sub(f64x2.sqrt(f64x2.abs(numbers)), half)
  const sign = v128.and(numbers, i64x2.splat(i64.MIN_VALUE))
  return v128.xor(distances, sign)
}
