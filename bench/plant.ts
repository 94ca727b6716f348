// From points to angles: how right they are, how long it takes and how much memory, by the program.
import type { PublishedScan } from '../test/support/published-scan.ts'
import { sharedData } from '../test/support/shared.ts'
import { round, type Bench, type Row } from './bench.ts'
import { secondsOf, type Measured } from './support/program.ts'
import { evaluationIn, knownPoses, measuredByRomiFile } from './support/published-accuracy.ts'
import { camerasAround, grow, measured, shotBy } from './support/virtual-study.ts'

type Report = (row: Row) => void

/** What follows the point cloud. */
const steps = [
  'TriangleMesh',
  'CurveSkeleton',
  'TreeGraph',
  'AnglesAndInternodes',
  'AnglesAndInternodesEvaluation',
] as const

function reportAccuracy(name: PublishedScan, scan: string, run: Measured, report: Report): void {
  const told = evaluationIn(scan, run)
  report({
    plant: name,
    'true steps': told.true_steps,
    right: told.right,
    matched: told.matched,
    'angle median, °': round(told.angle.median),
    'angle MAE, °': round(told.angle.mae),
    'angle bias, °': round(told.angle.bias),
    'internode MAE': `${round(told.internode.mae)} ${told.length_unit ?? unitOf[name]}`,
    aim: aims[name],
  })
}

/** The scans do not tell theirs. */
const unitOf = { virtual_plant: 'cm', real_plant: 'mm' }

const aims = {
  virtual_plant: '34 right, angle MAE 4°',
  real_plant: '20 right, angle median 5°, internode MAE 0.9 mm',
}

function reportCost(name: PublishedScan, run: Measured, report: Report): void {
  const each = steps.map((step) => [step, secondsOf(run, step)] as const)
  for (const [step, seconds] of each) report({ plant: name, step, 'time, s': round(seconds) })
  report({
    plant: name,
    step: 'the five, with the program’s start',
    'time, s': round(run.seconds),
    'CPU, s': round(run.cpuSeconds),
    'memory, MB': round(run.memory),
    aim: '3 s, 600 MB',
  })
}

/** Small plants of which everything is known: no test and no study grows them. */
async function synthetic(report: Report): Promise<void> {
  for (const sideways of [3, 15])
    for (const through of ['voxels', 'mesh'] as const) {
      const sum = { right: 0, steps: 0, matched: 0, angle: 0, internode: 0, bias: 0 }
      for (const seed of [9001, 9002, 9003]) {
        const plant = grow(seed, { organs: 12, flowers: 4, sideways })
        const shots = camerasAround(plant, 36, 640).map((camera) => shotBy(plant, camera))
        const { evaluation } = await measured(plant, shots, 0.5, through)
        const { right, reference, matched, angle, internode } = evaluation
        sum.right += right
        sum.steps += reference
        sum.matched += matched
        sum.angle += (angle?.mae ?? 0) * matched
        sum.bias += (angle?.bias ?? 0) * matched
        sum.internode += (internode?.mae ?? 0) * matched
      }
      report({
        plant: '3 virtual ones of 12 organs',
        'organs turn sideways, °': sideways,
        'skeleton of': through,
        'true steps': sum.steps,
        right: sum.right,
        'angle MAE, °': round(sum.angle / sum.matched),
        'angle bias, °': round(sum.bias / sum.matched),
        'internode MAE, mm': round(sum.internode / sum.matched),
      })
    }
}

const bench: Bench = async (report) => {
  await synthetic(report)
  if (!sharedData) return report({ skipped: 'the published scans are not at ../shared/data' })
  await measuredByRomiFile('virtual_plant', sharedData, [], (scan, run) => {
    reportAccuracy('virtual_plant', scan, run, report)
    reportCost('virtual_plant', run, report)
  })
  await measuredByRomiFile('real_plant', sharedData, knownPoses, (scan, run) =>
    reportAccuracy('real_plant', scan, run, report),
  )
}

export default bench
