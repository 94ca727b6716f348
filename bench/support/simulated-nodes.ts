// The nodes of a simulated cluster, in a process of their own: what they take is not the head's.
import { performOnNode, type NodeTask } from '../../src/run/executors/slurm/on-node.ts'

/** What the head says: do this one, and tell when it is done. */
export interface NodeWork {
  readonly task: NodeTask
  readonly id: string
}

const signal = new AbortController().signal
/** Jobs that work at a time. */
const lanes = 4
const line: NodeWork[] = []
let working = 0

async function workOn(): Promise<void> {
  working++
  for (let next = line.shift(); next; next = line.shift()) {
    await performOnNode(next.task, { env: process.env, signal, print: () => undefined })
    process.send?.(next.id)
  }
  working--
}

process.on('message', (work: NodeWork) => {
  line.push(work)
  if (working < lanes) void workOn()
})
