// Angles about an axis, in degrees: what differs by whole turns is the same.

/** The angle as 0 to 360°, 360 excluded. */
export function fullTurn(angle: number): number {
  return ((angle % 360) + 360) % 360
}

/** A difference of angles as −180 to 180°, 180 excluded. */
export function signedTurn(turn: number): number {
  return fullTurn(turn + 180) - 180
}

/** How far apart two directions are, 0 to 180°. */
export function angularDistance(a: number, b: number): number {
  const turn = Math.abs(a - b) % 360
  return Math.min(turn, 360 - turn)
}
