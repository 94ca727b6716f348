// Spheres that fit the oriented points around the nodes of a sparse grid, which lie in blocks of 8 × 8 × 8.
//
// A run tells of points after one another around which the same blocks lie, in words of four bytes:
// x, y, z of the first block; how many blocks there are along x, y and z; where, in the list of starts,
// those of its blocks begin; and behind its last point. A start is a block's first node, or below 0.

/** Bytes of a run, and of a point. */
const runSize: usize = 32
const pointSize: usize = 24
/** Bytes of the sums of a node: w, w p, w n, w p·n, w p·p. */
const bytesOfSums: usize = 36

/**
 * Gives each node that is near a point a slot: the next number, in the order of points and nodes.
 *
 * @param points three numbers of eight bytes each
 * @param nodes  four bytes each; below 0 = without a slot
 * @param slots  how many there are already
 * @returns how many there are by now
 */
export function claimNear(
  points: usize,
  radius: f64,
  runs: usize,
  runCount: usize,
  starts: usize,
  nodes: usize,
  slots: i32,
): i32 {
  let point = points
  for (const last = runs + runCount * runSize; runs < last; runs += runSize) {
    const end = points + <usize>load<i32>(runs, 28) * pointSize
    for (; point < end; point += pointSize)
      slots = claimAround(point, radius, runs, starts, nodes, slots)
  }
  return slots
}

function claimAround(
  point: usize,
  radius: f64,
  run: usize,
  starts: usize,
  nodes: usize,
  slots: i32,
): i32 {
  const px = load<f64>(point)
  const py = load<f64>(point, 8)
  const pz = load<f64>(point, 16)
  const fromX = <i32>ceil(px - radius)
  const toX = <i32>floor(px + radius)
  const fromY = <i32>ceil(py - radius)
  const toY = <i32>floor(py + radius)
  const x0 = load<i32>(run) << 3
  const y0 = load<i32>(run, 4) << 3
  const z0 = load<i32>(run, 8) << 3
  const x1 = x0 + (load<i32>(run, 12) << 3)
  const y1 = y0 + (load<i32>(run, 16) << 3)
  const z1 = z0 + (load<i32>(run, 20) << 3)
  let block = starts + ((<usize>load<i32>(run, 24)) << 2)
  for (let bx = x0; bx < x1; bx += 8)
    for (let by = y0; by < y1; by += 8)
      for (let bz = z0; bz < z1; bz += 8, block += 4) {
        const start = load<i32>(block)
        if (start < 0) continue
        const endX = min(toX, bx + 7)
        const endY = min(toY, by + 7)
        for (let x = max(fromX, bx); x <= endX; x++) {
          const dx = <f64>x - px
          const leftOfX = radius * radius - dx * dx
          for (let y = max(fromY, by); y <= endY; y++) {
            const dy = <f64>y - py
            const left = leftOfX - dy * dy
            if (left <= 0) continue
            const half = sqrt(left)
            const to = min(<i32>floor(pz + half), bz + 7)
            let z = max(<i32>ceil(pz - half), bz)
            let node = nodes + ((<usize>(start + ((x & 7) << 6) + ((y & 7) << 3) + (z & 7))) << 2)
            for (; z <= to; z++, node += 4) if (load<i32>(node) < 0) store<i32>(node, slots++)
          }
        }
      }
  return slots
}

/**
 * Adds what each point says to the sums of the nodes around it that have a slot.
 *
 * @param normals as `points`
 * @param sums    nine numbers of four bytes for each slot; each addition is rounded to them
 */
export function sumNear(
  points: usize,
  normals: usize,
  radius: f64,
  runs: usize,
  runCount: usize,
  starts: usize,
  nodes: usize,
  sums: usize,
): void {
  let point = points
  let normal = normals
  for (const last = runs + runCount * runSize; runs < last; runs += runSize) {
    const end = points + <usize>load<i32>(runs, 28) * pointSize
    for (; point < end; point += pointSize, normal += pointSize)
      sumAround(point, normal, radius, runs, starts, nodes, sums)
  }
}

