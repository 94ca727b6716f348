// Jobs that a dead run left on a cluster, for a run that works without one: they are cancelled.
import type { FSDB } from '../../../fsdb/fsdb.ts'
import { preset } from './asks.ts'
import { DeadJobs } from './dead-jobs.ts'
import { slurmScheduler } from './slurm.ts'

/** @throws RomiError `cluster/jobs-left`, `cluster/unreachable`, `cluster/refused` where Slurm is not */
export async function endLeftJobs(db: FSDB, scan: string): Promise<void> {
  if (db.runs.withJobs().length === 0) return
  const { path: root } = db.place()
  const scheduler = slurmScheduler(process.env)
  const host = { runs: db.runs, root, own: undefined, scheduler, pollMs: preset.poll * 1000 }
  await new DeadJobs(host).endAll(scan)
}
