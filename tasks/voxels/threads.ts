// How many threads fill a grid.
import { voxelCount, type Grid } from '../../src/geometry/voxels/grid.ts'

/** Below this many voxels a second thread takes longer to begin than it saves. */
const worthThreads = 5e6

/** The threads that a computation on all of a grid uses of those that it may use. */
export const threadsFor = (grid: Grid, threads = 1): number =>
  voxelCount(grid) > worthThreads ? threads : 1
