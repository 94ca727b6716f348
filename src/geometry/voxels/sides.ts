// Which sides of a grid its contents touch, as what a box has cut off does.
import type { Volume } from './grid.ts'

/** A side of a grid. */
export type Side = (typeof sides)[number]

const sides = ['low x', 'high x', 'low y', 'high y', 'low z', 'high z'] as const

/** The sides on which voxels stand with values above a half, in the order of the axes. */
export function sidesTouched({ shape: [nx, ny, nz], data }: Volume): Side[] {
  const touched = new Set<Side>()
  const look = (i: number, j: number, k: number, side: Side): void => {
    if (data[(i * ny + j) * nz + k] > 0.5) touched.add(side)
  }
  for (let j = 0; j < ny; j++)
    for (let k = 0; k < nz; k++) {
      look(0, j, k, 'low x')
      look(nx - 1, j, k, 'high x')
    }
  for (let i = 0; i < nx; i++) {
    for (let k = 0; k < nz; k++) {
      look(i, 0, k, 'low y')
      look(i, ny - 1, k, 'high y')
    }
    for (let j = 0; j < ny; j++) {
      look(i, j, 0, 'low z')
      look(i, j, nz - 1, 'high z')
    }
  }
  return sides.filter((side) => touched.has(side))
}
