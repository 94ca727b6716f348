// The engine beside others: nine trivial steps for 1, 10 and 100 scans, made, and with nothing to do.
//
// `npm run bench peers`. All run in turns, so that what else the machine does meets them alike; the
// ratios are of processor time, children included. A peer that is not on this machine is named and
// left out. `make` and `ninja` are the floor: they keep nothing but times of files.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { round, type Bench } from './bench.ts'
import { peers, type Peer } from './support/peers/peers.ts'
import { takenBy, type Taken } from './support/processor-time.ts'

/** Scans in a run, and how often each tool has its turn. */
const sizes = [
  { scans: 1, rounds: 6 },
  { scans: 10, rounds: 4 },
  { scans: 100, rounds: 2 },
] as const

interface Times {
  readonly made: Taken[]
  readonly nothing: Taken[]
}

/** One turn of a tool in a new folder: everything is made, then nothing is left to do. */
function turn(peer: Peer, scans: number, root: string, times: Times): void {
  const folder = join(root, 'work')
  const errors = join(root, 'errors.txt')
  mkdirSync(folder)
  peer.prepare(folder, scans)
  times.made.push(takenBy(peer.command(scans), { cwd: folder, errors }))
  times.nothing.push(takenBy(peer.command(scans), { cwd: folder, errors }))
  rmSync(folder, { recursive: true })
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
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

export default bench
