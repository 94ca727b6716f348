// How V8 is set: for a program that looks at much and computes little, or as it is by itself.
//
// It optimises a function once some 66 kB of its code were interpreted. A program that looks at scans for
// a second has hundreds of such functions, and to optimise them takes longer than they would. It also
// doubles the memory for what is new, again and again, where much of it is kept: memory that was never
// used before, of which each MB costs more than to look through 1 MB of used memory more often.
//
// While a flag is not as V8 has it by itself, Node takes none of its own compiled code: what it loads of
// itself, also for a thread, takes two to four times as long. So flags are set when most of it is loaded,
// and are back before a thread starts.
import { setFlagsFromString } from 'node:v8'

/** The version of V8 whose flags these are: that of Node 20. */
const ofNode20 = '11.3.'

interface Flags {
  readonly 'interrupt-budget': number
  readonly 'semi-space-growth-factor': number
}

/** The values that V8 has by itself. */
const forComputing: Flags = { 'interrupt-budget': 66 * 1024, 'semi-space-growth-factor': 2 }

/** As many bytes of code as a plan of some hundred scans interprets of few functions only. */
const forLookingLong: Flags = { ...forComputing, 'interrupt-budget': 1_000_000 }

/** And no growth. */
const forLooking: Flags = { ...forLookingLong, 'semi-space-growth-factor': 1 }

let current = forComputing

function set(flags: Flags): void {
  if (flags === current) return
  current = flags
  for (const [flag, value] of Object.entries(flags)) setFlagsFromString(`--${flag}=${value}`)
}

/** Functions are optimised late, and memory stays small: for programs that look at much. */
export function tuneForLooking(): void {
  if (process.versions.v8.startsWith(ofNode20)) set(forLooking)
}

/** A program that looks for long is worth the memory, be it looking only. */
export function letMemoryGrow(): void {
  if (current === forLooking) set(forLookingLong)
}

/** All is as V8 has it by itself, in all threads: something is computed. */
export function tuneForComputing(): void {
  set(forComputing)
}
