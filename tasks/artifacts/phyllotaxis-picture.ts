// The picture of a phyllotaxis: angles and internodes along the stem, the plant with its organs.
import { largestAt } from '../../src/geometry/largest.ts'
import { countByKind, type OrganKind } from '../../src/geometry/phyllotaxis/kinds.ts'
import type { Phyllotaxis, StemOrgan } from '../../src/geometry/phyllotaxis/phyllotaxis.ts'
import type { io } from '../../src/index.ts'
import { drawPlots, type Plot, type Series } from '../../src/io/plot/index.ts'
import { alongSpiral } from './phyllotaxis-table.ts'

/** The angle that most plants keep between successive organs: the golden one, in degrees. */
const golden = 137.5

/** Together as high as a sheet of A4 is to its width, in pixels. */
const page = { width: 900, angles: 290, internodes: 240, portrait: 770 } as const

/** What a picture tells of where it comes from. */
export interface Provenance {
  /** The scan and the fileset: which plant, measured in which way. */
  readonly scan?: string
  readonly fileset: string
  /** When the plant was scanned, as its scan says. */
  readonly date?: string
  /** The unit of lengths; absent: not known. */
  readonly unit?: string
}

export function phyllotaxisPicture(plant: Phyllotaxis, from: Provenance): io.Svg {
  const { angles, internodes, spiral } = plant
  const { scan, fileset, date, unit } = from
  const lengths = ` (${unit ?? 'unit not stated'})`
  const count = {
    label: 'from organ (1: the lowest)',
    min: 0.4,
    max: angles.length + 0.6,
    isCount: true,
  }
  const numbered = (values: readonly number[]) => values.map((value, i) => [i + 1, value] as const)
  const line: readonly (readonly [number, number])[] = [
    [count.min, golden],
    [count.max, golden],
  ]
  const plots = [
    {
      title: `${angles.length} angles: ${spiralText[spiral]}`,
      x: count,
      y: { label: 'angle (°)', min: 0, max: 360, ticks: [0, 90, 180, 270, 360] },
      series: [
        {
          as: 'points',
          xy: numbered(angles.map((angle) => alongSpiral(angle, spiral))),
          label: 'angle to the next organ',
        },
        { as: 'line', xy: line, label: `${golden}°`, dashed: true, color: '#888888' },
      ],
      width: page.width,
      height: page.angles,
    },
    {
      title: 'Internodes',
      x: count,
      y: { label: `internode${lengths}`, min: 0 },
      series: [{ as: 'bars', xy: numbered(internodes), label: 'stem to the next organ' }],
      width: page.width,
      height: page.internodes,
    },
    portraits(plant, lengths),
  ] satisfies (Plot | Plot[])[]
  const scanned = date === undefined ? '' : `scanned ${date}, `
  return drawPlots(plots, [scan ?? 'Phyllotaxis', `${scanned}variant ${fileset}`])
}

/** How the angles are shown; those of a clockwise spiral are folded, so that plants compare. */
const spiralText: Readonly<Record<Phyllotaxis['spiral'], string>> = {
  'counter-clockwise': 'the genetic spiral climbs counter-clockwise, seen from the tip',
  clockwise: 'the genetic spiral climbs clockwise, so they are shown folded (360° − angle)',
  undetermined: 'no genetic spiral; counter-clockwise, seen from the tip',
}

/** The colours of organs that are counted, by kind; others are grey. */
const colours: Readonly<Record<OrganKind, string>> = {
  fruit: '#0072b2',
  branch: '#56b4e9',
  cauline_leaf: '#e69f00',
  flower: '#cc79a7',
  rosette_leaf: '#666666',
  spur: '#999999',
}
const leftOut = '#aaaaaa'
/** An organ whose kind is told less surely than this is drawn dashed. */
const UNSURE = 0.6

