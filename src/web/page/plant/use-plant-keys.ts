// The keys of a plant: turning it, the next organ, the next camera.
import type { Organs } from '../../api.ts'
import { useKeys } from '../keys/use-keys.ts'
import type { PlantShot } from '../scene/content.ts'
import type { Stage } from '../scene/stage.ts'

export function usePlantKeys(of: {
  readonly stage: Stage | undefined
  readonly organs: Organs | undefined
  readonly picked: number | undefined
  readonly shots: readonly PlantShot[]
  readonly through: PlantShot | undefined
  readonly pickOrgan: (index: number | undefined) => void
  readonly look: (camera: string | undefined) => void
}): void {
  const { stage, organs, picked, shots, through, pickOrgan, look } = of
  const nextOrgan = (by: number) => {
    const counted = (organs?.organs ?? []).flatMap((organ, i) => (organ.counted ? [i] : []))
    if (counted.length === 0) return
    const at = picked === undefined ? (by > 0 ? -1 : counted.length) : counted.indexOf(picked)
    pickOrgan(counted[Math.min(counted.length - 1, Math.max(0, at + by))])
  }
  const nextCamera = (by: number) => {
    if (shots.length === 0) return
    const at = through ? shots.indexOf(through) + by : 0
    look(shots[(at + shots.length) % shots.length].photograph.id)
  }
  const leave = () => (through ? look(undefined) : pickOrgan(undefined))
  useKeys([
    ['n', 'the next organ up the stem', () => nextOrgan(1)],
    ['p', 'the organ below', () => nextOrgan(-1)],
    ['.', 'through the next camera', () => nextCamera(1)],
    [',', 'through the camera before', () => nextCamera(-1)],
    ['Escape', 'leave the camera; pick nothing', leave],
    ['ArrowLeft', 'turn the plant', () => stage?.move({ turn: -10 })],
    ['ArrowRight', 'turn the plant', () => stage?.move({ turn: 10 })],
    ['ArrowUp', 'look from higher', () => stage?.move({ rise: 8 })],
    ['ArrowDown', 'look from lower', () => stage?.move({ rise: -8 })],
    ['+', 'nearer', () => stage?.move({ nearer: 1.25 })],
    ['-', 'further away', () => stage?.move({ nearer: 0.8 })],
    ['0', 'the whole plant', () => stage?.goHome()],
  ])
}
