/** The longest run of equal elements two lists have in common, in order. */

/** Cells of the table at most (500 × 500); longer lists are aligned at their ends only. */
const MAX_CELLS = 250_000

/**
 * Aligns two lists.
 *
 * @param before texts; equal elements have equal texts
 * @param after likewise
 * @returns pairs of indexes of equal elements, both rising
 */
export function align(
  before: readonly string[],
  after: readonly string[],
): (readonly [number, number])[] {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head++
  let tail = 0
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++

  const middle = common(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
  )
  return [
    ...Array.from({ length: head }, (_, i) => [i, i] as const),
    ...middle.map(([i, j]) => [i + head, j + head] as const),
    ...Array.from(
      { length: tail },
      (_, i) => [before.length - tail + i, after.length - tail + i] as const,
    ),
  ]
}

/** The longest common subsequence; of several, the one that keeps the earliest of `before`. */
function common(
  before: readonly string[],
  after: readonly string[],
): (readonly [number, number])[] {
  const rows = before.length
  const width = after.length + 1
  if ((rows + 1) * width > MAX_CELLS) return []
  /** Length of the longest for what is left from row `i` and column `j` on. */
  const longest = new Uint32Array((rows + 1) * width)
  const at = (i: number, j: number) => longest[i * width + j] as number
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = width - 2; j >= 0; j--) {
      longest[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: (readonly [number, number])[] = []
  for (let i = 0, j = 0; i < rows && j < width - 1; ) {
    if (before[i] === after[j]) pairs.push([i++, j++])
    else if (at(i, j + 1) >= at(i + 1, j)) j++
    else i++
  }
  return pairs
}
