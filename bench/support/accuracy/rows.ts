// The tables of the study of accuracy.
import { organKinds } from '../../../src/geometry/phyllotaxis/kinds.ts'
import { round, type Row } from '../../bench.ts'
import { causes } from './causes.ts'
import { conditions, errorText, keyOf, type Condition } from './conditions.ts'
import { shareOf, type Share } from './interval.ts'
import type { PublishedResult } from './published-cases.ts'
import { studyOf } from './studies.ts'
import type { Trial } from './trial.ts'

/** A condition with the trials of so many plants, each with its draws of poses. */
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
      return { condition, plants: seeds.map((seed) => own.filter((trial) => trial.seed === seed)) }
    })
    .filter((tried) => tried.plants.length > 0)
}

const total = (trials: readonly Trial[], pick: (trial: Trial) => number): number =>
  trials.reduce((sum, trial) => sum + pick(trial), 0)

/** The columns that say what was photographed, and how. */
export const aboutColumns = [
  'plant',
  'views',
  'masks',
  'camera error',
  'refine',
  'skeleton of',
] as const

function told({ condition, plants }: Tried): Row {
  const { plant, views, size, masks, refine, through } = condition
  return {
    plant,
    views: `${views} × ${size} px`,
    masks,
    'camera error': errorText(condition),
    refine: refine === 'auto' ? 'auto' : 'no',
    'skeleton of': through,
    study: studyOf(plants[0][0].seed)?.name ?? 'tuning',
    'plants, scans': `${plants.length}, ${plants.flat().length}`,
  }
}

/** Fewer plants tell no interval. */
const FEWEST = 5

const shown = ({ value, low, high }: Share, plants: number): string =>
  plants < FEWEST ? value.toFixed(1) : `${value.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})`

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
        tried.plants.length,
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

/** What refining does where cameras are off: a row a condition. */
export function cameraRowsOf(trials: readonly Trial[]): Row[] {
  return triedBy(trials)
    .filter(({ condition: { error, refine } }) => error !== undefined || refine === 'auto')
    .map((tried) => {
      const all = tried.plants.flat()
      const mean = (pick: (trial: Trial) => number) => round(total(all, pick) / all.length)
      return {
        ...told(tried),
        'lost by the given cameras, %': mean(({ lost }) => 100 * lost),
        'scans refined': all.filter(({ isRefined }) => isRefined).length,
        'error of the cameras used, px': mean(({ cameraError }) => cameraError),
      }
    })
}

/** How right the published scans are: a row a case, of several runs the mean. */
export function publishedRows(results: readonly PublishedResult[]): Row[] {
  return [...new Set(results.map(({ name }) => name))].map((name) => {
    const own = results.filter((result) => result.name === name).map((result) => result.told)
    const mean = (pick: (of: (typeof own)[number]) => number) =>
      round(own.reduce((sum, of) => sum + pick(of), 0) / own.length)
    const each = own.length > 1 ? ` (${own.map(({ right }) => right).join(', ')})` : ''
    const kinds = own.flatMap(({ extra_by_kind: extra }) => Object.entries(extra ?? {}))
    return {
      scan: name,
      runs: own.length,
      steps: own[0].true_steps,
      right: `${mean(({ right }) => right)}${each}`,
      missed: mean(({ missed }) => missed),
      extra: mean(({ extra }) => extra),
      'extra by kind': kinds.map(([kind, count]) => `${count} ${kind}`).join(', '),
      'angle median, °': mean(({ angle }) => angle.median),
      'angle MAE, °': mean(({ angle }) => angle.mae),
    }
  })
}
