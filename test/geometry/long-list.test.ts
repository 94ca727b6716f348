// A list that grows holds what was put into it.
import { expect, test } from 'vitest'
import { LongList } from '../../src/geometry/long-list.ts'

test('a list that grows holds all numbers in their order, whatever room it began with', () => {
  for (const room of [0, 1, 4, 1000]) {
    const list = new LongList(Float64Array, room)
    const plain: number[] = []
    for (let i = 0; i < 200; i++) {
      list.push(i / 3)
      list.pushThree(i, -i, i / 7)
      plain.push(i / 3, i, -i, i / 7)
      expect(list.length).toBe(plain.length)
    }
    expect([...list.taken()]).toEqual(plain)
  }
})

test('a list into which nothing was put is an empty array of its kind', () => {
  expect(new LongList(Uint32Array).taken()).toEqual(new Uint32Array(0))
})
