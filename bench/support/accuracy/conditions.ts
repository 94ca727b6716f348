// What the study of accuracy tries: plants of some forms, photographed in some ways.
import type { PlantParameters } from '../../../src/geometry/virtual-plant/parameters.ts'
import type { Route } from '../virtual-study.ts'

/** What is grown: 20 organs each. */
export const forms = {
  'as scanned': { branches: 3, sideways: 15, wander: 15 },
  'strong branches': { branches: 5, branchLength: 150, sideways: 15, wander: 15 },
  default: {},
} as const satisfies Record<string, Partial<PlantParameters>>
export type Form = keyof typeof forms

/** One row: what is photographed, and how. */
export interface Condition {
  readonly plant: Form
  readonly views: 12 | 24 | 36 | 72
  readonly size: 512 | 1024
  /** How far pictures are off from what their cameras say, in pixels, sd. */
  readonly noise: 0 | 0.5
  readonly through: Route
}

const withNoises = (of: Omit<Condition, 'noise'>): Condition[] =>
  ([0, 0.5] as const).map((noise) => ({ ...of, noise }))

/** How often poses are drawn anew for each plant. */
export const drawsOf = ({ noise }: Condition): number => (noise === 0 ? 1 : 2)

export const conditions: readonly Condition[] = [
  ...withNoises({ plant: 'as scanned', views: 36, size: 1024, through: 'mesh, level 1' }),
  { plant: 'strong branches', views: 36, size: 1024, noise: 0, through: 'mesh, level 1' },
  ...withNoises({ plant: 'default', views: 72, size: 1024, through: 'mesh, level 1' }),
  ...([512, 1024] as const).flatMap((size) =>
    ([12, 24] as const).flatMap((views) =>
      withNoises({ plant: 'default', views, size, through: 'voxels' }),
    ),
  ),
]

/** Names a condition in notes. */
export const keyOf = ({ plant, views, size, noise, through }: Condition): string =>
  [plant, views, size, noise, through].join(' / ')
