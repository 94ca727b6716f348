// Options whose names hold a path, such as `--scan.object.species`, in the words of the parser.

/** `--scan.object.species=x` as the option `--scan object.species=x`, which the parser knows. */
export function dottedOptions(args: readonly string[]): string[] {
  return args.flatMap((arg, i) => {
    const isTaken = isValue(arg) && /^--scan\.[^=]+$/.test(args[i - 1] ?? '')
    if (isTaken) return []
    const [, path, value] = /^--scan\.([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? []
    if (path === undefined) return [arg]
    const given = value ?? args.slice(i + 1, i + 2).find(isValue)
    // A key alone is refused by whoever reads the pair.
    return ['--scan', given === undefined ? path : `${path}=${given}`]
  })
}

const isValue = (arg: string): boolean => !arg.startsWith('--')
