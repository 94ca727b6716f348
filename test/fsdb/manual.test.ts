// The complete example of ROMI's data-storage manual: a hundred images of random noise.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { readImage, writeImage, type Image } from '../../src/io/index.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('manual')
afterAll(() => rmSync(work, { recursive: true }))

/** Noise that is the same in every run: xorshift32 (Marsaglia, 2003). */
function noise(seed: number, width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0, x = seed; i < data.length; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    data[i] = x & 0xff
  }
  return { width, height, channels: 3, depth: 8, data }
}

test('a hundred images of noise are written with metadata, found and read back', async () => {
  const pictures = Array.from({ length: 100 }, (_, i) => noise(i + 1, 64, 48))
  {
    await using db = await FSDB.create(join(work, 'mydb'))
    await db.connect()
    const scan = await db.createScan('myscan_001', { species: 'Arabidopsis thaliana' })
    const images = await scan.createFileset('images', { channels: ['rgb'] })
    await Promise.all(
      pictures.map(async (picture, i) => {
        const file = await images.createFile(`scan_img_${String(i).padStart(2, '0')}`)
        await writeImage(file, picture)
        await file.setMetadata({ shot_id: i, channel: 'rgb', half: i < 50 ? 'first' : 'second' })
      }),
    )
  }
  const db = await FSDB.open(join(work, 'mydb'))
  const images = await (await db.getScan('myscan_001')).getFileset('images')
  expect(await images.getFiles({ half: 'first' })).toHaveLength(50)
  for (const [i, picture] of pictures.entries()) {
    const file = await images.getFile(`scan_img_${String(i).padStart(2, '0')}`)
    expect(file.filename).toBe(`${file.id}.png`)
    expect(await file.getMetadata('shot_id')).toBe(i)
    const read = await readImage(file)
    expect([read.width, read.height, read.channels]).toEqual([64, 48, 3])
    expect(Buffer.compare(Buffer.from(read.data), Buffer.from(picture.data))).toBe(0)
  }
  expect(await db.problems()).toEqual(new Map())
})