function sumAround(
  point: usize,
  normal: usize,
  radius: f64,
  run: usize,
  starts: usize,
  nodes: usize,
  sums: usize,
): void {
  const x = load<f64>(point)
  const y = load<f64>(point, 8)
  const z = load<f64>(point, 16)
  const toX = <i32>floor(x + radius)
  const toY = <i32>floor(y + radius)
  const blocksY = load<i32>(run, 16)
  const blocksZ = load<i32>(run, 20)
  const normalXY = v128.load(normal)
  const nx = load<f64>(normal)
  const ny = load<f64>(normal, 8)
  const nz = load<f64>(normal, 16)
  const farthest = radius * radius
  starts += (<usize>load<i32>(run, 24)) << 2
  for (let i = <i32>ceil(x - radius); i <= toX; i++) {
    const px = x - <f64>i
    const leftOfX = farthest - px * px
    const oneX = f64x2.replace_lane(f64x2.splat(px), 0, 1)
    const column = ((i >> 3) - load<i32>(run)) * blocksY - load<i32>(run, 4)
    for (let j = <i32>ceil(y - radius); j <= toY; j++) {
      const py = y - <f64>j
      const left = leftOfX - py * py
      if (left <= 0) continue
      const half = sqrt(left)
      const across = px * px + py * py
      const slope = px * nx + py * ny
      const to = <i32>floor(z + half)
      const place = ((i & 7) << 6) | ((j & 7) << 3)
      const blocks = (column + (j >> 3)) * blocksZ - load<i32>(run, 8)
      for (let k = <i32>ceil(z - half); k <= to;) {
        const start = load<i32>(starts + ((blocks + (k >> 3)) << 2))
        const endOfBlock = min(to, k | 7)
        if (start < 0) {
          k = endOfBlock + 1
          continue
        }
        let node = nodes + ((<usize>(start + place + (k & 7))) << 2)
        for (; k <= endOfBlock; k++, node += 4) {
          const slot = load<i32>(node)
          if (slot < 0) continue
          const pz = z - <f64>k
          const square = across + pz * pz
          const fade = 1 - square / farthest
          const w = fade * fade * fade * fade
          const weight = f64x2.splat(w)
          const at = sums + <usize>slot * bytesOfSums
          addPair(at, f64x2.mul(weight, oneX))
          addPair(at + 8, f64x2.mul(weight, f64x2.replace_lane(f64x2.splat(pz), 0, py)))
          addPair(at + 16, f64x2.mul(weight, normalXY))
          const along = f64x2.replace_lane(f64x2.splat(slope + pz * nz), 0, nz)
          addPair(at + 24, f64x2.mul(weight, along))
          store<f32>(at, <f32>(<f64>load<f32>(at, 32) + w * square), 32)
        }
      }
    }
  }
}

/** Adds two numbers of eight bytes to two of four, each sum rounded. */
function addPair(at: usize, terms: v128): void {
  const sums = f64x2.promote_low_f32x4(v128.load64_zero(at))
  v128.store64_lane(at, f32x4.demote_f64x2_zero(f64x2.add(sums, terms)), 0)
}

/**
 * The distances from nodes (at 0) to the spheres u0 + u·p + q p·p = 0 that fit their sums.
 *
 * @param values receives them for each of `count` nodes, four bytes each
 */
export function sphereDistances(sums: usize, count: usize, values: usize): void {
  for (const end = values + (count << 2); values < end; values += 4, sums += bytesOfSums)
    store<f32>(values, <f32>sphereDistance(sums))
}

function sphereDistance(sums: usize): f64 {
  const w = <f64>load<f32>(sums)
  const px = <f64>load<f32>(sums, 4) / w
  const py = <f64>load<f32>(sums, 8) / w
  const pz = <f64>load<f32>(sums, 12) / w
  const nx = <f64>load<f32>(sums, 16) / w
  const ny = <f64>load<f32>(sums, 20) / w
  const nz = <f64>load<f32>(sums, 24) / w
  const pn = <f64>load<f32>(sums, 28) / w
  const pp = <f64>load<f32>(sums, 32) / w
  const spread = pp - (px * px + py * py + pz * pz)
  const q = spread > 1e-6 ? (0.5 * (pn - (px * nx + py * ny + pz * nz))) / spread : 0
  const ux = nx - 2 * q * px
  const uy = ny - 2 * q * py
  const uz = nz - 2 * q * pz
  const u0 = -(ux * px + uy * py + uz * pz) - q * pp
  const u = sqrt(ux * ux + uy * uy + uz * uz)
  const root = sqrt(max<f64>(0, u * u - 4 * u0 * q))
  return u + root > 1e-9 ? (2 * u0) / (u + root) : u0
}
