// The graph of a pipeline: a button a step, lines between them.
import { useMemo } from 'preact/hooks'
import type { StepShown } from '../../api.ts'
import { pickHere } from '../navigation.ts'
import { StateMark, type Shown } from '../parts/state-mark.tsx'
import { brokenName, durationOf } from '../parts/words.ts'
import { layoutOf, nodeSize, smoothPath } from './layout.ts'

/** What fits a node in one line, in characters. */
const longestName = 24

export function Graph(props: { readonly steps: readonly StepShown[]; readonly picked?: string }) {
  const { steps, picked } = props
  const layout = useMemo(
    () =>
      layoutOf(steps.map(({ name, upstream }) => ({ name, upstream: Object.values(upstream) }))),
    [steps],
  )
  return (
    <div class="graph-box" tabIndex={-1}>
      <div class="graph" style={{ width: `${layout.width}px`, height: `${layout.height}px` }}>
        <svg width={layout.width} height={layout.height} aria-hidden="true">
          {layout.edges.map(({ from, to, points }) => (
            <path
              key={`${from} ${to}`}
              class={from === picked || to === picked ? 'near' : ''}
              d={smoothPath(points)}
            />
          ))}
        </svg>
        {steps.map((step) => {
          const { x, y } = layout.nodes.get(step.name) ?? { x: 0, y: 0 }
          const [left, top] = [x - nodeSize.width / 2, y - nodeSize.height / 2]
          return (
            <button
              key={step.name}
              class="node"
              title={step.name}
              aria-pressed={step.name === picked}
              style={{ transform: `translate(${left}px, ${top}px)` }}
              onClick={() => pickHere({ step: step.name })}
            >
              {step.state === undefined ? null : <StateMark state={shownState(step)} />}
              <span class="node-text">
                <span class="cut step-name">{brokenName(step.name, longestName)}</span>
                <span class="cut soft">{underOf(step)}</span>
              </span>
            </button>
          )
        })}
      </div>
    </div>
  )
}

/** Complete ones that a check doubts are shown so. */
export function shownState({ state = 'missing', checks = [] }: StepShown): Shown {
  return state === 'complete' && checks.some(({ is }) => is === 'broken') ? 'in doubt' : state
}

function underOf({ isSource, decision, state, expectedSeconds }: StepShown): string {
  if (isSource) return 'source'
  const told = decision === undefined ? (state ?? '') : decision
  const seconds =
    expectedSeconds === undefined || decision === 'complete'
      ? ''
      : `, ≈ ${durationOf(expectedSeconds)}`
  return told + seconds
}
