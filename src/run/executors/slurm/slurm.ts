// Slurm as a scheduler: sbatch, squeue, scancel and scontrol.
import { spawn } from 'node:child_process'
import { RomiError, systemCode } from '../../../base/errors.ts'
import type {
  Answer,
  ArrayRequest,
  JobEnd,
  JobState,
  ListedJob,
  Resources,
  Scheduler,
} from './scheduler.ts'

/** After how long a program of Slurm is given up, in ms: twice its own patience with the controller. */
const patienceMs = 60_000

/** Jobs of an array; more would not be taken by clusters that kept Slurm's default of 1001. */
const mostInArray = 500

/** How many ids one call of scancel is given. */
const idsAtATime = 200

/** What a program printed, and how it ended. */
interface ProgramSaid {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** @param env the environment of this process, in which the programs of Slurm find their cluster */
export function slurmScheduler(env: Readonly<Record<string, string | undefined>>): Scheduler {
  const own = withoutOuterJob(env)
  const call = (program: string, args: readonly string[], input = '') =>
    callProgram(program, args, input, own)
  return {
    name: 'slurm',
    async submit(array) {
      const script = `#!/bin/bash\nROMI_INDEX=$SLURM_ARRAY_TASK_ID\n${array.script}`
      const { code, out, err } = await call('sbatch', submitOptions(array), script)
      if (code === 0) return out.trim().split(';')[0]
      throw isOfTheWay(err) ? unreached('sbatch', err) : refusedBySlurm(err)
    },
    async list(names) {
      const args = ['-h', '-r', '-t', 'all', `--name=${names.join(',')}`, '-o', listFormat]
      const { code, out, err } = await call('squeue', args)
      if (code !== 0) throw unreached('squeue', err)
      return out.split('\n').flatMap((line) => parseListed(line) ?? [])
    },
    async cancel(jobs) {
      const batches =
        'ids' in jobs
          ? inParts(jobs.ids, idsAtATime)
          : [[`--name=${jobs.name}`, ...(jobs.waitingOnly ? ['--state=PENDING'] : [])]]
      for (const args of batches) {
        const { code, err } = await call('scancel', args)
        // One that has ended meanwhile is no trouble.
        if (code !== 0 && isOfTheWay(err)) throw unreached('scancel', err)
      }
    },
    async state(id) {
      const { code, out, err } = await call('scontrol', ['-o', 'show', 'job', id])
      if (code !== 0 && /invalid job id/i.test(err)) return { is: 'unknown' }
      if (code !== 0) throw unreached('scontrol', err)
      return parseShown(out)
    },
    async largestArray() {
      try {
        const { out } = await call('scontrol', ['show', 'config'])
        const [, size] = /^MaxArraySize\s*=\s*(\d+)/m.exec(out) ?? []
        // 1001 means that index 1000 is the last.
        return Math.max(1, Math.min(mostInArray, Number(size ?? mostInArray)))
      } catch {
        return mostInArray // sbatch will say what is wrong
      }
    },
  }
}

/** A head that is itself a job: what Slurm told it must not reach its own jobs. */
function withoutOuterJob(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const isOuter = (name: string) => /^(?:SLURM|SBATCH|SQUEUE|SCANCEL)_/.test(name)
  const kept = ([name]: [string, unknown]) => !isOuter(name) || name === 'SLURM_CONF'
  return Object.fromEntries(Object.entries(env).filter(kept))
}

/** The options of sbatch for an array. */
export function submitOptions(array: ArrayRequest): string[] {
  const { name, mark, count, log, folder, resources } = array
  return [
    '--parsable',
    `--array=0-${count - 1}`,
    `--job-name=${name}`,
    `--comment=${mark}`,
    // Slurm would begin a job again by itself after its node failed, beside the one that we begin.
    '--no-requeue',
    `--output=${log.replaceAll('\\', '\\\\')}`,
    `--chdir=${folder}`,
    '--ntasks=1',
    ...resourceOptions(resources),
  ]
}

function resourceOptions(resources: Resources): string[] {
  const { cpus, memory, minutes, exclude, extra } = resources
  const named = (['partition', 'account', 'qos', 'constraint', 'gres'] as const).flatMap((name) =>
    resources[name] === undefined ? [] : [`--${name}=${resources[name]}`],
  )
  return [
    `--cpus-per-task=${cpus}`,
    `--mem=${Math.ceil(memory)}M`,
    ...(minutes === undefined ? [] : [`--time=${minutes}`]),
    ...(exclude.length > 0 ? [`--exclude=${exclude.join(',')}`] : []),
    ...named,
    ...extra,
  ]
}

/** Id, state, reason, node, name, comment. */
const listFormat = '%i|%T|%r|%N|%j|%k'

/** A line of squeue; `undefined` if it is none of an array of ours. */
export function parseListed(line: string): ListedJob | undefined {
  const parts = line.split('|')
  if (parts.length !== 6) return undefined
  const [id, state, why, node, name, mark] = parts
  const [, index] = /^\d+_(\d+)$/.exec(id) ?? []
  if (index === undefined) return undefined
  const listed = { id, name, mark, index: Number(index), state: slurmState(state, why) }
  return node === '' ? listed : { ...listed, node }
}

const jobEnds: Readonly<Record<string, JobEnd>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  OUT_OF_MEMORY: 'out-of-memory',
  TIMEOUT: 'time-limit',
  DEADLINE: 'time-limit',
  NODE_FAIL: 'lost',
  BOOT_FAIL: 'lost',
  PREEMPTED: 'lost',
  REVOKED: 'lost',
  CANCELLED: 'cancelled',
}

