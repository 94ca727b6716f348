// OpenCV and SciPy as peers of our kernels: a Python program that does theirs on request.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A peer that is there. */
export interface Peer {
  /** @returns processor seconds of one time */
  ask(what: Readonly<Record<string, unknown>>): Promise<number>
  end(): void
}

/** @returns undefined where Python, OpenCV or SciPy is missing: Debian's python3-opencv, python3-scipy */
export async function kernelPeer(): Promise<Peer | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const child = spawn(python, [join(import.meta.dirname, 'kernel-peers.py')], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    child.on('error', () => undefined) // no such Python: its lines end, too
    child.stdin.on('error', () => undefined)
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    if ((await lines.next()).done) continue // it lacks a module
    return {
      async ask(what) {
        child.stdin.write(`${JSON.stringify(what)}\n`)
        const answer = await lines.next()
        if (answer.done) throw new Error(`the peer ended at ${JSON.stringify(what)}`)
        // Safe: the script answers each line so.
        return (JSON.parse(answer.value) as { readonly seconds: number }).seconds
      },
      end: () => void child.kill(),
    }
  }
  return undefined
}
