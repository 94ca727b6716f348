// Who may have what: never two on one scan, and whoever waits gets its turn.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide, type Other } from '../../../src/fsdb/locks/decide.ts'
import type { Holder } from '../../../src/fsdb/locks/holder.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'

const folder = { path: '/db', device: 1, inode: 1 }

function writer(
  ticket: number,
  claims: readonly string[],
  waits: readonly string[] = [],
  life: Other['life'] = 'alive',
): Other {
  const since = '2026-01-01T00:00:00.000Z'
  const held = claims.map((of) => ({ of, since }))
  const holder: Holder = {
    ...thisProcess({}),
    folder,
    ticket,
    claims: held,
    waits: [...waits],
  }
  return { holder, life }
}

test('scans of others are free; the same scan and the whole database are not', () => {
  const other = writer(1, ['a'])
  expect(decide('b', { ticket: 2 }, [other])).toEqual({ is: 'free' })
  for (const wanted of ['a', '*'])
    expect(decide(wanted, { ticket: 2 }, [other])).toEqual({
      is: 'held',
      by: other,
      does: 'holds',
    })
  expect(decide('b', { ticket: 2 }, [writer(1, ['*'])]).is).toBe('held')
})

test('one that certainly lives is named before one that is silent', () => {
  const silent = writer(1, ['a'], [], 'silent')
  const alive = writer(2, ['b'])
  expect(decide('*', { ticket: 3 }, [silent, alive])).toMatchObject({ by: alive })
})

test('whoever came later stands behind one that waits; whoever came earlier goes on', () => {
  const waiting = writer(5, [], ['*'])
  expect(decide('a', { ticket: 6 }, [waiting])).toEqual({ is: 'held', by: waiting, does: 'waits' })
  for (const ticket of [4, 5]) expect(decide('a', { ticket }, [waiting])).toEqual({ is: 'free' })
})

/** What the writers of a database do, one after the other in any order. */
interface Walker {
  readonly ticket: number
  readonly wanted: string[]
  holds: string | undefined
  isWaiting: boolean
}

test('in any order of any wishes nobody holds what another has, and all are served', () => {
  const wishes = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', '*'), { minLength: 1 }), {
    minLength: 1,
    maxLength: 5,
  })
  fc.assert(
    fc.property(wishes, fc.infiniteStream(fc.nat()), (lists, choices) => {
      let tickets = 0
      const walkers: Walker[] = lists.map((wanted) => ({
        ticket: ++tickets,
        wanted: [...wanted],
        holds: undefined,
        isWaiting: false,
      }))
      const step = (own: Walker): boolean => {
        if (own.holds !== undefined) {
          own.holds = undefined
          return true
        }
        const others = walkers
          .filter((one) => one !== own && (one.wanted.length > 0 || one.holds !== undefined))
          .map(({ ticket, holds, isWaiting, wanted }) =>
            writer(ticket, holds === undefined ? [] : [holds], isWaiting ? [wanted[0]] : []),
          )
        const [wanted] = own.wanted
        if (decide(wanted, own, others).is === 'held')
          return !own.isWaiting && (own.isWaiting = true)
        own.isWaiting = false
        own.wanted.shift()
        own.holds = wanted
        return true
      }
      for (;;) {
        const active = walkers.filter((one) => one.wanted.length > 0 || one.holds !== undefined)
        if (active.length === 0) break
        const start = choices.next().value % active.length
        const order = [...active.slice(start), ...active.slice(0, start)]
        // Somebody can always go on: nobody waits in a circle.
        expect(order.some(step)).toBe(true)
        const held = walkers.flatMap(({ holds }) => holds ?? [])
        expect(new Set(held).size).toBe(held.length)
        if (held.includes('*')) expect(held).toEqual(['*'])
      }
    }),
  )
})
