// The picture of a reconstruction: where the scanner meant each photograph to be taken, where it was.
import { distance, type Vec3 } from '../../src/geometry/linear.ts'
import { io } from '../../src/index.ts'

/** A photograph's two positions, as far as they are known. */
interface Positions {
  readonly ref: { readonly file: string }
  readonly scanner?: Vec3
  readonly estimated?: Vec3
  readonly isCorrect: boolean
}

const colors = { scanner: '#999999', correct: '#0072b2', wrong: '#d55e00' }

/** From above, from the side, and how far the two are apart; wrong ones bear their names. */
export function drawPositions(photographs: readonly Positions[], unit = 'scan units'): io.Svg {
  const map = (title: string, [i, j]: readonly [number, number]): io.Plot => ({
    title,
    x: { label: `${'xyz'[i]} (${unit})` },
    y: { label: `${'xyz'[j]} (${unit})` },
    isMap: true,
    height: 560,
    series: positionSeries(photographs, (at) => [at[i], at[j]]),
  })
  const distances = photographs.map(({ scanner, estimated }) =>
    scanner && estimated ? distance(scanner, estimated) : NaN,
  )
  const bars = (isCorrect: boolean) =>
    photographs.flatMap((of, i) => (of.isCorrect === isCorrect ? [[i, distances[i]] as const] : []))
  return io.drawPlots([
    map('Cameras from above', [0, 1]),
    map('Cameras from the side', [0, 2]),
    {
      title: 'Distance of each pose from the scanner’s',
      x: { label: 'photograph' },
      y: { label: `distance (${unit})`, min: 0 },
      series: visibleSeries([
        { as: 'bars', label: 'correct', color: colors.correct, xy: bars(true) },
        { as: 'bars', label: 'incorrect', color: colors.wrong, xy: bars(false) },
      ]),
    },
  ])
}

function positionSeries(
  photographs: readonly Positions[],
  flat: (at: Vec3) => readonly [number, number],
): io.Series[] {
  const at = (of: readonly Positions[], key: 'scanner' | 'estimated') =>
    of.flatMap((one) => (one[key] ? [flat(one[key])] : []))
  const correct = photographs.filter(({ isCorrect }) => isCorrect)
  const wrong = photographs.filter(({ isCorrect }) => !isCorrect)
  const placed = wrong.filter(({ estimated, scanner }) => estimated ?? scanner)
  // a gap after each pair, so that only the two are joined
  const ways = photographs.flatMap(({ scanner, estimated }) =>
    scanner && estimated ? [flat(scanner), flat(estimated), [NaN, NaN] as const] : [],
  )
  return visibleSeries([
    { as: 'line', xy: ways, color: colors.scanner },
    { as: 'points', label: 'scanner', xy: at(photographs, 'scanner'), color: colors.scanner },
    { as: 'points', label: 'COLMAP', xy: at(correct, 'estimated'), color: colors.correct },
    {
      as: 'points',
      label: 'incorrect',
      xy: placed.flatMap(({ estimated, scanner }) => {
        const place = estimated ?? scanner
        return place ? [flat(place)] : []
      }),
      names: placed.map(({ ref }) => ref.file),
      color: colors.wrong,
    },
  ])
}

/** A legend names what there is. */
const visibleSeries = (series: readonly io.Series[]): io.Series[] =>
  series.filter(({ xy }) => xy.length > 0)
