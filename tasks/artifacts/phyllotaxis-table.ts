// organs.csv, a row an organ, and organs-columns.txt, which says what each of its columns is.
import { fullTurn } from '../../src/geometry/angle.ts'
import { organKinds } from '../../src/geometry/phyllotaxis/kinds.ts'
import type { Organ } from '../../src/geometry/phyllotaxis/organ.ts'
import type { Phyllotaxis, StemOrgan } from '../../src/geometry/phyllotaxis/phyllotaxis.ts'
import type { io } from '../../src/index.ts'

/** An angle as it is counted along the genetic spiral, in degrees: near 137.5 on most plants. */
export const alongSpiral = (angle: number, spiral: Phyllotaxis['spiral']): number =>
  spiral === 'clockwise' ? fullTurn(360 - angle) : angle

/** The azimuth of an organ in degrees. */
export const azimuthInDegrees = ({ azimuth }: Organ): number => fullTurn((azimuth * 180) / Math.PI)

/** What an organ's shape tells of its kind; what is not known is absent. */
export function signsOf({ shape, crowding }: StemOrgan): Readonly<Record<string, number>> {
  const { fat, flatness, straightness, rise, twigs } = shape
  return {
    ...(fat !== undefined && { fat }),
    ...(crowding !== undefined && { crowding }),
    straightness,
    rise,
    ...(flatness !== undefined && { flatness }),
    twigs,
  }
}

/** What a row is made from. */
interface OrganRow {
  readonly plant: Phyllotaxis
  readonly organ: StemOrgan
  /** The correction by which a person removed it: the row stays, and tells so. */
  readonly removedBy?: string
  /** Among the counted ones, from 0; −1: it is not counted. */
  readonly rank: number
  /** The unit of lengths; absent: not known. */
  readonly unit: string | undefined
  /** Rounds a length. */
  readonly length: (value: number) => number
}

type OrganCell = string | number

interface OrganColumn {
  readonly name: string
  readonly unit: 'degree' | 'length' | 'none'
  readonly is: string
  cell(row: OrganRow): OrganCell
}

const toDigits = (value: number, digits: number): number => Number(value.toFixed(digits))
/** Tenths of a degree: the best angles are right to some degrees. */
const degreesCell = (angle: number | undefined): OrganCell =>
  angle === undefined ? '' : toDigits(angle, 1)
const shareCell = (value: number): OrganCell => toDigits(value, 2)

const placeColumn = (name: string, axis: 0 | 1 | 2): OrganColumn => ({
  name,
  unit: 'length',
  is: `${name} of its insertion, in the axes of the scan`,
  cell: ({ organ, length }) => length(organ.insertion[axis]),
})
const directionColumn = (name: string, axis: 0 | 1 | 2): OrganColumn => ({
  name,
  unit: 'none',
  is: `${name[1]} of the unit vector along it near its base, without its leaf's`,
  cell: ({ organ }) => toDigits(organ.direction[axis], 3),
})
const signColumn = (name: string, is: string): OrganColumn => ({
  name,
  unit: 'none',
  is,
  cell: ({ organ }) => {
    const value = signsOf(organ)[name]
    return value === undefined ? '' : toDigits(value, 3)
  },
})

