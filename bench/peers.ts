// The engine beside others: nine trivial steps for 1, 10 and 100 scans, made, and with nothing to do.
//
// `npm run bench peers`, some six minutes on an idle machine. All run in turns, so that what else the
// machine does meets them alike; the ratios are of processor time, children included. Two steps may
// run at a time, but for plain Luigi, whose one process makes one after the other. A peer that is not
// on this machine is named and left out: `PYTHON` names the Python that has Luigi, whose source
// may lie on `PYTHONPATH`. `make` and `ninja` are the floor: they keep nothing but times of files.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { round, type Bench } from './bench.ts'
import { idsOf, peers, type Peer } from './support/peers/peers.ts'
import { takenBy, type Taken } from './support/processor-time.ts'

/** Scans in a run, and how often each tool has its turn. */
const sizes = [
  { scans: 1, rounds: 5 },
  { scans: 10, rounds: 3 },
  { scans: 100, rounds: 2 },
] as const

interface Times {
  readonly made: Taken[]
  readonly nothing: Taken[]
}

/**
 * One turn of a tool in a new folder: everything is made, then nothing is left to do. The folder stays
 * to the end: where many files were deleted a moment ago, ext4 passes over each of them when it makes
 * another, so that one tool would pay for the turns of the others.
 */
function turn(peer: Peer, scans: number, root: string, times: Times): void {
  const folder = mkdtempSync(join(root, 'turn-'))
  const errors = join(root, 'errors.txt')
  peer.prepare(folder, scans)
  times.made.push(takenBy(peer.command(scans), { cwd: folder, errors }))
  times.nothing.push(takenBy(peer.command(scans), { cwd: folder, errors }))
}

/** Of how many scans it is measured what one more costs where nothing is to be done; `ROMI_SCANS` is another many. */
const [some, many] = [100, Number(process.env['ROMI_SCANS'] ?? 1000)]

/** What there is to do with nothing to do: all is made for `some` scans, and copied for `many`. */
function nothingToDo(peer: Peer, root: string): { readonly [scans: number]: Taken } {
  const folder = mkdtempSync(join(root, 'many-'))
  const errors = join(root, 'errors.txt')
  peer.prepare(folder, some)
  const take = (scans: number) => takenBy(peer.command(scans), { cwd: folder, errors })
  const settled = (scans: number): Taken => {
    // The first look at copies, or at what was just made, is not the common case.
    take(scans)
    return [take(scans), take(scans)].sort((a, b) => a.cpuSeconds - b.cpuSeconds)[0]
  }
  const ofSome = settled(some)
  const ids = idsOf(many)
  for (const [i, id] of ids.entries())
    if (i >= some) {
      const from = join(folder, peer.scans, ids[i % some])
      cpSync(from, join(folder, peer.scans, id), { recursive: true, preserveTimestamps: true })
    }
  return { [some]: ofSome, [many]: settled(many) }
}

/** The least of all turns: what others on the machine took is only ever added. */
const least = (times: readonly Taken[], of: keyof Taken): number =>
  Math.min(...times.map((taken) => taken[of]))

const bench: Bench = async (report) => {
  const there = peers.filter((peer) => peer.isThere())
  for (const { name } of peers.filter((peer) => !there.includes(peer)))
    console.error(`  ${name} is not on this machine, and left out`)
  const root = mkdtempSync(join(tmpdir(), 'romi-run-peers-'))
  try {
    const bare: Taken[] = []
    for (const { scans, rounds } of sizes) {
      const times = new Map(there.map((peer) => [peer, { made: [], nothing: [] } as Times]))
      for (let i = 0; i < rounds; i++) {
        bare.push(
          takenBy([process.execPath, '-e', '0'], { cwd: root, errors: join(root, 'errors.txt') }),
        )
        for (const [peer, of] of times) turn(peer, scans, root, of)
      }
      const node = least(bare, 'cpuSeconds')
      const [own] = times.values()
      for (const what of ['made', 'nothing'] as const) {
        for (const [{ name }, of] of times) {
          const cpu = least(of[what], 'cpuSeconds')
          report({
            scans,
            what: what === 'made' ? 'nine steps, made' : 'nothing to do',
            tool: name,
            'CPU, s': round(cpu),
            'of ours': round(cpu / least(own[what], 'cpuSeconds')),
            'of bare node': round(cpu / node),
            'wall, s': round(least(of[what], 'seconds')),
          })
        }
      }
    }
    const idle = there.filter(({ keepsUp }) => keepsUp)
    const taken = idle.map((peer) => ({ peer, of: nothingToDo(peer, root) }))
    for (const { peer, of } of taken)
      report({
        tool: peer.name,
        [`nothing to do, ${some} scans, CPU s`]: round(of[some].cpuSeconds),
        [`… ${many} scans, CPU s`]: round(of[many].cpuSeconds),
        '… a scan more, CPU ms': round(
          ((of[many].cpuSeconds - of[some].cpuSeconds) / (many - some)) * 1000,
        ),
        [`${some} scans, of ours`]: round(of[some].cpuSeconds / taken[0].of[some].cpuSeconds),
        [`${many} scans, of ours`]: round(of[many].cpuSeconds / taken[0].of[many].cpuSeconds),
      })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

export default bench
