// How soon V8 optimises what is called often.
//
// It optimises a function once some 66 kB of its code were interpreted. A program that looks at scans for
// a second has hundreds of such functions, and to optimise them takes longer than they would.
import { setFlagsFromString } from 'node:v8'

/** The versions of V8 whose flag this is, and what it is there by itself: those of Node 20. */
const ofNode20 = { version: '11.3.', budget: 66 * 1024 }

/** As many bytes of code as a plan of some hundred scans interprets of few functions only. */
const patient = 1_000_000

let isPatient = false

/** Has functions optimised late: for programs that look at much and compute little. */
export function optimiseLate(): void {
  if (!process.versions.v8.startsWith(ofNode20.version)) return
  isPatient = true
  setFlagsFromString(`--interrupt-budget=${patient}`)
}

/** Has functions optimised as V8 does by itself, in all threads: something is computed. */
export function optimiseSoon(): void {
  if (!isPatient) return
  isPatient = false
  setFlagsFromString(`--interrupt-budget=${ofNode20.budget}`)
}
