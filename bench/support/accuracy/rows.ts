// The tables of the study of accuracy.
import { organKinds } from '../../../src/geometry/phyllotaxis/kinds.ts'
import { round, type Row } from '../../bench.ts'
import { evaluationIn, knownPoses, measuredByRomiFile, type Told } from '../published-accuracy.ts'
import { causes } from './causes.ts'
import { conditions, drawsOf, keyOf, type Condition } from './conditions.ts'
import { shareOf, type Share } from './interval.ts'
import type { Trial } from './trial.ts'

/** A condition with the trials of so many plants, each with all its draws of poses. */
interface Tried {
  readonly condition: Condition
  /** By plant. */
  readonly plants: readonly (readonly Trial[])[]
}

/** The conditions that plants were tried under. */
function triedBy(trials: readonly Trial[]): Tried[] {
  return conditions
    .map((condition) => {
      const own = trials.filter((trial) => trial.condition === keyOf(condition))
      const seeds = [...new Set(own.map(({ seed }) => seed))]
      const whole = seeds
        .map((seed) => own.filter((trial) => trial.seed === seed))
        .filter((draws) => draws.length === drawsOf(condition))
      return { condition, plants: whole }
    })
    .filter((tried) => tried.plants.length > 0)
}

const total = (trials: readonly Trial[], pick: (trial: Trial) => number): number =>
  trials.reduce((sum, trial) => sum + pick(trial), 0)

const told = ({ condition: { plant, views, size, noise, through }, plants }: Tried): Row => ({
  plant,
  'plants × draws': `${plants.length} × ${plants[0].length}`,
  views,
  'image, px': size,
  'pose noise, px': noise,
  'skeleton of': through,
})

const shown = ({ value, low, high }: Share): string =>
  `${value.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})`

/** How right: a row a condition. */
export function rowsOf(trials: readonly Trial[]): Row[] {
  return triedBy(trials).map((tried) => {
    const all = tried.plants.flat()
    const share = (pick: (trial: Trial) => number) =>
      shown(
        shareOf(
          tried.plants.map((draws) => ({
            of: total(draws, ({ steps }) => steps),
            count: total(draws, pick),
          })),
        ),
      )
    const matched = total(all, (trial) => trial.matched)
    return {
      ...told(tried),
      'right, %': share(({ right }) => right),
      'missed, %': share(({ missed }) => missed),
      'extra, %': share(({ extra }) => extra),
      'angle MAE, °': round(total(all, ({ angleErrors }) => angleErrors) / matched),
      'internode MAE, % of mean': round(
        (100 * total(all, ({ internodeErrors }) => internodeErrors)) / matched,
      ),
      'time, s': round(total(all, ({ seconds }) => seconds) / all.length),
    }
  })
}

/** Why steps are not right, in percent of the true steps, and what made the extra ones. */
export function causeRowsOf(trials: readonly Trial[]): Row[] {
  return triedBy(trials).map((tried) => {
    const all = tried.plants.flat()
    const steps = total(all, (trial) => trial.steps)
    const percent = (count: number) => round((100 * count) / steps)
    const perCause = causes.map((cause) => [
      cause,
      percent(total(all, (trial) => trial.causes.filter((each) => each === cause).length)),
    ])
    const perKind = organKinds.map((kind) => [
      `extra ${kind.replace('_', ' ')}`,
      percent(total(all, (trial) => trial.extraKinds.filter((each) => each === kind).length)),
    ])
    return {
      ...told(tried),
      // Safe: made of pairs of a name and a number.
      ...(Object.fromEntries([...perCause, ...perKind]) as Row),
    }
  })
}

/** A published scan as one of ROMI's files measures it. */
export interface PublishedResult {
  readonly scan: string
  readonly told: Told
}

/** Measures the published scans. */
export async function published(data: string): Promise<PublishedResult[]> {
  const results: PublishedResult[] = []
  await measuredByRomiFile('virtual_plant', data, [], (scan, run) => {
    results.push({ scan: 'virtual_plant', told: evaluationIn(scan, run) })
  })
  await measuredByRomiFile('real_plant', data, knownPoses, (scan, run) => {
    results.push({ scan: 'real_plant, known poses', told: evaluationIn(scan, run) })
  })
  return results
}

/** How right the published scans are. */
export const publishedRows = (results: readonly PublishedResult[]): Row[] =>
  results.map(({ scan, told }) => ({
    scan,
    steps: told.true_steps,
    right: told.right,
    missed: told.missed,
    extra: told.extra,
    'extra by kind': Object.entries(told.extra_by_kind ?? {})
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', '),
    'angle median, °': round(told.angle.median),
    'angle MAE, °': round(told.angle.mae),
  }))
