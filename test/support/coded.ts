// Errors by their code.
import { expect } from 'vitest'

/** Fits whatever bears this code. */
export const code = (what: string): unknown => expect.objectContaining({ code: what })
