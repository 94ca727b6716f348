// How V8 is set: for a program that looks at much and computes little, or as it is by itself.
//
// It optimises a function once some 66 kB of its code were interpreted. A program that looks at scans for
// a second has hundreds of such functions, and to optimise them takes longer than they would. It also
// doubles the memory for what is new, again and again, where much of it is kept: memory that was never
// used before, of which each MB costs more than to look through 1 MB of used memory more often.
import { setFlagsFromString } from 'node:v8'

/** The version of V8 whose flags these are: that of Node 20. */
const ofNode20 = '11.3.'

/** The values that V8 has by itself. */
const forComputing = { 'interrupt-budget': 66 * 1024, 'semi-space-growth-factor': 2 } as const

/** As many bytes of code as a plan of some hundred scans interprets of few functions only; no growth. */
const forLooking = { 'interrupt-budget': 1_000_000, 'semi-space-growth-factor': 1 } as const

let isForLooking = false
let isSmall = false

function set(flags: Partial<Record<keyof typeof forComputing, number>>): void {
  for (const [flag, value] of Object.entries(flags)) setFlagsFromString(`--${flag}=${value}`)
}

/** Functions are optimised late, and memory stays small: for programs that look at much. */
export function tuneForLooking(): void {
  if (!process.versions.v8.startsWith(ofNode20)) return
  isForLooking = isSmall = true
  set(forLooking)
}

/** A program that looks for long is worth the memory, be it looking only. */
export function letMemoryGrow(): void {
  if (!isSmall) return
  isSmall = false
  set({ 'semi-space-growth-factor': forComputing['semi-space-growth-factor'] })
}

/** All is as V8 has it by itself, in all threads: something is computed. */
export function tuneForComputing(): void {
  if (!isForLooking) return
  isForLooking = isSmall = false
  set(forComputing)
}
