// Slurm's programs: what they are asked, and what follows from what they print; by stand-ins for them.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ArrayRequest, Scheduler } from '../../../src/run/executors/slurm/scheduler.ts'
import {
  parseListed,
  slurmScheduler,
  submitOptions,
} from '../../../src/run/executors/slurm/slurm.ts'
import { scratchFolder } from '../../support/scratch.ts'

type SlurmProgram = 'sbatch' | 'squeue' | 'scancel' | 'scontrol'

/** A scheduler whose programs are lines of shell; each notes what it was given before it does them. */
function slurmWith(
  programs: Partial<Record<SlurmProgram, string>>,
  env: Readonly<Record<string, string>> = {},
) {
  const folder = scratchFolder('slurm')
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const [name, script] of Object.entries(programs)) {
    const notes = `for word; do echo "$word"; done >> ${folder}/${name}\necho . >> ${folder}/${name}\n`
    writeFileSync(join(bin, name), `#!/bin/sh\n${notes}${script}\n`, { mode: 0o755 })
  }
  const read = (name: string) => {
    const path = join(folder, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  const scheduler = slurmScheduler({ PATH: `${bin}:/usr/bin:/bin`, ...env })
  /** The words of each call of a program. */
  const calls = (name: SlurmProgram) =>
    read(name)
      .split(/^\.\n/m)
      .slice(0, -1)
      .map((words) => words.trimEnd().split('\n'))
  return { folder, bin, scheduler, calls, read }
}

const array: ArrayRequest = {
  name: 'run',
  mark: 'a1',
  count: 3,
  resources: { cpus: 2, memory: 100, exclude: [], extra: [] },
  script: 'echo "$ROMI_INDEX"\n',
  log: '/l',
  folder: '/d',
}

describe('an array', () => {
  test('is given to sbatch with its options and its script, which knows its index', async () => {
    const { scheduler, calls, read } = slurmWith({
      sbatch: 'cat > ${0%/bin/*}/input; echo 42',
    })
    expect(await scheduler.submit(array)).toBe('42')
    expect(calls('sbatch')).toEqual([submitOptions(array)])
    expect(read('input')).toBe('#!/bin/bash\nROMI_INDEX=$SLURM_ARRAY_TASK_ID\necho "$ROMI_INDEX"\n')
  })

  test('has an id of which the name of a cluster is no part', async () => {
    const { scheduler } = slurmWith({ sbatch: 'echo "42;alpha"' })
    expect(await scheduler.submit(array)).toBe('42')
  })

  test('is taken though sbatch does not read its script to the end', async () => {
    const { scheduler } = slurmWith({ sbatch: 'exec 0<&-; echo 7' })
    const script = 'x'.repeat(1 << 20)
    expect(await scheduler.submit({ ...array, script })).toBe('7')
  })

  test('that Slurm refuses is refused in its own words', async () => {
    const { scheduler } = slurmWith({
      sbatch: `echo "sbatch: error: invalid partition specified: nowhere" >&2
echo "sbatch: error: fatal: Batch job submission failed" >&2; exit 1`,
    })
    await expect(scheduler.submit(array)).rejects.toMatchObject({
      code: 'cluster/refused',
      message:
        'Slurm refuses the job: invalid partition specified: nowhere; Batch job submission failed; change [romi.slurm], or [Task.romi.slurm] of the step',
    })
  })

  test.each([
    'Socket timed out on send/recv operation',
    'Unable to contact slurm controller (connect failure)',
    'Connection refused',
    'Connection timed out',
    'Communication connection failure',
    'Transport endpoint is not connected',
    'Resource temporarily unavailable',
    'Zero Bytes were transmitted or received',
    'Batch job submission failed: gave up after 3 attempts',
    'Munge encode failed: Failed to access "/run/munge/munge.socket.2"',
    'slurm_receive_msg: failed',
    'Slurm backup controller in the process of taking over',
  ])('is to be submitted again where the way to Slurm is at fault: %s', async (words) => {
    const { scheduler } = slurmWith({ sbatch: `echo 'sbatch: error: ${words}' >&2; exit 1` })
    await expect(scheduler.submit(array)).rejects.toMatchObject({
      code: 'cluster/unreachable',
      message: `sbatch does not reach Slurm: ${words}`,
      facts: { program: 'sbatch' },
    })
  })

  test('is to be submitted again where sbatch was killed: nobody knows whether it is in', async () => {
    const { scheduler } = slurmWith({ sbatch: 'echo 5; kill -KILL $$' })
    await expect(scheduler.submit(array)).rejects.toMatchObject({
      code: 'cluster/unreachable',
      message: expect.stringContaining('Socket timed out: no answer'),
    })
  })

  test('is submitted with all that is asked for, and with nothing else', () => {
    const options = (more: Partial<ArrayRequest['resources']>) =>
      submitOptions({ ...array, resources: { ...array.resources, ...more } }).slice(8)
    expect(options({})).toEqual(['--cpus-per-task=2', '--mem=100M'])
    expect(
      options({
        memory: 100.2,
        minutes: 5,
        exclude: ['n1', 'n2'],
        partition: 'p',
        account: 'a',
        qos: 'q',
        constraint: 'c',
        gres: 'g',
        extra: ['--x', '--y'],
      }),
    ).toEqual([
      '--cpus-per-task=2',
      '--mem=101M',
      '--time=5',
      '--exclude=n1,n2',
      '--partition=p',
      '--account=a',
      '--qos=q',
      '--constraint=c',
      '--gres=g',
      '--x',
      '--y',
    ])
  })

  test('has its log where it is meant, though there is a backslash in the path', () => {
    expect(submitOptions({ ...array, log: '/a\\b\\c' })).toContain('--output=/a\\\\b\\\\c')
  })
})

describe('the list of jobs', () => {
  test('is asked for by names, with jobs that are over, each of an array by itself', async () => {
    const { scheduler, calls } = slurmWith({
      squeue: `echo '7_3|RUNNING|None|n1|run|a2'; echo '8|RUNNING|None|n1|run|'
echo '17_12|PENDING|Priority||other|a1'`,
    })
    expect(await scheduler.list(['run', 'other'])).toStrictEqual([
      { id: '7_3', name: 'run', mark: 'a2', index: 3, state: { is: 'running' }, node: 'n1' },
      {
        id: '17_12',
        name: 'other',
        mark: 'a1',
        index: 12,
        state: { is: 'waiting', why: 'Priority' },
      },
    ])
    expect(calls('squeue')).toEqual([
      ['-h', '-r', '-t', 'all', '--name=run,other', '-o', '%i|%T|%r|%N|%j|%k'],
    ])
  })

  test('that does not come says nothing of any job', async () => {
    const { scheduler } = slurmWith({ squeue: 'echo "squeue: error: anything" >&2; exit 1' })
    await expect(scheduler.list(['run'])).rejects.toMatchObject({
      code: 'cluster/unreachable',
      facts: { program: 'squeue' },
    })
  })

  test.each([
    ['COMPLETED', { is: 'ended', how: 'completed' }],
    ['FAILED', { is: 'ended', how: 'failed' }],
    ['TIMEOUT', { is: 'ended', how: 'time-limit' }],
    ['BOOT_FAIL', { is: 'ended', how: 'lost' }],
    ['REVOKED', { is: 'ended', how: 'lost' }],
    ['CONFIGURING', { is: 'waiting', why: 'None' }],
    ['REQUEUED', { is: 'waiting', why: 'None' }],
    ['REQUEUE_HOLD', { is: 'waiting', why: 'None' }],
    ['SPECIAL_EXIT', { is: 'waiting', why: 'None' }],
    ['toString', { is: 'running' }],
  ])('names a job %s that stands so', (word, state) => {
    expect(parseListed(`7_3|${word}|None|n1|run|a2`)?.state).toEqual(state)
  })

  test.each(['x7_3', '7_3x', '7_[1-5]', '7_', '_3'])('has no job of ours by the id %s', (id) => {
    expect(parseListed(`${id}|RUNNING|None|n1|run|a2`)).toBeUndefined()
  })
})

test.each(['7_3|RUNNING|None|n1|run', '7_3|RUNNING|None|n1|run|a2|more'])(
  'a line of other fields than were asked for is none of ours: %s',
  (line) => {
    expect(parseListed(line)).toBeUndefined()
  },
)

describe('jobs are cancelled', () => {
  test('by their ids, two hundred at a time', async () => {
    const { scheduler, calls } = slurmWith({ scancel: 'exit 0' })
    const ids = Array.from({ length: 401 }, (_, i) => `5_${i}`)
    await scheduler.cancel({ ids })
    expect(calls('scancel').map(({ length }) => length)).toEqual([200, 200, 1])
    expect(calls('scancel').flat()).toEqual(ids)
  })

  test('by their name, all of them or those that wait', async () => {
    const { scheduler, calls } = slurmWith({ scancel: 'exit 0' })
    await scheduler.cancel({ name: 'run', waitingOnly: false })
    await scheduler.cancel({ name: 'run', waitingOnly: true })
    expect(calls('scancel')).toEqual([['--name=run'], ['--name=run', '--state=PENDING']])
  })

  test('though some have ended meanwhile', async () => {
    const { scheduler } = slurmWith({
      scancel: 'echo "scancel: error: Job/step already completing or completed" >&2; exit 1',
    })
    await scheduler.cancel({ ids: ['5_0'] })
  })

  test('whatever scancel says of its way, if it did well', async () => {
    const { scheduler } = slurmWith({ scancel: 'echo "communication was slow" >&2' })
    await scheduler.cancel({ ids: ['5_0'] })
  })

  test('unless Slurm is not reached', async () => {
    const { scheduler } = slurmWith({
      scancel: 'echo "scancel: error: Unable to contact slurm controller" >&2; exit 1',
    })
    await expect(scheduler.cancel({ ids: ['5_0'] })).rejects.toMatchObject({
      code: 'cluster/unreachable',
      facts: { program: 'scancel' },
    })
  })
})

describe('what Slurm knows of one job', () => {
  const shown = (text: string): Promise<unknown> =>
    slurmWith({ scontrol: `echo '${text}'` }).scheduler.state('5_0')

  test('is asked for by its id, and told with its node and its code', async () => {
    const { scheduler, calls } = slurmWith({
      scontrol: `echo 'JobId=5 JobName=run JobState=FAILED Reason=NonZeroExitCode ReqNodeList=(null) ExcNodeList=n9 NodeList=n1 ExitCode=3:0'`,
    })
    expect(await scheduler.state('5_0')).toStrictEqual({
      is: 'known',
      state: { is: 'ended', how: 'failed' },
      exitCode: '3:0',
      node: 'n1',
    })
    expect(calls('scontrol')).toEqual([['-o', 'show', 'job', '5_0']])
  })

  test('tells no node of one that waits, but why it does', async () => {
    expect(await shown('JobState=PENDING Reason=Resources NodeList=(null)')).toStrictEqual({
      is: 'known',
      state: { is: 'waiting', why: 'Resources' },
    })
    expect(await shown('JobState=PENDING')).toStrictEqual({
      is: 'known',
      state: { is: 'waiting', why: '' },
    })
  })

  test('is nothing where it has forgotten it, or shows none', async () => {
    const { scheduler } = slurmWith({
      scontrol: 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1',
    })
    expect(await scheduler.state('5_0')).toEqual({ is: 'unknown' })
    expect(await shown('No jobs in the system')).toEqual({ is: 'unknown' })
  })

  test('is not known where Slurm is not reached', async () => {
    const { scheduler } = slurmWith({ scontrol: 'echo "whatever" >&2; exit 1' })
    await expect(scheduler.state('5_0')).rejects.toMatchObject({
      code: 'cluster/unreachable',
      facts: { program: 'scontrol' },
    })
  })

  test('counts where scontrol did well, whatever it complains of', async () => {
    const { scheduler } = slurmWith({
      scontrol: 'echo "JobState=RUNNING"; echo "Invalid job id specified" >&2',
    })
    expect(await scheduler.state('5_0')).toMatchObject({ state: { is: 'running' } })
  })
})

describe('an array may have', () => {
  const largest = (scontrol: string): Promise<number> =>
    slurmWith({ scontrol }).scheduler.largestArray()

  test.each([
    ['MaxArraySize            = 101', 101],
    ['MaxArraySize=101', 101],
    ['MaxArraySize = 100001', 500],
    ['MaxArraySize = 0', 1],
    ['OtherMaxArraySize = 7', 500],
    ['Nothing of that', 500],
  ])('as many jobs as Slurm says, up to 500: %s', async (line, size) => {
    expect(await largest(`echo 'Configuration data'; echo '${line}'`)).toBe(size)
  })

  test('500 jobs where Slurm cannot be asked: sbatch will say what is wrong', async () => {
    expect(await slurmWith({}, { PATH: '/nowhere' }).scheduler.largestArray()).toBe(500)
  })

  test('as many jobs as the configuration says, for which scontrol is asked', async () => {
    const { scheduler, calls } = slurmWith({ scontrol: 'echo "MaxArraySize = 9"' })
    expect(await scheduler.largestArray()).toBe(9)
    expect(calls('scontrol')).toEqual([['show', 'config']])
  })
})

describe('a program of Slurm', () => {
  const list = (scheduler: Scheduler) => scheduler.list(['run'])

  test('that is not there is an error that lasts, and says where it is', async () => {
    await expect(list(slurmWith({}, { PATH: '/nowhere' }).scheduler)).rejects.toMatchObject({
      code: 'cluster/refused',
      message: expect.stringMatching(/^squeue cannot be run here: .*login node$/),
      facts: { program: 'squeue' },
      cause: { code: 'ENOENT' },
    })
  })

  test('that cannot be started now may be later', async () => {
    const { bin } = slurmWith({ squeue: '' })
    chmodSync(join(bin, 'squeue'), 0o644)
    // Nowhere else is one, as there may be on this machine.
    const scheduler = slurmScheduler({ PATH: bin })
    await expect(list(scheduler)).rejects.toMatchObject({
      code: 'cluster/unreachable',
      message: expect.stringContaining('squeue cannot be run here'),
    })
  })

  test('finds its cluster, but hears nothing of the job that this process may be', async () => {
    const outer = {
      SLURM_JOB_ID: '1',
      SBATCH_PARTITION: '1',
      SQUEUE_FORMAT: '1',
      SCANCEL_USER: '1',
    }
    const kept = { SLURM_CONF: '/etc/s.conf', MY_SLURM_WORD: 'mine', HOME: '/home' }
    const { scheduler, read } = slurmWith(
      { squeue: 'env > ${0%/bin/*}/env' },
      { ...outer, ...kept },
    )
    await list(scheduler)
    const env = new Map(
      read('env')
        .trimEnd()
        .split('\n')
        .map((line) => line.split('=', 2) as [string, string]),
    )
    for (const name of Object.keys(outer)) expect(env.has(name)).toBe(false)
    for (const [name, value] of Object.entries(kept)) expect(env.get(name)).toBe(value)
  })

  test('is in a group of its own, which the Ctrl-C of a terminal does not reach', async () => {
    const { scheduler, read } = slurmWith({
      squeue: 'read -r _ _ _ _ group _ < /proc/$$/stat; echo "$$ $group" > ${0%/bin/*}/group',
    })
    await list(scheduler)
    const [pid, group] = read('group').trimEnd().split(' ')
    expect(group).toBe(pid)
  })
})
