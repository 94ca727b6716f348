// The beginning of a list that may be long.

/** The first `most` names, and how many more there are. */
export function some(names: readonly string[], most = 3, between = ', '): string {
  const shown = names.slice(0, most).join(between)
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}
