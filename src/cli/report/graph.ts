// A pipeline as a picture, in the languages that draw: Mermaid and DOT; coloured by decision.
import { unreachable } from '../../base/types.ts'
import type { Pipeline, Step, Wire } from '../../pipeline/pipeline.ts'
import type { Decision } from '../../plan/decision.ts'

/** The decisions of one scan, by step; none for a bare pipeline. */
export type Decisions = ReadonlyMap<string, Decision>

interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly slot: string
}

/** Fill and border of a step by its decision; readable on white and on black. */
function stateColours(decision: Decision | undefined): readonly [fill: string, border: string] {
  switch (decision?.do) {
    case undefined:
      return ['#f5f5f5', '#616161']
    case 'reuse':
      return ['#c8e6c9', '#2e7d32']
    case 'run':
      return ['#bbdefb', '#1565c0']
    case 'maybe':
      return ['#e3f2fd', '#64b5f6']
    case 'leave':
      return ['#eeeeee', '#9e9e9e']
    case 'stop':
      return ['#ffcdd2', '#c62828']
    default:
      return unreachable(decision)
  }
}

function graphEdges(pipeline: Pipeline): GraphEdge[] {
  return [...pipeline.steps.values()].flatMap((step) =>
    Object.entries(step.wires).flatMap(([slot, wire]) => graphEdge(step, slot, wire)),
  )
}

function graphEdge(step: Step, slot: string, wire: Wire): GraphEdge[] {
  switch (wire.is) {
    case 'step':
      return [{ from: wire.step, to: step.name, slot }]
    case 'scan':
      return [{ from: `${wire.scan}/${wire.task}`, to: step.name, slot }]
    case 'empty':
      return []
    default:
      return unreachable(wire)
  }
}

/** Everything that has a box: the steps, and what is read of other scans. */
function boxesOf(pipeline: Pipeline): { readonly name: string; readonly step: Step | undefined }[] {
  const names = new Set([...pipeline.steps.keys(), ...graphEdges(pipeline).map(({ from }) => from)])
  return [...names].map((name) => ({ name, step: pipeline.steps.get(name) }))
}

/** Only slots with a telling name label their arrow. */
const label = (slot: string): string =>
  slot === 'upstream_task' ? '' : slot.replace(/^upstream_/, '')

/** The name of a table may be any text: it is drawn without what either language takes for its own. */
const plainName = (name: string): string => name.replaceAll(/[^\w .-]/g, '_')

/** A Mermaid flowchart, as GitHub and many editors show it. */
export function mermaid(pipeline: Pipeline, decisions: Decisions = new Map()): string {
  const boxes = boxesOf(pipeline)
  const ids = new Map(boxes.map(({ name }, i) => [name, /^\w+$/.test(name) ? name : `scan${i}`]))
  const lines = boxes.flatMap(({ name, step }) => {
    const [open, close] = step?.task.is === 'computing' ? ['[', ']'] : ['([', '])']
    const [fill, border] = stateColours(decisions.get(name))
    const id = ids.get(name)
    return [
      `  ${id}${open}"${name}"${close}`,
      `  style ${id} fill:${fill},stroke:${border},color:#000`,
    ]
  })
  const arrows = graphEdges(pipeline).map(({ from, to, slot }) => {
    const text = label(slot)
    return `  ${ids.get(from)} -->${text === '' ? '' : `|${text}|`} ${ids.get(to)}`
  })
  const left = pipeline.notLoaded.map(
    (name, i) => `  left${i}[${JSON.stringify(`${plainName(name)}: module not loaded`)}]`,
  )
  return ['flowchart TD', ...lines, ...left, ...arrows].join('\n')
}

/** A DOT digraph, for Graphviz. */
export function dotGraph(pipeline: Pipeline, decisions: Decisions = new Map()): string {
  const boxes = boxesOf(pipeline).map(({ name, step }) => {
    const [fill, border] = stateColours(decisions.get(name))
    const shape = step?.task.is === 'computing' ? 'box' : 'oval'
    return `  "${name}" [shape=${shape}, style=filled, fillcolor="${fill}", color="${border}"];`
  })
  const arrows = graphEdges(pipeline).map(({ from, to, slot }) => {
    const text = label(slot)
    return `  "${from}" -> "${to}"${text === '' ? '' : ` [label="${text}"]`};`
  })
  const left = pipeline.notLoaded.map(
    (name) =>
      `  ${JSON.stringify(`${plainName(name)}: module not loaded`)} [shape=box, style=dashed];`,
  )
  return ['digraph pipeline {', ...boxes, ...left, ...arrows, '}'].join('\n')
}
