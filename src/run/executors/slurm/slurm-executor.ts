// The executor of a cluster: its jobs run where a scheduler puts them, followed by the session of the run.
import type { Cluster, Executor } from '../../executor.ts'
import { failureOf } from '../../failure.ts'
import type { Job, JobEvent, JobOutcome } from '../../job.ts'
import { asksOf, filesAJob, preset } from './asks.ts'
import { ClusterSession, type ClusterSetup } from './session.ts'

/** An executor whose jobs run where a scheduler puts them. */
export class ClusterExecutor implements Executor {
  readonly name: string
  readonly cluster: Cluster
  readonly #setup: ClusterSetup
  #session: ClusterSession | undefined

  constructor(setup: ClusterSetup) {
    this.#setup = setup
    this.name = setup.scheduler.name
    const { settings, here } = setup
    this.cluster = {
      begin: async (run) => {
        this.#session = new ClusterSession(setup, run)
        await this.#session.begin()
      },
      hereFor: (step, recorded) => {
        const { local_below = preset.local_below } = asksOf(settings, step.slurm)
        return recorded && recorded.seconds < local_below ? here : undefined
      },
      filesAJob: (step, recorded) =>
        filesAJob(recorded?.secondsAFile ?? this.#session?.secondsAFile.get(step)),
      take: (scan) => this.#session?.dead.take(scan),
      claim: async (at, isWanted) => (await this.#session?.claim(at, isWanted)) ?? [],
      leave: async (scan) => this.#session?.dead.leave(scan),
      release: async (scan, step) => this.#session?.release(scan, step),
      end: async () => {
        await this.#session?.end()
        this.#session = undefined
      },
    }
  }

  async execute(
    job: Job,
    _signal: AbortSignal,
    tell: (event: JobEvent) => void,
  ): Promise<JobOutcome> {
    // The run's own signals were given when it began.
    try {
      if (!this.#session) throw new Error('a job came before its run began')
      return await this.#session.execute(job, tell)
    } catch (error) {
      return { is: 'failed', failure: failureOf(error) }
    }
  }

  async close(): Promise<void> {
    await this.#session?.end()
    await this.#setup.here.executor.close()
  }
}