const organColumns: readonly OrganColumn[] = [
  {
    name: 'organ',
    unit: 'none',
    is: 'number of a counted organ, 1 at the base of the stem; empty: not counted',
    cell: ({ rank }) => (rank < 0 ? '' : rank + 1),
  },
  {
    name: 'angle',
    unit: 'degree',
    is: 'turn about the stem to the next counted organ, 0 to 360, counter-clockwise seen from the tip; empty: there is no next',
    cell: ({ plant, rank }) => degreesCell(plant.angles[rank]),
  },
  {
    name: 'internode',
    unit: 'length',
    is: 'way along the stem to the next counted organ; empty: there is no next',
    cell: ({ plant, rank, length }) =>
      plant.internodes[rank] === undefined ? '' : length(plant.internodes[rank]),
  },
  {
    name: 'height',
    unit: 'length',
    is: 'way along the stem from its base to the organ',
    cell: ({ organ, length }) => length(organ.arcLength),
  },
  {
    name: 'azimuth',
    unit: 'degree',
    is: 'direction about the stem from an arbitrary zero, 0 to 360',
    cell: ({ organ }) => degreesCell(azimuthInDegrees(organ)),
  },
  {
    name: 'length',
    unit: 'length',
    is: 'way from the stem to the tip of the organ',
    cell: ({ organ, length }) => length(organ.length),
  },
  {
    name: 'confidence',
    unit: 'none',
    is: 'how well the organ tells its direction, 0 to 1',
    cell: ({ organ }) => shareCell(organ.confidence),
  },
  placeColumn('x', 0),
  placeColumn('y', 1),
  placeColumn('z', 2),
  directionColumn('dx', 0),
  directionColumn('dy', 1),
  directionColumn('dz', 2),
  {
    name: 'kind',
    unit: 'none',
    is: `one of ${organKinds.join(', ')}`,
    cell: ({ organ }) => organ.kind,
  },
  {
    name: 'kind_confidence',
    unit: 'none',
    is: 'how clearly what tells its kind speaks for it, 0 to 1; 0.5: a toss-up',
    cell: ({ organ }) => shareCell(organ.kindConfidence),
  },
  {
    name: 'counted',
    unit: 'none',
    is: '1: it is counted, so that angles and internodes are taken to it; 0: it is not',
    cell: ({ rank }) => (rank < 0 ? 0 : 1),
  },
  signColumn('fat', 'diameter of its thickest eighth over its length; tells flowers from fruits'),
  signColumn(
    'crowding',
    'span of the densest three organs about it, in lengths of a typical organ',
  ),
  signColumn('straightness', 'extent over length, 0 to 1; 1: straight'),
  signColumn('rise', 'how far its tip stands above its base, over its length, −1 to 1'),
  signColumn('flatness', 'width over thickness; 1: round; tells leaves'),
  signColumn('twigs', 'how many organs it bears itself'),
  {
    name: 'angle_folded',
    unit: 'degree',
    is: 'the angle counted the way in which the genetic spiral climbs: 360 - angle if it climbs clockwise, else the angle; near 137.5 on most plants, whichever way they turn',
    cell: ({ plant, rank }) => {
      const angle: number | undefined = plant.angles[rank]
      return degreesCell(angle === undefined ? undefined : alongSpiral(angle, plant.spiral))
    },
  },
  {
    name: 'genetic_spiral',
    unit: 'none',
    is: 'which way it climbs, seen from the tip: counter-clockwise, clockwise or undetermined',
    cell: ({ plant }) => plant.spiral,
  },
  {
    name: 'length_unit',
    unit: 'none',
    is: 'the unit of all lengths in the row; not stated: neither the scan nor the pipeline says it',
    cell: ({ unit }) => unit ?? 'not stated',
  },
]

/** Where nothing is corrected, the table is as it is without corrections. */
const correctedColumn: OrganColumn = {
  name: 'corrected',
  unit: 'none',
  is: 'what a person corrected of it: add, move, kind or remove, and by which correction; empty: nothing',
  cell: ({ organ: { corrected }, removedBy }) => {
    if (removedBy !== undefined) return `remove ${removedBy}`
    return corrected === undefined ? '' : `${corrected.did} ${corrected.correction}`
  },
}

const columnsFor = ({ corrections }: Phyllotaxis): readonly OrganColumn[] =>
  corrections ? [...organColumns, correctedColumn] : organColumns

/**
 * A row an organ, counted ones with their numbers; the angle and the internode are those to the next.
 * One that a person removed has its row, too, and is not counted.
 */
export function organTable(plant: Phyllotaxis, unit: string | undefined): io.Table {
  const counted = plant.organs.filter((organ) => organ.counted)
  const digits = lengthDigits(plant)
  const length = (value: number) => toDigits(value, digits)
  const removed = (plant.corrections?.removed ?? []).map(({ organ, correction }) => ({
    organ,
    removedBy: correction,
  }))
  const shown = [...plant.organs.map((organ) => ({ organ })), ...removed]
  if (removed.length > 0) shown.sort((a, b) => a.organ.arcLength - b.organ.arcLength)
  return {
    columns: columnsFor(plant).map(({ name }) => name),
    rows: shown.map((one) => {
      const row = { ...one, plant, rank: counted.indexOf(one.organ), unit, length }
      return columnsFor(plant).map((column) => column.cell(row))
    }),
  }
}

/** A ten-thousandth of the stem or so: hundredths of a mm of a stem of some 100 mm. */
function lengthDigits({ organs, scale }: Phyllotaxis): number {
  const highest = Math.max(scale.leastLength, ...organs.map(({ arcLength }) => arcLength))
  return highest > 0 ? Math.min(12, Math.max(0, 4 - Math.floor(Math.log10(highest)))) : 2
}

/** What each column is, for people: name, unit, meaning. */
export function columnsText(unit: string | undefined, plant: Phyllotaxis): string {
  const columns = columnsFor(plant)
  const lengths = unit ?? 'not stated'
  const units = { degree: 'degree', length: lengths, none: '-' } as const
  const widths = [
    Math.max(...columns.map(({ name }) => name.length)),
    Math.max('degree'.length, lengths.length),
  ]
  const rows = columns.map(
    ({ name, unit: of, is }) => `${name.padEnd(widths[0])}  ${units[of].padEnd(widths[1])}  ${is}`,
  )
  const missing =
    unit === undefined
      ? [
          '',
          'The unit of lengths is that of the cameras. It is not stated: say it in the pipeline file,',
          '[romi] unit = "mm", or in the metadata of the scan, "unit".',
        ]
      : []
  return [
    'The columns of organs.csv: name, unit, meaning. A row is an organ, from the base of the stem up.',
    '',
    ...rows,
    ...missing,
    '',
  ].join('\n')
}
