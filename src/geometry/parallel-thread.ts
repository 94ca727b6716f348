// What runs in each thread of `spread`: takes parts until none is left.
import { parentPort, workerData } from 'node:worker_threads'
import type { WorkerAssignment, Delivery } from './parallel-messages.ts'

const { module, name, job, count: workerCount, next } = workerData as WorkerAssignment // `spread` wrote it
// the module that called `spread` exports its work under this name
const exported = (await import(module)) as Record<string, (job: unknown, part: number) => unknown>
const work = exported[name]

for (let part = Atomics.add(next, 0, 1); part < workerCount; part = Atomics.add(next, 0, 1)) {
  const delivery: Delivery = { part, result: work(job, part) }
  parentPort?.postMessage(delivery)
}
