// Angles and internodes along the stem: a place for each organ, from the base up.
import { useRef } from 'preact/hooks'
import { useWidth } from '../parts/use-width.ts'
import { threeDigitText } from '../parts/words.ts'

/** What was measured once: of each place the angle and the internode to the next, where there are. */
export interface ChartSeries {
  readonly name: string
  readonly angles: readonly (number | undefined)[]
  readonly internodes: readonly (number | undefined)[]
}

interface ChartProps {
  /** What stands under each place, such as the organ's number. */
  readonly names: readonly string[]
  /** One or two. */
  readonly series: readonly ChartSeries[]
  /** The angle that most plants keep, by the way of the genetic spiral; undefined: not known. */
  readonly expected?: number
  readonly unit?: string
  readonly picked?: number
  readonly onPick: (place: number) => void
}

/** In CSS pixels. */
const chartMargin = { left: 38, right: 10, top: 20, between: 30, bottom: 22 } as const
const heights = { angles: 150, internodes: 90 } as const
const full =
  chartMargin.top + heights.angles + chartMargin.between + heights.internodes + chartMargin.bottom

export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box, 380)
  const { names, series, expected, unit, picked, onPick } = props
  const inner = width - chartMargin.left - chartMargin.right
  const step = inner / Math.max(1, names.length)
  const x = (place: number) => chartMargin.left + (place + 0.5) * step
  const longest = Math.max(1e-9, ...series.flatMap((each) => each.internodes.map((v) => v ?? 0)))
  const top = niceAbove(longest)
  const angleY = (angle: number) => chartMargin.top + heights.angles * (1 - angle / 360)
  const low = chartMargin.top + heights.angles + chartMargin.between
  const internodeY = (value: number) => low + heights.internodes * (1 - value / top)
  // marks of two series stand beside each other: most are at nearly one height
  const aside = (s: number) => (series.length > 1 ? (s - 0.5) * Math.min(9, step / 2) : 0)
  const every = Math.max(1, Math.ceil(22 / step))
  return (
    <div class="chart" ref={box}>
      <svg
        width={width}
        height={full}
        role="img"
        aria-label="Angles and internodes from the base up; the same numbers stand in the table"
      >
        {[0, 90, 180, 270, 360].map((angle) => (
          <GridLine key={angle} y={angleY(angle)} to={width} text={String(angle)} />
        ))}
        {[0, top / 2, top].map((value) => (
          <GridLine key={value} y={internodeY(value)} to={width} text={threeDigitText(value)} />
        ))}
        {picked !== undefined && (
          <rect
            class="band"
            x={x(picked) - step / 2}
            y={chartMargin.top - 6}
            width={step}
            height={full - chartMargin.top - 10}
          />
        )}
        <text class="chart-title" x={chartMargin.left} y={12}>
          Angle to the next organ (°)
        </text>
        <text class="chart-title" x={chartMargin.left} y={low - 8}>
          Internode{unit === undefined ? '' : ` (${unit})`}
        </text>
        {expected !== undefined && (
          <line
            class="expected"
            x1={chartMargin.left}
            x2={width - chartMargin.right}
            y1={angleY(expected)}
            y2={angleY(expected)}
          />
        )}
        {series.map((each, s) => (
          <g key={each.name} class={`series series-${s}`}>
            {each.internodes.map((value, i) => {
              if (value === undefined) return null
              const bar = Math.min(14, step * 0.7) / series.length
              const left = x(i) - (bar * series.length) / 2 + s * bar
              return (
                <rect
                  key={i}
                  class={i === picked ? 'bar picked' : 'bar'}
                  x={left}
                  y={internodeY(value)}
                  width={Math.max(1, bar - 1)}
                  height={Math.max(0.5, low + heights.internodes - internodeY(value))}
                />
              )
            })}
            {each.angles.map((angle, i) =>
              angle === undefined ? null : (
                <SeriesMark
                  key={i}
                  shape={s}
                  x={x(i) + aside(s)}
                  y={angleY(angle)}
                  isPicked={i === picked}
                />
              ),
            )}
          </g>
        ))}
        {names.map((name, i) => (
          <g key={i} class="place" onClick={() => onPick(i)}>
            <title>{placeTitle(name, i, series, unit)}</title>
            <rect
              x={x(i) - step / 2}
              y={chartMargin.top - 6}
              width={step}
              height={full - chartMargin.top}
            />
            {(i % every === 0 || i === picked) && (
              <text class={i === picked ? 'picked' : ''} x={x(i)} y={full - 6}>
                {name}
              </text>
            )}
          </g>
        ))}
      </svg>
      {series.length > 1 && (
        <p class="legend">
          {series.map((each, s) => (
            <span key={each.name}>
              <svg width="14" height="14" class={`series series-${s}`} aria-hidden="true">
                <SeriesMark shape={s} x={7} y={7} isPicked={false} />
              </svg>
              {each.name}
            </span>
          ))}
        </p>
      )}
    </div>
  )
}

const GridLine = ({
  y,
  to,
  text,
}: {
  readonly y: number
  readonly to: number
  readonly text: string
}) => (
  <g class="grid-line">
    <line x1={chartMargin.left} x2={to - chartMargin.right} y1={y} y2={y} />
    <text x={chartMargin.left - 6} y={y + 3.5}>
      {text}
    </text>
  </g>
)

/** A disc for the first series, a diamond for the second. */
function SeriesMark(props: {
  readonly shape: number
  readonly x: number
  readonly y: number
  readonly isPicked: boolean
}) {
  const { shape, x, y, isPicked } = props
  const r = isPicked ? 6 : 4
  const name = isPicked ? 'mark picked' : 'mark'
  if (shape === 0) return <circle class={name} cx={x} cy={y} r={r} />
  return (
    <path class={name} d={`M${x} ${y - r - 1}l${r} ${r + 1}l-${r} ${r + 1}l-${r} -${r + 1}z`} />
  )
}

function placeTitle(
  name: string,
  place: number,
  series: readonly ChartSeries[],
  unit: string | undefined,
): string {
  const lines = series.map(({ name: of, angles, internodes }) => {
    const angle = angles[place]
    const internode = internodes[place]
    const told = [
      angle === undefined ? '' : `${angle.toFixed(1)}°`,
      internode === undefined ? '' : `${threeDigitText(internode)} ${unit ?? ''}`,
    ].filter(Boolean)
    return `${series.length > 1 ? `${of}: ` : ''}${told.join(', ') || '–'}`
  })
  return [`Organ ${name}`, ...lines].join('\n')
}

/** A round number, whose half is round as well, not below. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 3, 4, 6, 8, 10].map((times) => times * power).find((nice) => nice >= value) ?? value
}