const waitingStates = ['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'SPECIAL_EXIT']

/** Slurm's word for a state, of which there are more than two dozen: what is not at an end goes on. */
function slurmState(word: string, why: string): JobState {
  const [name] = word.split(' ')
  if (Object.hasOwn(jobEnds, name)) return { is: 'ended', how: jobEnds[name] }
  return waitingStates.includes(name) ? { is: 'waiting', why } : { is: 'running' }
}

/** What `scontrol show job` tells of one. */
function parseShown(text: string): Answer {
  const field = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(text)?.[1]
  const state = field('JobState')
  if (state === undefined) return { is: 'unknown' }
  const exitCode = field('ExitCode')
  const node = field('NodeList')
  return {
    is: 'known',
    state: slurmState(state, field('Reason') ?? ''),
    ...(exitCode !== undefined && { exitCode }),
    ...(node !== undefined && node !== '(null)' && { node }),
  }
}

/** True of words that tell of the way to the controller, not of what was asked. */
const isOfTheWay = (err: string): boolean =>
  /socket timed out|unable to contact|connection (?:refused|timed out)|communication|transport|temporarily|zero bytes|gave up after|munge|slurm_receive_msg|in the process of/i.test(
    err,
  )

const cleanWords = (err: string): string =>
  err
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\w+: (?:error: |fatal: )*/, ''))
    .join('; ')

const unreached = (program: string, err: string): RomiError =>
  new RomiError('cluster/unreachable', `${program} does not reach Slurm: ${cleanWords(err)}`, {
    facts: { program },
  })

const refusedBySlurm = (err: string): RomiError =>
  new RomiError(
    'cluster/refused',
    `Slurm refuses the job: ${cleanWords(err)}; change [romi.slurm], or [Task.romi.slurm] of the step`,
  )

const inParts = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.slice(i * size, (i + 1) * size),
  )

/** Runs a program of Slurm to its end. @throws RomiError `cluster/unreachable` if it is not there */
function callProgram(
  program: string,
  args: readonly string[],
  input: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ProgramSaid> {
  return new Promise((resolve, reject) => {
    // In a process group of its own: the Ctrl-C of a terminal is for us, and must not end an scancel.
    const own = { detached: true, timeout: patienceMs, killSignal: 'SIGKILL' } as const
    const child = spawn(program, args, { env, ...own })
    const texts = { out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()))
    child.on('error', (error) =>
      reject(
        new RomiError(
          systemCode(error) === 'ENOENT' ? 'cluster/refused' : 'cluster/unreachable',
          `${program} cannot be run here: start romi-run on a machine that submits to Slurm, such as the login node`,
          { cause: error, facts: { program } },
        ),
      ),
    )
    child.on('close', (code) =>
      resolve({
        code: code ?? -1,
        out: texts.out,
        err: code === null ? `${texts.err}\nSocket timed out: no answer` : texts.err,
      }),
    )
    // One that ends before it read its input is told of by its code.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
