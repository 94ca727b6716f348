// A Slurm of the tests' own: three nodes on this machine, with its own key, ports and folders.
//
// Everything lies in one temporary folder. The daemons stay in the foreground as children of the test,
// so that they end with it; jobs are cancelled first, as their processes are nobody's children.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { has } from './programs.ts'
import { until } from './until.ts'

const call = promisify(execFile)

/** Whether tests of Slurm can run here. */
export const hasSlurm = has('slurm', 'sbatch', 'munged', 'slurmctld', 'slurmd')

const nodes = ['n1', 'n2', 'n3'] as const
/** A node of this Slurm. */
export type NodeName = (typeof nodes)[number]

/** Where a program of Slurm is asked, in ms: on a busy machine, each takes its time. */
const askEvery = 200

/** A running Slurm; `env` is what its programs need to find it. */
export class Slurm {
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly #daemons = new Map<string, ChildProcess>()
  /** How jobs take up a node's time, e.g. `4` CPUs, whatever this machine has. */
  readonly cpusPerNode = 4

  private constructor(folder: string) {
    this.folder = folder
    this.env = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') }
  }

  /** Starts it, and waits until all nodes are idle. */
  static async start(): Promise<Slurm> {
    const slurm = new Slurm(mkdtempSync(join(tmpdir(), 'romi-slurm-')))
    // The user of munge passes through.
    chmodSync(slurm.folder, 0o711)
    await slurm.#startMunge()
    writeFileSync(join(slurm.folder, 'slurm.conf'), slurm.#config(await freePorts(4)))
    slurm.startController()
    for (const node of nodes) slurm.startNode(node)
    await until(() => slurm.#isReady(), askEvery)
    return slurm
  }

  async #startMunge(): Promise<void> {
    const folder = join(this.folder, 'munge')
    mkdirSync(folder, { mode: 0o755 })
    const key = join(folder, 'key')
    writeFileSync(key, randomBytes(1024), { mode: 0o400 })
    const files = { 'key-file': key, socket: this.#socket }
    const own = ['pid', 'log', 'seed'].map((name) => `--${name}-file=${join(folder, name)}`)
    const paths = Object.entries(files).map(([name, path]) => `--${name}=${path}`)
    const args = ['--foreground', '--num-threads=2', ...paths, ...own]
    const user = mungeUser()
    if (user) for (const path of [folder, key]) chownSync(path, user.uid, user.gid)
    this.#spawn('munged', 'munged', args, user)
    await until(() => existsSync(this.#socket))
  }

  get #socket(): string {
    return join(this.folder, 'munge', 'socket')
  }

  #config(ports: readonly number[]): string {
    const host = hostname().split('.')[0]
    const at = (...parts: string[]) => join(this.folder, ...parts)
    for (const name of ['state', 'spool']) mkdirSync(at(name))
    for (const node of nodes) mkdirSync(at('spool', node))
    return `ClusterName=romi
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=${userInfo().username}
SlurmdUser=${userInfo().username}
AuthType=auth/munge
AuthInfo=socket=${this.#socket}
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool', '%n')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd-%n.pid')}
SlurmctldLogFile=${at('slurmctld.log')}
SlurmdLogFile=${at('slurmd-%n.log')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=50000,batch_sched_delay=0
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
DefMemPerCPU=1024
KillWait=2
SlurmdTimeout=300
InactiveLimit=0
NodeName=n[1-3] NodeHostname=${host} NodeAddr=127.0.0.1 Port=[${ports.slice(1).join(',')}] CPUs=${this.cpusPerNode} RealMemory=16000 Feature=real State=UNKNOWN
PartitionName=main Nodes=n[1-3] Default=YES MaxTime=INFINITE State=UP
`
  }

  /** Starts the controller, also after `stopController`. */
  startController(): void {
    this.#spawn('slurmctld', 'slurmctld', ['-D', '-i'])
  }

  /** Ends the controller; jobs and nodes go on. */
  async stopController(): Promise<void> {
    await this.#end('slurmctld')
  }

  /** Starts a node. */
  startNode(node: NodeName): void {
    this.#spawn(node, 'slurmd', ['-D', '-N', node])
  }

  /** A node goes down, as when its power fails: its jobs end as NODE_FAIL. */
  async fail(node: string): Promise<void> {
    await this.call('scontrol', 'update', `nodename=${node}`, 'state=down', 'reason=test')
  }

  /** A node that went down works again. */
  async resume(node: string): Promise<void> {
    await until(async () => {
      const state = (await this.call('sinfo', '-h', '-n', node, '-o', '%T')).trim()
      if (/^(?:idle|mixed|allocated)$/.test(state)) return true
      // Refused for a moment after the node came back by itself.
      if (state.startsWith('down'))
        await this.call('scontrol', 'update', `nodename=${node}`, 'state=resume').catch(() => '')
      return false
    }, askEvery)
  }

  /** Calls a program of Slurm. @returns what it printed */
  async call(program: string, ...args: readonly string[]): Promise<string> {
    return (await call(program, args, { env: this.env })).stdout
  }

  /** The state of each job, by name; `STATE|node|job`. */
  async jobs(name: string): Promise<readonly string[]> {
    const listed = await this.call('squeue', '-h', '-r', '-t', 'all', '-n', name, '-o', '%T|%N|%i')
    return listed.split('\n').filter((line) => line !== '')
  }

  async #isReady(): Promise<boolean> {
    try {
      const idle = await this.call('sinfo', '-h', '-N', '-o', '%T')
      return idle.split('\n').filter((state) => state === 'idle').length === nodes.length
    } catch {
      this.#assertAlive()
      return false // nobody answers yet
    }
  }

  #assertAlive(): void {
    for (const [name, { exitCode }] of this.#daemons)
      if (exitCode !== null) throw new Error(`${name} ended with ${exitCode}:\n${this.#log(name)}`)
  }

  #log(name: string): string {
    const path = join(this.folder, name.startsWith('n') ? `slurmd-${name}.log` : `${name}.log`)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }

  #spawn(
    name: string,
    program: string,
    args: readonly string[],
    user?: { readonly uid: number; readonly gid: number },
  ): void {
    const as = user ? { uid: user.uid, gid: user.gid } : {}
    this.#daemons.set(name, spawn(program, args, { env: this.env, stdio: 'ignore', ...as }))
  }

  async #end(name: string): Promise<void> {
    const daemon = this.#daemons.get(name)
    this.#daemons.delete(name)
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return
    const ended = once(daemon, 'exit')
    daemon.kill('SIGTERM')
    await ended
  }

  /** Cancels all jobs, waits until they are gone, and ends all. */
  async stop(): Promise<void> {
    if (this.#daemons.get('slurmctld')?.exitCode === null) {
      await this.call('scancel', '--user', userInfo().username)
      await until(async () => (await this.call('squeue', '-h')) === '', askEvery)
    }
    for (const name of [...this.#daemons.keys()].toReversed()) await this.#end(name)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The user that munged wants to be, where we may choose one. */
function mungeUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((row) => row.startsWith('munge:'))
  if (line === undefined) throw new Error('there is no user munge: install munge from Debian')
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** So many ports that nobody listens to. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  // Safe: a server that listens on TCP has an address with a port.
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
