// What shapes a virtual plant, with the values of a wild-type Arabidopsis thaliana.

/**
 * Lengths are in mm, angles in degrees; a standard deviation is written sd.
 *
 * Sources of the defaults: angles, Guédon et al., "Pattern identification and characterization
 * reveal permutations of organs as a key genetically controlled property of post-meristematic
 * phyllotaxis", J. Theor. Biol. 338, 2013 (137.5° ± 18.5°; their histogram is also in Refahi et
 * al., eLife 5:e14093, 2016, figure 1 F); permutations, the same and Besnard et al., Nature 505,
 * 2014. Internodes and organ shapes follow a measured wild-type plant: the first internodes long
 * and shortening exponentially, then about 9 ± 4 mm, shorter towards the tip.
 */
export interface PlantParameters {
  /** Another seed, another plant of the same kind. */
  readonly seed: number
  /** Lateral organs on the main stem that are measured: side branches, then siliques. */
  readonly organs: number
  /** How many of the organs, from the base, are side branches under a cauline leaf. */
  readonly branches: number

  /** The divergence angles themselves, `organs - 1` of them; else they are drawn. */
  readonly angles?: readonly number[]
  readonly angleMean: number
  readonly angleSd: number
  /** Probability that an organ and the next have changed places along the stem. */
  readonly permutation: number

  /** The internode lengths themselves, `organs - 1` of them; else they are drawn. */
  readonly internodes?: readonly number[]
  /** Mean length of the first internode, and of those far above it. */
  readonly internodeFirst: number
  readonly internodeMean: number
  /** Number of internodes over which the first's excess falls to 1/e. */
  readonly internodeDecay: number
  /** Mean of the topmost internode, as a share of what it would be lower down. */
  readonly internodeTop: number
  /** Standard deviation as a share of the mean. */
  readonly internodeCv: number
  readonly internodeMin: number

  /** From the ground to the first organ. */
  readonly stemBase: number
  /** Length of the whole stem: base and drawn internodes are scaled to fit; absent: as they fall. */
  readonly stemLength?: number
  /** Radius at the ground, and at the tip as a share of it. */
  readonly stemRadius: number
  readonly stemTaper: number
  /** Angle from the vertical at the ground, how much it turns up to the tip, and its wandering. */
  readonly lean: number
  readonly bend: number
  readonly wander: number

  readonly pedicelLength: number
  readonly pedicelRadius: number
  /** Between an organ and the stem above it, at the insertion. */
  readonly insertionAngle: number
  readonly insertionSd: number
  /** How far a pedicel, and then its silique, turns away from the stem (negative: towards it). */
  readonly pedicelBend: number
  readonly siliqueBend: number
  /** How far an organ turns sideways between insertion and tip, sd. */
  readonly sideways: number
  readonly siliqueLength: number
  readonly siliqueRadius: number
  /** Sd of lengths and radii of organs as a share of the mean: below 0.5, as they vary by twice that. */
  readonly shapeCv: number
  /** Share of the organs, from the top, that still grow; size of the youngest as a share. */
  readonly young: number
  readonly youngest: number

  readonly branchLength: number
  /** Siliques on each side branch. */
  readonly branchOrgans: number
  readonly rosetteLeaves: number
  readonly leafLength: number
  readonly leafWidth: number
  /** Buds and open flowers at the tip, above the measured organs. */
  readonly flowers: number
  /** 1: a ring has about ten corners; 2: twice as many corners and rings. */
  readonly detail: number
}

/** A wild-type plant with its siliques ripe, about 35 cm high. */
export const arabidopsis: PlantParameters = {
  seed: 1,
  organs: 25,
  branches: 0,
  angleMean: 137.5,
  angleSd: 18.5,
  permutation: 0.04,
  internodeFirst: 35,
  internodeMean: 9.5,
  internodeDecay: 1.5,
  internodeTop: 0.5,
  internodeCv: 0.45,
  internodeMin: 1.5,
  stemBase: 30,
  stemRadius: 1.25,
  stemTaper: 0.5,
  lean: 3,
  bend: 12,
  wander: 5,
  pedicelLength: 9,
  pedicelRadius: 0.45,
  insertionAngle: 50,
  insertionSd: 8,
  pedicelBend: -6,
  siliqueBend: -8,
  sideways: 3,
  siliqueLength: 13,
  siliqueRadius: 0.65,
  shapeCv: 0.1,
  young: 0.3,
  youngest: 0.35,
  branchLength: 90,
  branchOrgans: 5,
  rosetteLeaves: 11,
  leafLength: 38,
  leafWidth: 13,
  flowers: 9,
  detail: 1,
}

/** Thrown when no plant can have such parameters. */
export class PlantParameterError extends RangeError {
  /** The parameter that is wrong. */
  readonly parameter: keyof PlantParameters

  constructor(parameter: keyof PlantParameters, message: string) {
    super(`${parameter} ${message}`)
    this.name = 'PlantParameterError'
    this.parameter = parameter
  }
}

const counts = ['organs', 'branches', 'branchOrgans', 'rosetteLeaves', 'flowers'] as const
const positive = [
  'internodeFirst',
  'internodeMean',
  'internodeDecay',
  'internodeMin',
  'stemBase',
  'stemRadius',
  'pedicelLength',
  'pedicelRadius',
  'siliqueLength',
  'siliqueRadius',
  'youngest',
  'branchLength',
  'leafLength',
  'leafWidth',
  'detail',
] as const

/** @throws PlantParameterError at the first parameter that no plant can have */
export function checkParameters(p: PlantParameters): void {
  const demand = (fits: boolean, parameter: keyof PlantParameters, message: string) => {
    if (!fits) throw new PlantParameterError(parameter, message)
  }
  for (const name of counts)
    demand(Number.isInteger(p[name]) && p[name] >= 0, name, `is a whole number, not ${p[name]}`)
  for (const name of positive) demand(p[name] > 0, name, `is above 0, not ${p[name]}`)
  demand(p.organs >= 1, 'organs', 'is at least 1')
  demand(p.branches <= p.organs, 'branches', `is at most the number of organs, ${p.organs}`)
  demand(p.stemTaper > 0 && p.stemTaper <= 1, 'stemTaper', 'is in (0, 1]')
  demand(p.shapeCv >= 0 && p.shapeCv < 0.5, 'shapeCv', 'is in [0, 0.5)')
  demand(p.permutation >= 0 && p.permutation <= 1, 'permutation', 'is in [0, 1]')
  for (const name of ['angles', 'internodes'] as const) {
    const given = p[name]
    if (!given) continue
    demand(
      given.length === p.organs - 1,
      name,
      `has ${given.length} values; ${p.organs} organs need ${p.organs - 1}`,
    )
    demand(
      given.every((value) => Number.isFinite(value) && (name === 'angles' || value > 0)),
      name,
      'holds a value that is no angle or length',
    )
  }
}
