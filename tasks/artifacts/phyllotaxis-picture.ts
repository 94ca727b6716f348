// The picture of a phyllotaxis: angles and internodes along the stem, the plant with its organs.
import { largestAt } from '../../src/geometry/largest.ts'
import { countByKind, type OrganKind } from '../../src/geometry/phyllotaxis/kinds.ts'
import type { Phyllotaxis, StemOrgan } from '../../src/geometry/phyllotaxis/phyllotaxis.ts'
import type { io } from '../../src/index.ts'
import { drawPlots, type Plot, type Series } from '../../src/io/plot/index.ts'

/** The angle that most plants keep between successive organs: the golden one, in degrees. */
const golden = 137.5

/** Together as high as a sheet of A4 is to its width, in pixels. */
const page = { width: 900, angles: 280, internodes: 240, portrait: 750 } as const

/** @param unit of lengths */
export function phyllotaxisPicture(plant: Phyllotaxis, unit: string | undefined): io.Svg {
  const { angles, internodes, spiral } = plant
  const lengths = unit === undefined ? '' : ` (${unit})`
  const count = { label: 'from organ', min: 0.4, max: angles.length + 0.6 }
  const numbered = (values: readonly number[]) => values.map((value, i) => [i + 1, value] as const)
  const expected = spiral === 'clockwise' ? 360 - golden : golden
  const line: readonly (readonly [number, number])[] = [
    [count.min, expected],
    [count.max, expected],
  ]
  return drawPlots([
    {
      title: `${angles.length} angles, genetic spiral ${spiral}`,
      x: count,
      y: { label: 'angle (°)', min: 0, max: 360, ticks: [0, 90, 180, 270, 360] },
      series: [
        { as: 'points', xy: numbered(angles), label: 'angle to the next organ' },
        { as: 'line', xy: line, label: `${expected}°`, dashed: true, color: '#888888' },
      ],
      width: page.width,
      height: page.angles,
    },
    {
      title: 'Internodes',
      x: count,
      y: { label: `internode${lengths}` },
      series: [{ as: 'bars', xy: numbered(internodes) }],
      width: page.width,
      height: page.internodes,
    },
    portraits(plant, lengths),
  ])
}

/** Of what is counted, by kind; what is left out is grey. */
const colours: Readonly<Record<OrganKind, string>> = {
  fruit: '#0072b2',
  branch: '#56b4e9',
  cauline_leaf: '#e69f00',
  flower: '#cc79a7',
  rosette_leaf: '#666666',
  spur: '#999999',
}
const leftOut = '#bbbbbb'
/** An organ whose kind is told less surely than this is drawn dashed. */
const UNSURE = 0.6

/** The plant from two sides, side by side. */
function portraits({ stem, organs }: Phyllotaxis, lengths: string): Plot[] {
  if (stem.length === 0) return []
  const spread = [0, 1, 2].map((k) => Math.abs(stem[stem.length - 1][k] - stem[0][k]))
  const up = largestAt(spread)
  const counted = organs.filter((organ) => organ.counted)
  return [0, 1, 2]
    .filter((across) => across !== up)
    .map((across, side): Plot => {
      const at = (p: readonly number[]) => [p[across], p[up]] as const
      // numbers stand at the tips: insertions crowd towards the top
      const shoots = organs.map((organ): Series => {
        const { insertion, direction, length } = organ
        const tip = insertion.map((c, k) => c + length * direction[k])
        return {
          as: 'line',
          xy: [at(insertion), at(tip)],
          names: ['', organ.counted ? String(counted.indexOf(organ) + 1) : letterOf(organ.kind)],
          color: organ.counted ? colours[organ.kind] : leftOut,
          dashed: organ.kindConfidence < UNSURE,
        }
      })
      const insertions = counted.map(({ insertion }) => at(insertion))
      return {
        title: side === 0 ? countedTitle(counted) : leftOutTitle(organs),
        x: { label: `${'xyz'[across]}${lengths}` },
        y: { label: `${'xyz'[up]}${lengths}` },
        series: [
          { as: 'line', xy: stem.map(at), color: '#009e73' },
          ...shoots,
          { as: 'points', xy: insertions, color: '#d55e00' },
        ],
        width: page.width / 2,
        height: page.portrait,
        isMap: true,
      }
    })
}

const letterOf = (kind: OrganKind): string => kind[0]

const countsIn = (organs: readonly StemOrgan[], withLetters: boolean): string =>
  countByKind(organs.map(({ kind }) => kind))
    .map(([kind, count]) => {
      const letter = withLetters ? ` (${letterOf(kind)})` : ''
      return `${count} ${kind.replace('_', ' ')}${letter}`
    })
    .join(', ') || 'none'

const countedTitle = (counted: readonly StemOrgan[]): string =>
  `Counted: ${countsIn(counted, false)} (dashed: kind unsure)`

/** Also what the letters at their tips stand for. */
const leftOutTitle = (organs: readonly StemOrgan[]): string =>
  `Left out: ${countsIn(
    organs.filter(({ counted }) => !counted),
    true,
  )}`
