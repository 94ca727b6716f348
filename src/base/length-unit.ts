// Units of length that are known by name.

/** How many millimetres a unit is. */
export const millimetresIn: Readonly<Record<string, number>> = { mm: 1, cm: 10, dm: 100, m: 1000 }
