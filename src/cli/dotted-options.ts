// Options whose names hold a path, such as `--scan.object.species`, in the words of the parser.

/** `--scan.object.species=x` as the option `--scan object.species=x`, which the parser knows. */
export function dottedOptions(args: readonly string[]): string[] {
  return args.flatMap((arg, i) => {
    const before = args[i - 1]
    const isValue = before !== undefined && /^--scan\.[^=]+$/.test(before)
    if (isValue) return []
    const [, path, value] = /^--scan\.([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? []
    return path === undefined ? [arg] : ['--scan', `${path}=${value ?? args[i + 1] ?? ''}`]
  })
}
