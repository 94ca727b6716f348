// The studies that docs/accuracy.md tells of: plants that nobody saw before, and what they were measured with.
import type { Trial } from './trial.ts'

export interface Study {
  /** As it stands in the tables. */
  readonly name: string
  /** Drawn at random once the code that they judge was finished; no test grows such a plant. */
  readonly seeds: readonly number[]
  /** What was measured otherwise then than now. */
  readonly measuredWith?: string
}

/** The newest first: what is tried is tried on its plants. */
export const studies: readonly [Study, ...Study[]] = [
  {
    name: 'D',
    seeds: [
      10474, 6182, 1007, 62991, 39354, 55830, 33785, 26073, 48110, 45883, 58257, 15000, 55917,
      39682, 15779, 54263, 7819, 20567, 51473, 34007,
    ],
  },
  {
    name: 'A',
    seeds: [
      55352, 24138, 48349, 30930, 18897, 64093, 37167, 41370, 63265, 46521, 6857, 35852, 57790,
      20918, 3912, 36965, 27459, 24766, 33179, 5718,
    ],
    measuredWith:
      'version 11 of `AnglesAndInternodes`, which took organs for straight where it told insertions',
  },
  {
    name: 'B',
    seeds: [57999, 5388, 64656, 9986, 56952, 61141, 54785, 58076, 52296, 27203],
    measuredWith: 'version 4 of `CurveSkeleton`, which laid some paths beside the stem’s',
  },
  {
    name: 'C',
    seeds: [49531, 9228, 51771],
    measuredWith:
      'version 3 of `TreeGraph` and 10 of `AnglesAndInternodes`, which found the stem’s base and spurs at the foot otherwise',
  },
]

/** The study that a plant belongs to; undefined of one that things are tuned on. */
export const studyOf = (seed: number): Study | undefined =>
  studies.find(({ seeds }) => seeds.includes(seed))

/** Of each condition the trials of the study that tried it most, of several the newest. */
export function toldTrials(trials: readonly Trial[]): Trial[] {
  return [...new Set(trials.map(({ condition }) => condition))].flatMap((condition) => {
    const byStudy = studies.map(({ seeds }) =>
      trials.filter((trial) => trial.condition === condition && seeds.includes(trial.seed)),
    )
    return byStudy.reduce((most, own) => (own.length > most.length ? own : most))
  })
}