/** The plant from two sides, side by side. */
function portraits(plant: Phyllotaxis, lengths: string): Plot[] {
  const { stem, organs } = plant
  if (stem.length === 0) return []
  const spread = [0, 1, 2].map((k) => Math.abs(stem[stem.length - 1][k] - stem[0][k]))
  const up = largestAt(spread)
  const counted = organs.filter((organ) => organ.counted)
  const sure = counted.find(({ kindConfidence }) => kindConfidence >= UNSURE)
  return [0, 1, 2]
    .filter((across) => across !== up)
    .map((across, side): Plot => {
      const at = (p: readonly number[]) => [p[across], p[up]] as const
      // numbers stand at the tips: insertions crowd towards the top
      const shoots = organs.map((organ): Series => {
        const { insertion, direction, length } = organ
        const tip = insertion.map((c, k) => c + length * direction[k])
        const isUnsure = organ.kindConfidence < UNSURE
        return {
          as: 'line',
          xy: [at(insertion), at(tip)],
          names: ['', organ.counted ? String(counted.indexOf(organ) + 1) : letterOf(organ.kind)],
          areNamesMinor: !organ.counted,
          color: organ.counted ? colours[organ.kind] : leftOut,
          dashed: isUnsure,
        }
      })
      return {
        title: side === 0 ? 'Counted organs, with their numbers' : leftOutTitle(organs),
        x: { label: `${'xyz'[across]}${lengths}` },
        y: { label: `${'xyz'[up]}${lengths}` },
        series: [
          { as: 'line', xy: stem.map(at), color: '#009e73', label: 'stem' },
          ...(side === 0 ? keyTo(counted) : keyToLeftOut(organs, sure !== undefined)),
          ...shoots,
          {
            as: 'points',
            xy: counted.map(({ insertion }) => at(insertion)),
            color: '#d55e00',
            label: 'insertion',
          },
          ...correctedMarks(plant, at),
        ],
        width: page.width / 2,
        height: page.portrait,
        isMap: true,
      }
    })
}

/** Where a person corrected something, and where one removed an organ. */
function correctedMarks(
  { organs, corrections }: Phyllotaxis,
  at: (p: readonly number[]) => readonly [number, number],
): Series[] {
  if (!corrections) return []
  const marked = organs.filter(({ corrected }) => corrected !== undefined)
  const gone = corrections.removed.map(({ organ }) => at(organ.insertion))
  const mark = (label: string, xy: Series['xy'], color: string): Series[] =>
    xy.length === 0 ? [] : [{ as: 'points', xy, label, color }]
  return [
    ...mark(
      'corrected by hand',
      marked.map(({ insertion }) => at(insertion)),
      '#000000',
    ),
    ...mark('removed by hand', gone, '#cc79a7'),
  ]
}

/** Series without points, for the legend: each kind that is counted, and how many there are. */
const keyTo = (counted: readonly StemOrgan[]): Series[] =>
  countByKind(counted.map(({ kind }) => kind)).map(([kind, count]) => ({
    as: 'line',
    xy: [],
    label: `${count} ${wordOf(kind)}`,
    color: colours[kind],
  }))

/** As `keyTo`: of what is left out, and what a dashed line means. */
function keyToLeftOut(organs: readonly StemOrgan[], isSure: boolean): Series[] {
  const isOut = organs.some(({ counted }) => !counted)
  const isUnsure = organs.some(({ kindConfidence }) => kindConfidence < UNSURE)
  return [
    ...(isOut ? [{ as: 'line', xy: [], label: 'left out', color: leftOut } as const] : []),
    ...(isUnsure
      ? [
          {
            as: 'line',
            xy: [],
            label: isSure ? 'kind unsure' : 'all kinds unsure',
            color: '#333333',
            dashed: true,
          } as const,
        ]
      : []),
  ]
}

const letterOf = (kind: OrganKind): string => kind[0]
const wordOf = (kind: OrganKind): string => kind.replace('_', ' ')

/** Also what the letters at their tips stand for. */
function leftOutTitle(organs: readonly StemOrgan[]): string {
  const kinds = countByKind(organs.flatMap(({ kind, counted }) => (counted ? [] : [kind])))
  const told = kinds.map(([kind, count]) => `${count} ${wordOf(kind)} (${letterOf(kind)})`)
  return `Left out: ${told.join(', ') || 'none'}`
}
