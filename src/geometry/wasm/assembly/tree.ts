// A balanced k-d tree: points are put into the order of its leaves.

/**
 * Splits the points low ≤ i < high at their middle, across the axis along which they reach farthest,
 * and so on down to leaves. All that is known of a point moves with it.
 *
 * @param x        eight bytes a point, as y and z
 * @param order    four bytes a point: its number
 * @param leafSize so many points are not split
 * @param axes     one byte a node: its axis; the halves of a node are 2 · node + 1 and 2 · node + 2
 * @param splits   eight bytes a node: where it is split
 */
export function splitPoints(
  x: usize,
  y: usize,
  z: usize,
  order: usize,
  low: i32,
  high: i32,
  leafSize: i32,
  node: i32,
  axes: usize,
  splits: usize,
): void {
  if (high - low <= leafSize) return
  const u = extentAlong(x, low, high)
  const v = extentAlong(y, low, high)
  const w = extentAlong(z, low, high)
  const axis = u >= v ? (u >= w ? 0 : 2) : v >= w ? 1 : 2
  const keys = axis === 0 ? x : axis === 1 ? y : z
  const other = axis === 0 ? y : axis === 1 ? z : x
  const third = axis === 0 ? z : axis === 1 ? x : y
  const middle = (low + high) >>> 1
  selectPoint(keys, other, third, order, low, high - 1, middle)
  store<u8>(axes + node, axis)
  store<f64>(splits + ((<usize>node) << 3), load<f64>(keys + ((<usize>middle) << 3)))
  splitPoints(x, y, z, order, low, middle, leafSize, 2 * node + 1, axes, splits)
  splitPoints(x, y, z, order, middle, high, leafSize, 2 * node + 2, axes, splits)
}

function extentAlong(along: usize, low: i32, high: i32): f64 {
  const end = along + ((<usize>high) << 3)
  let from = f64x2.splat(Infinity)
  let to = f64x2.splat(-Infinity)
  let at = along + ((<usize>low) << 3)
  for (; at + 16 <= end; at += 16) {
    const places = v128.load(at)
    from = f64x2.pmin(from, places)
    to = f64x2.pmax(to, places)
  }
  if (at < end) {
    const place = v128.load64_splat(at)
    from = f64x2.pmin(from, place)
    to = f64x2.pmax(to, place)
  }
  from = f64x2.pmin(from, i64x2.shuffle(from, from, 1, 0))
  to = f64x2.pmax(to, i64x2.shuffle(to, to, 1, 0))
  return f64x2.extract_lane(to, 0) - f64x2.extract_lane(from, 0)
}

/**
 * Quickselect (Hoare, 1961), the middle of three as pivot: place `at` then holds what sorting by the
 * keys would put there. The other coordinates and the numbers of the points go with their keys.
 */
function selectPoint(
  keys: usize,
  other: usize,
  third: usize,
  order: usize,
  low: i32,
  high: i32,
  at: i32,
): void {
  while (high > low) {
    const a = load<f64>(keys + ((<usize>low) << 3))
    const b = load<f64>(keys + ((<usize>((low + high) >>> 1)) << 3))
    const c = load<f64>(keys + ((<usize>high) << 3))
    const pivot = max(min(a, b), min(max(a, b), c))
    let i = low
    let j = high
    while (i <= j) {
      while (load<f64>(keys + ((<usize>i) << 3)) < pivot) i++
      while (load<f64>(keys + ((<usize>j) << 3)) > pivot) j--
      if (i > j) break
      const p = (<usize>i) << 3
      const q = (<usize>j) << 3
      swapEight(keys + p, keys + q)
      swapEight(other + p, other + q)
      swapEight(third + p, third + q)
      const number = load<u32>(order + (p >> 1))
      store<u32>(order + (p >> 1), load<u32>(order + (q >> 1)))
      store<u32>(order + (q >> 1), number)
      i++
      j--
    }
    if (at <= j) high = j
    else if (at >= i) low = i
    else return
  }
}

function swapEight(a: usize, b: usize): void {
  const bytes = load<u64>(a)
  store<u64>(a, load<u64>(b))
  store<u64>(b, bytes)
}

/**
 * For each point the sum of 1 - d² / limit over all points whose squared distance d² is less than the
 * limit, itself included, in the order of the tree.
 *
 * @param points 24 bytes a point: x, y, z, in the order of the tree
 * @param axes   as of `splitPoints`, like `leafSize` and `splits`
 * @param sums   eight bytes a point, in the order of the tree
 */
export function sumDensities(
  points: usize,
  count: i32,
  leafSize: i32,
  axes: usize,
  splits: usize,
  limit: f64,
  sums: usize,
): void {
  for (let i: i32 = 0; i < count; i++) {
    const at = points + 24 * <usize>i
    sumOfPoint = 0
    addNear(
      0,
      count,
      0,
      load<f64>(at),
      load<f64>(at, 8),
      load<f64>(at, 16),
      points,
      leafSize,
      axes,
      splits,
      limit,
    )
    store<f64>(sums + ((<usize>i) << 3), sumOfPoint)
  }
}

let sumOfPoint: f64 = 0

function addNear(
  low: i32,
  high: i32,
  node: i32,
  x: f64,
  y: f64,
  z: f64,
  points: usize,
  leafSize: i32,
  axes: usize,
  splits: usize,
  limit: f64,
): void {
  if (high - low <= leafSize) {
    let sum = sumOfPoint
    const end = points + 24 * <usize>high
    for (let at = points + 24 * <usize>low; at < end; at += 24) {
      const dx = load<f64>(at) - x
      const dy = load<f64>(at, 8) - y
      const dz = load<f64>(at, 16) - z
      const d = dx * dx + dy * dy + dz * dz
      if (d < limit) sum += 1 - d / limit
    }
    sumOfPoint = sum
    return
  }
  const middle = (low + high) >>> 1
  const axis = load<u8>(axes + node)
  const offset = (axis === 0 ? x : axis === 1 ? y : z) - load<f64>(splits + ((<usize>node) << 3))
  const isNear = offset * offset < limit
  if (offset < 0 || isNear)
    addNear(low, middle, 2 * node + 1, x, y, z, points, leafSize, axes, splits, limit)
  if (offset >= 0 || isNear)
    addNear(middle, high, 2 * node + 2, x, y, z, points, leafSize, axes, splits, limit)
}
