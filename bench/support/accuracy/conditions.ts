// What the study of accuracy tries: plants of some forms, photographed in some ways.
import type { PlantParameters } from '../../../src/geometry/virtual-plant/parameters.ts'
import type { CameraError } from '../camera-errors.ts'
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
  readonly views: 12 | 18 | 24 | 36 | 72
  readonly size: 512 | 1024
  /** Soft ones are of photographs out of focus and with grain. */
  readonly masks: 'clean' | 'soft'
  /** How cameras are off from what they say; absent: not at all. */
  readonly error?: CameraError
  /** `Voxels.refine_cameras`. */
  readonly refine: 'auto' | false
  readonly through: Route
}

/** Conditions under the photographs of one plant, of which the one with most views holds the others'. */
export interface Group {
  readonly conditions: readonly Condition[]
  /** On so many plants at most: what is beside the point is not worth the time of twenty. */
  readonly most: number
}

const scanned = {
  plant: 'as scanned',
  views: 36,
  size: 1024,
  masks: 'clean',
  refine: 'auto',
  through: 'mesh, level 1',
} as const
const turned = (pixels: number) => ({ error: { of: 'turns', pixels } as const })
const standard = { ...scanned, plant: 'default', views: 72, refine: false } as const

/** The rows that aims were set for. */
export const aims: readonly Group[] = [
  {
    most: 20,
    conditions: [
      scanned,
      { ...scanned, ...turned(1.5) },
      { ...scanned, ...turned(1) },
      { ...scanned, ...turned(0.5) },
    ],
  },
  { most: 20, conditions: [{ ...scanned, plant: 'strong branches' }] },
  { most: 20, conditions: [standard] },
]

/** What cameras, masks and photographs can be like besides. */
export const besides: readonly Group[] = [
  {
    most: 6,
    conditions: [
      { ...scanned, error: { of: 'all six', pixels: 1 } },
      { ...scanned, error: { of: 'focal', percent: 1 } },
      { ...scanned, error: { of: 'path', pixels: 1.5 } },
      { ...scanned, ...turned(1), views: 18 },
      { ...scanned, ...turned(1), views: 12 },
      { ...scanned, ...turned(1), refine: false },
      { ...scanned, ...turned(1.5), refine: false },
    ],
  },
  {
    most: 6,
    conditions: [
      { ...scanned, masks: 'soft' },
      { ...scanned, masks: 'soft', ...turned(0.5) },
      { ...scanned, masks: 'soft', ...turned(1) },
    ],
  },
  ...([1024, 512] as const).map((size) => ({
    most: 6,
    conditions: ([24, 12] as const).flatMap((views) =>
      [{}, turned(0.5)].map((off) => ({
        ...standard,
        ...off,
        views,
        size,
        through: 'voxels' as const,
      })),
    ),
  })),
]

export const conditions: readonly Condition[] = [...aims, ...besides].flatMap(
  (group) => group.conditions,
)

/** How often cameras are drawn anew for each plant. */
export const drawsOf = ({ error }: Condition): 1 | 2 =>
  error === undefined || error.of === 'focal' ? 1 : 2

/** What is told of cameras that are off. */
export function errorText({ error }: Condition): string {
  if (!error) return 'none'
  return `${error.of} ${'pixels' in error ? `${error.pixels} px` : `${error.percent} %`}`
}

/** Names a condition in notes. */
export const keyOf = (condition: Condition): string => {
  const { plant, views, size, masks, refine, through } = condition
  return [plant, views, size, masks, errorText(condition), `refined ${refine}`, through].join(' / ')
}
