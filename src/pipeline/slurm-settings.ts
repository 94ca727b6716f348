// The tables [romi.slurm] and [Task.romi.slurm]: what is asked of a Slurm cluster. None of it is in a key.
import * as z from 'zod'
import { param, type Params } from '../task/param.ts'

/** What a job asks of the cluster; a step's own table goes over that of all steps. */
export interface SlurmAsks {
  readonly partition?: string
  readonly account?: string
  readonly qos?: string
  readonly constraint?: string
  /** Such as `gpu:1`. */
  readonly gres?: string
  /** In MB, of a job whose step says nothing of memory. */
  readonly memory?: number
  /** Cores of a node: what a step of `cpu = "all"` or `"spare"` is given. */
  readonly cpus_per_node?: number
  /** Further options of `sbatch`. */
  readonly extra?: readonly string[]
  /** Lines of shell that run on the node before each job. */
  readonly prologue?: string
  /** In seconds: steps that took less run on the head. */
  readonly local_below?: number
}

/** The table `[romi.slurm]`. */
export interface SlurmSettings extends SlurmAsks {
  /** How many jobs are on the cluster at a time. */
  readonly max_jobs?: number
  /** Seconds between two looks at the jobs. */
  readonly poll?: number
}

/** Options that say which job it is, or what becomes of it: they are ours. */
const ours =
  /^(?:--(?:array|job-name|comment|parsable|no-requeue|requeue|output|error|input|chdir|wrap|wait|test-only|time|mem|mem-per-cpu|cpus-per-task|ntasks|nodes|clusters|export|export-file|hold|quiet|version|help)(?:=|$)|-[aJoeiDWtcnNMHQVh])/

const sbatchOption = () =>
  z
    .string()
    .min(2)
    .refine((text) => text.startsWith('-'), 'an option of sbatch begins with a dash')
    .refine((text) => !ours.test(text), 'romi-run sets this option itself')

const clusterWord = (doc: string) =>
  param.of<string | undefined>(() => z.string().regex(/^[^-\s]\S*$/), {
    default: undefined,
    doc,
    expects: 'a name without blanks',
  })

const asks = {
  partition: clusterWord('The partition. Default: that of the cluster.'),
  account: clusterWord('The account that pays.'),
  qos: clusterWord('The quality of service.'),
  constraint: clusterWord('Features that a node must have, such as "avx2".'),
  gres: clusterWord('Other resources of a node, such as "gpu:1".'),
  memory: param.float<number | undefined>({
    default: undefined,
    min: 1,
    unit: 'MB',
    doc: 'Memory of a job whose step says nothing of memory. Default: 2000.',
  }),
  cpus_per_node: param.integer<number | undefined>({
    default: undefined,
    min: 1,
    doc: 'How many cores a step of cpu = "all" or "spare" is given. Default: 4.',
  }),
  extra: param.of<string[] | undefined>(() => z.array(sbatchOption()), {
    default: undefined,
    doc: 'Further options of sbatch, such as ["--reservation=lab"].',
    expects: 'a list of options of sbatch',
  }),
  prologue: param.string<string | undefined>({
    default: undefined,
    doc: 'Lines of shell that run on the node before each job, such as "module load colmap".',
  }),
  local_below: param.float<number | undefined>({
    default: undefined,
    min: 0,
    unit: 'second',
    doc: 'Steps that took less than this before run on the head, not as jobs. Default: 5.',
  }),
} as const satisfies Params

/** What `[Task.romi.slurm]` may hold. */
export const slurmStepParams: Params = asks

/** What `[romi.slurm]` may hold. */
export const slurmParams: Params = {
  ...asks,
  max_jobs: param.integer<number | undefined>({
    default: undefined,
    min: 1,
    doc: 'How many jobs are on the cluster at a time, waiting or running. Default: 500.',
  }),
  poll: param.float<number | undefined>({
    default: undefined,
    min: 0.05,
    unit: 'second',
    doc: 'How often the jobs are looked at. Default: 10.',
  }),
}
