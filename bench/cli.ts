// The program as a whole process: what it costs to start it, against Node alone in the same run.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { round, shortest, type Bench } from './bench.ts'

const root = join(import.meta.dirname, '..')

/** Nine real steps, as small as they come: a plant that is grown, photographed and measured. */
const pipeline = `
[romi]
database = "db"
scans = ["plant"]
[VirtualPlant]
[VirtualScan]
n_points = 12
width = 160
height = 160
labels = false
[Masks]
upstream_task = "VirtualScan"
query = { channel = "rgb" }
type = "excess_green"
threshold = 0.05
[Voxels]
upstream_mask = "Masks"
upstream_colmap = "VirtualScan"
camera_metadata = "camera"
voxel_size = 2.0
[PointCloud]
[TriangleMesh]
[CurveSkeleton]
[TreeGraph]
[AnglesAndInternodes]
`

const bench: Bench = async (report) => {
  const folder = mkdtempSync(join(tmpdir(), 'romi-run-bench-'))
  try {
    const dist = join(folder, 'dist')
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', dist])
    copyFileSync(join(root, 'package.json'), join(folder, 'package.json'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'pipeline.toml'), pipeline)
    const bin = join(dist, 'src', 'bin.js')
    const node = (...args: readonly string[]) =>
      execFileSync(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] })

    node(bin, 'pipeline.toml')
    const bare = await shortest(10, () => node('-e', '0'))
    const row = (what: string, ms: number) =>
      report({ what, ms: round(ms), 'times node alone': round(ms / bare) })
    row('node alone', bare)
    row('--help', await shortest(10, () => node(bin, '--help')))
    row('plan, 9 steps complete', await shortest(10, () => node(bin, 'plan', 'pipeline.toml')))
    row('run, 9 steps complete', await shortest(10, () => node(bin, 'pipeline.toml')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export default bench
