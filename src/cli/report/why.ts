// The chain of reasons of a step, and the provenance of a fileset.
import { basename } from 'node:path'
import { some } from '../../base/some.ts'
import type { StepRecord } from '../../plan/facts/record.ts'
import { upstreamOf } from '../../pipeline/pipeline.ts'
import type { ExpectedStep } from '../../survey/plan-scans.ts'
import { checksOf } from '../../survey/checks.ts'
import { checkLines } from './checks.ts'
import { decisionMark } from './plan.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'
import { count, duration, size } from '../../base/number-words.ts'
import { decisionText, decisionWord, isToDo } from '../../survey/words.ts'

/**
 * A step and, indented below it, all that it reads: each once, with what is to be done and why.
 * @param failure why a step failed last time, if it did
 */
export function chainLines(
  name: string,
  steps: ReadonlyMap<string, ExpectedStep>,
  file: string,
  style: Style,
  failure: (step: string) => string | undefined,
): string[] {
  const told = new Set<string>()
  const lines: string[] = []
  const tell = (step: string, depth: number): void => {
    const planned = steps.get(step)
    if (planned === undefined) return
    const { decision } = planned
    const indent = '  '.repeat(depth)
    const again = told.has(step)
    const text = again ? 'see above' : decisionText(decision, basename(file))
    const says = `${decisionWord(decision)}${text === '' ? '' : `: ${text}`}`
    lines.push(
      `${indent}${decisionMark(decision, style)} ${style.bold(step)}  ${again ? style.dim(text) : says}`,
    )
    if (again) return
    told.add(step)
    const failed = isToDo(decision) ? failure(step) : undefined
    if (failed !== undefined) lines.push(`${indent}  ${style.red('failed last time:')} ${failed}`)
    const checks = checkLines(checksOf(planned), style)
    const warned = decision.do === 'reuse' ? (decision.warned ?? []) : []
    const warnings = warned.map((text) => `${style.yellow('!')} ${text}`)
    lines.push(...[...warnings, ...checks].map((text) => `${indent}    ${text}`))
    for (const upstream of upstreamOf(planned.step)) tell(upstream, depth + 1)
  }
  tell(name, 0)
  return lines
}

/** The values as the record has them: limits stand in the pipeline. */
function recordedCheckRows({ checks = {}, outputs }: StepRecord): string[][] {
  const whole = Object.entries(checks).map(([name, value]) => ({ name, of: '', ...value }))
  const files = Object.entries(outputs).flatMap(([of, output]) =>
    Object.entries(output.checks ?? {}).map(([name, value]) => ({ name, of, ...value })),
  )
  return [...whole, ...files].map(({ name, of, value, note }) => [
    name,
    String(Number(value.toPrecision(3))),
    note ?? of,
  ])
}

/** What a fileset was made from, when, where and how. */
export function provenanceLines(
  id: string,
  task: string,
  {
    record,
    name,
  }: { readonly record: StepRecord; readonly name: (maker: string) => string | undefined },
  style: Style,
): string[] {
  const { made, params, inputs, outputs } = record
  const files = Object.keys(outputs)
  const facts = [
    ['task', `${task}, version ${record.version}`],
    ['made', `${made.at} on ${made.host}, in ${duration(made.seconds)}`],
    ['run', made.run],
    [
      'with',
      Object.entries(made.versions)
        .map(([what, of]) => `${what} ${of}`)
        .join(', '),
    ],
    ['files', `${count(files.length, 'file')}, ${size(made.bytes)}: ${some(files)}`],
    ['key', record.key],
  ]
  const values = Object.entries(params).map(([key, value]) => [key, JSON.stringify(value)])
  const sources = Object.entries(inputs).map(([slot, input]) => {
    const maker = input.maker === undefined ? undefined : name(input.maker)
    const from = maker ?? input.fileset ?? input.from
    const selected = input.seen.files.length
    const gone = input.maker !== undefined && maker === undefined ? ' (not there any more)' : ''
    return [slot, `${from}${gone}`, selected === 0 ? '' : count(selected, 'file')]
  })
  const titled = (title: string, rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? [] : ['', title, ...table(rows, '  ')]
  return [
    style.bold(id),
    ...table(
      facts.map(([what, of]) => [style.dim(what), of]),
      '  ',
    ),
    ...titled('Parameters', values),
    ...titled('Checks', recordedCheckRows(record)),
    ...titled(
      'Warned of',
      (made.warned ?? []).map((text) => [text]),
    ),
    ...titled('Made from', sources),
  ]
}
