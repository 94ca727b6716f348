// What runs in each thread of a crew: takes parts of an assignment until none is left, then waits for another.
import { parentPort } from 'node:worker_threads'
import type { WorkerAssignment, Delivery } from './parallel-messages.ts'

parentPort?.on('message', (assignment: WorkerAssignment) => void takeParts(assignment))

async function takeParts({ module, name, job, count, next }: WorkerAssignment): Promise<void> {
  const tell = (delivery: Delivery): void =>
    parentPort?.postMessage(delivery, buffersOf(delivery.done?.result))
  // the module that called `spreadJobs` exports its work under this name
  const exported = (await import(module)) as Record<string, (job: unknown, part: number) => unknown>
  const work = exported[name]
  let part = Atomics.add(next, 0, 1)
  if (part >= count) return tell({ isFree: true })
  while (part < count) {
    const done = { part, result: work(job, part) }
    part = Atomics.add(next, 0, 1)
    tell({ done, isFree: part >= count })
  }
}

/** The memory of the arrays that a result holds: handed over, not copied. What is shared stays shared. */
function buffersOf(result: unknown): ArrayBuffer[] {
  if (typeof result !== 'object' || result === null) return []
  const fields = Object.values(result).flatMap((field) =>
    field instanceof Map ? [...field.values()] : [field],
  )
  const buffers = [result, ...fields].flatMap((value) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  )
  return [...new Set(buffers)]
}
