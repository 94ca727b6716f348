// Where tables and keys stand in the text of a TOML file; the parser's values do not say.

/** A way down into a document: table names, keys, indexes of lists. */
export type Path = readonly (string | number)[]

/** A line and a column, both counted from 1. */
export interface Spot {
  readonly line: number
  readonly column: number
}

/** The spots of one document. */
export interface Places {
  /** The spot of a table, key or list element; of the nearest thing around it, if it has none. */
  of(path: Path): Spot | undefined
  /** Whether the text itself spells this very path. */
  has(path: Path): boolean
}

/**
 * Finds every table, key and list element of a TOML document.
 * @param text a document that a TOML parser has accepted: no mistake is looked for here
 */
export function findPlaces(text: string): Places {
  const root = new PlaceNode()
  new PlaceScanner(text).document(root)
  return {
    of(path) {
      let spot: Spot | undefined
      let node: PlaceNode | undefined = root
      for (const part of path) {
        node = node?.inner.get(part)
        spot = node?.spot ?? spot
      }
      return spot
    },
    has: (path) =>
      path.reduce<PlaceNode | undefined>((node, part) => node?.inner.get(part), root)?.spot !==
      undefined,
  }
}

/** A table, key or list element: what is written deep inside costs no more than what is not. */
class PlaceNode {
  /** Where it stands first. */
  spot?: Spot
  readonly inner = new Map<string | number, PlaceNode>()
  /** How many `[[…]]` it heads. */
  elements = 0

  /** What stands within, found at a spot. */
  at(part: string | number, spot?: Spot): PlaceNode {
    const node = this.inner.get(part) ?? new PlaceNode()
    this.inner.set(part, node)
    if (spot) node.spot ??= spot
    return node
  }
}

/** One pass over the text: headers, keys and values, each no deeper than its spot asks for. */
class PlaceScanner {
  readonly #text: string
  #at = 0
  #line = 1
  #lineStart = 0

  constructor(text: string) {
    this.#text = text
  }

  document(root: PlaceNode): void {
    let table = root
    for (this.#blank(); this.#at < this.#text.length; this.#blank()) {
      if (this.#peek() !== '[') this.#pair(table)
      else table = this.#header(root)
    }
  }

  /** `[a.b]`, or `[[a.b]]` whose elements are counted. */
  #header(root: PlaceNode): PlaceNode {
    this.#step()
    const isList = this.#peek() === '['
    if (isList) this.#step()
    const table = this.#keys(root)
    while (this.#peek() === ']') this.#step()
    return isList ? table.at(table.elements++) : table
  }

  /** `a.b = value` */
  #pair(table: PlaceNode): void {
    const key = this.#keys(table)
    this.#step() // the "="
    this.#value(key)
  }

  /** `a."b c".d`, up to what follows it. */
  #keys(around: PlaceNode): PlaceNode {
    let node = around
    for (;;) {
      this.#blank()
      const spot = this.#spot()
      node = node.at(this.#key(), spot)
      this.#blank()
      if (this.#peek() !== '.') return node
      this.#step()
    }
  }

  #key(): string {
    const quote = this.#peek()
    if (quote === '"' || quote === "'") {
      const raw = this.#string()
      return quote === '"' ? unescaped(raw) : raw.slice(1, -1)
    }
    return this.#run(/[A-Za-z0-9_-]+/y)
  }

  #value(node: PlaceNode): void {
    this.#blank()
    const first = this.#peek()
    if (first === '"' || first === "'") this.#string()
    else if (first === '[') this.#elements(node)
    else if (first === '{') this.#members(node)
    else this.#run(/[^,\]}\n#]+/y)
  }

  #elements(node: PlaceNode): void {
    this.#step()
    for (let index = 0; ; index++) {
      this.#skip(/[\s,]+/y)
      if (this.#peek() === ']') break
      this.#value(node.at(index, this.#spot()))
      this.#blank()
    }
    this.#step()
  }

  #members(node: PlaceNode): void {
    this.#step()
    for (this.#skip(/[\s,]+/y); this.#peek() !== '}'; this.#skip(/[\s,]+/y)) this.#pair(node)
    this.#step()
  }

  /** A string of any of the four kinds, with its quotes. */
  #string(): string {
    const from = this.#at
    const quote = this.#peek()
    const long = this.#text.startsWith(quote.repeat(3), from)
    const end = long ? quote.repeat(3) : quote
    this.#step(end.length)
    while (!this.#text.startsWith(end, this.#at)) {
      this.#step(quote === '"' && this.#peek() === '\\' ? 2 : 1)
    }
    this.#step(end.length)
    // A long string may end in up to five quotes: the last three close it.
    while (long && this.#peek() === quote) this.#step()
    return this.#text.slice(from, this.#at)
  }

  /** Skips blanks, line ends and comments. */
  #blank(): void {
    this.#skip(/\s+/y)
  }

  #skip(what: RegExp): void {
    for (;;) {
      this.#run(what)
      if (this.#peek() !== '#') return
      this.#run(/[^\n]+/y)
    }
  }

  /** @param what a sticky expression */
  #run(what: RegExp): string {
    what.lastIndex = this.#at
    const run = what.exec(this.#text)?.[0] ?? ''
    if (run !== '') this.#step(run.length)
    return run
  }

  #peek(): string {
    return this.#text.charAt(this.#at)
  }

  #spot(): Spot {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 }
  }

  #step(count = 1): void {
    if (this.#at >= this.#text.length) throw new Error('the TOML text ends too early')
    for (let i = 0; i < count; i++) {
      if (this.#text.charAt(this.#at) === '\n') {
        this.#line++
        this.#lineStart = this.#at + 1
      }
      this.#at++
    }
  }
}

/** A basic string's text; TOML's `\U0001F331` and `\e` are all that JSON does not know. */
function unescaped(raw: string): string {
  // Escapes one after the other: in `\\e` it is the backslash that is escaped.
  const escapes = /\\(?:U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|.)|\t/gs
  const json = raw
    .slice(1, -1)
    .replace(escapes, (escape: string, long?: string, short?: string) => {
      const hex = escape === '\\e' ? '1b' : (long ?? short)
      if (hex !== undefined)
        return JSON.stringify(String.fromCodePoint(parseInt(hex, 16))).slice(1, -1)
      return escape === '\t' ? '\\t' : escape
    })
  return JSON.parse(`"${json}"`) as string
}
