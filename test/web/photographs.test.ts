// Which photographs are shown of a plant that has several.
import { expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { photographFileset } from '../../src/web/plants/photographs.ts'
import { Serving } from '../support/serving.ts'

test('photographs of a virtual plant are those of today, not the variant that was made last', async () => {
  await using serving = await Serving.make()
  await serving.write(async (db) => {
    const scan = await db.createScan('plant')
    for (const id of ['VirtualScan_7', 'VirtualScan_8', 'VirtualScan_9'])
      await scan.createFileset(id)
    await (await db.createScan('real')).createFileset('images')
    await (await db.getScan('real')).createFileset('VirtualScan_7')
  })
  const db = await FSDB.open(serving.db.path)
  const plant = await db.getScan('plant')
  const shown = async (...today: readonly string[]) =>
    (await photographFileset(plant, new Set(today)))?.id
  expect(await shown('VirtualScan_8', 'Masks_1')).toBe('VirtualScan_8')
  expect(await shown('Masks_1')).toBe('VirtualScan_9')
  const real = await photographFileset(await db.getScan('real'), new Set(['VirtualScan_7']))
  expect(real?.id).toBe('images')
})
