// The address of the pipeline: its steps and parameters, and how they stand on a scan.
import { basename } from 'node:path'
import type { Hono } from 'hono'
import type { Json } from '../../base/types.ts'
import { isJsonObject } from '../../base/types.ts'
import type { Pipeline, Step } from '../../pipeline/pipeline.ts'
import { lastFailures } from '../../survey/last-failures.ts'
import { checksOf } from '../../survey/checks.ts'
import type { ExpectedStep, ScanPlan } from '../../survey/plan-scans.ts'
import { statusOf } from '../../survey/status.ts'
import { decisionText, decisionWord } from '../../survey/words.ts'
import type { ParameterShown, PipelineShown, StepShown } from '../api.ts'
import { json } from '../http/answers.ts'
import type { Site } from '../site.ts'

/** Adds it. */
export function addPipeline(app: Hono, { served, rows }: Site): void {
  app.get('/api/pipeline', async (c) => {
    const { pipeline } = await served.opened()
    const scan = c.req.query('scan')
    const plan = scan === undefined ? undefined : (await rows.planned(scan)).plan
    return json(c, pipelineShown(pipeline, plan, served.db.path))
  })
}

function pipelineShown(
  pipeline: Pipeline,
  plan: ScanPlan | undefined,
  database: string,
): PipelineShown {
  const failures = plan && lastFailures(database)
  const status = plan && failures ? statusOf(plan, failures, pipeline.notLoaded) : undefined
  const planned = new Map(
    plan?.is === 'planned' ? plan.steps.map((one) => [one.step.name, one]) : [],
  )
  return {
    file: pipeline.file,
    targets: pipeline.targets,
    steps: [...pipeline.steps.values()].map((step): StepShown => {
      const state = status?.steps.get(step.name)
      const failure = plan && failures?.get(`${plan.scan}/${step.name}`)
      return {
        ...stepShown(step),
        ...(state !== undefined && { state }),
        ...standingOf(planned.get(step.name), pipeline.file),
        ...(state === 'failed' && failure && { failure }),
      }
    }),
  }
}

function stepShown(step: Step): Omit<StepShown, 'state'> {
  const { task, wires } = step
  const upstream = Object.entries(wires).flatMap(([slot, wire]) =>
    wire.is === 'step' ? [[slot, wire.step] as const] : [],
  )
  return {
    name: step.name,
    task: task.name,
    isSource: task.is === 'source',
    summary: task.summary,
    upstream: Object.fromEntries(upstream),
    parameters: Object.entries(task.params).map(([name, param]): ParameterShown => {
      const [, min] = /from (-?[\d.]+)/.exec(param.expects) ?? []
      const [, max] = /to (-?[\d.]+)/.exec(param.expects) ?? []
      const value = shownValue(step.params[name])
      const preset = shownValue(param.default)
      return {
        name,
        ...(value !== undefined && { value }),
        ...(preset !== undefined && { default: preset }),
        expects: param.expects,
        doc: param.doc,
        ...(param.unit !== undefined && { unit: param.unit }),
        ...(min !== undefined && { min: Number(min) }),
        ...(max !== undefined && { max: Number(max) }),
        ...(step.lines[name] !== undefined && { line: step.lines[name] }),
      }
    }),
    canPreview: task.is === 'computing' && task.each !== undefined,
  }
}

function standingOf(
  planned: ExpectedStep | undefined,
  file: string,
): Pick<StepShown, 'decision' | 'reason' | 'expectedSeconds' | 'fileset' | 'checks'> {
  if (!planned) return {}
  const { decision, expected } = planned
  const checks = checksOf(planned)
  return {
    decision: decisionWord(decision),
    reason: decisionText(decision, basename(file)),
    ...(expected && { expectedSeconds: expected.seconds }),
    ...(decision.do === 'reuse' && decision.fileset !== undefined && { fileset: decision.fileset }),
    ...(checks.length > 0 && { checks }),
  }
}

/** A value of a parameter, which is JSON if it is set at all. */
function shownValue(value: unknown): Json | undefined {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value)
  // Safe: lists and maps of parameters come from TOML, and were checked by their schema.
  return isPlain || Array.isArray(value) || isJsonObject(value) ? (value as Json) : undefined
}
