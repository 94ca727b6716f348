// The list of plants: it does not wait for all of many, and tells the rest as soon as it is read.
import { expect, test } from 'vitest'
import { Events } from '../../src/web/events.ts'
import { Rows } from '../../src/web/plants/rows.ts'
import { Served, sourceAt } from '../../src/web/served.ts'
import { realTasks } from '../support/command-line.ts'
import { Serving } from '../support/serving.ts'

test('a list that has no time names all plants, and tells what else it finds out', async () => {
  await using serving = await Serving.make()
  await serving.write(async (db) => {
    for (const id of ['a', 'b', 'c']) await db.createScan(id, { species: `of ${id}` })
  })
  const served = await Served.open(await sourceAt(serving.db.path, realTasks.origin!, false))
  const events = new Events()
  const told = new Map<string, unknown>()
  const isTold = new Promise<void>((resolve) => {
    events.listen((event) => {
      if (event.is === 'plant') told.set(event.row.id, event.row.metadata.species)
      if (told.size === 3) resolve()
    })
  })
  const rows = new Rows(served, events, 0)
  const first = await rows.list()
  expect(first).toMatchObject({ unread: 3, plants: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })
  expect(first.plants.every(({ isUnread }) => isUnread)).toBe(true)
  await isTold
  expect([...told.values()]).toEqual(['of a', 'of b', 'of c'])
  const again = await rows.list()
  expect(again.unread).toBe(0)
  expect(again.plants.map(({ metadata }) => metadata.species)).toEqual(['of a', 'of b', 'of c'])
  await rows.close()
})
