/** A part of the text with what stands on it. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly item: string;
}

export interface Piece {
  readonly text: string;
  readonly start: number;
  /** Items that rest on these words, in the order of the marks. Empty for plain text. */
  readonly items: readonly string[];
}

/** The lines of a text with where each begins. Offsets are UTF-16 units, as in all evidence. */
export function linesOf(text: string): readonly { readonly start: number; readonly text: string }[] {
  const lines: { start: number; text: string }[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    lines.push({ start, text: line });
    start += line.length + 1;
  }
  return lines;
}

/**
 * Cut a line where marks begin and end, so that overlapping marks share their common words.
 *
 * @param start offset of the line in the text; marks count from the text's begin.
 * @returns pieces that together are the line, none of them empty; an empty line gives none.
 */
export function cut(line: string, start: number, marks: readonly Mark[]): readonly Piece[] {
  const end = start + line.length;
  const here = marks.filter((mark) => mark.start < end && mark.end > start);
  const edges = new Set([start, end]);
  for (const mark of here) {
    edges.add(Math.max(start, mark.start));
    edges.add(Math.min(end, mark.end));
  }
  const sorted = [...edges].toSorted((a, b) => a - b);
  return sorted.slice(0, -1).map((from, index) => {
    const to = sorted[index + 1] ?? end;
    return {
      start: from,
      text: line.slice(from - start, to - start),
      items: here.filter((mark) => mark.start <= from && mark.end >= to).map(({ item }) => item),
    };
  });
}

/** Lines of a text that are not in an earlier one (by whole lines, in order): what an amendment added or changed. */
export function amendedLines(text: string, earlier: string): ReadonlySet<number> {
  const now = text.split('\n').map((line) => line.trim());
  const before = earlier.split('\n').map((line) => line.trim());
  // Same begin and same end are cut off first: reports differ in few places.
  let head = 0;
  while (head < now.length && head < before.length && now[head] === before[head]) head += 1;
  let tail = 0;
  while (tail < now.length - head && tail < before.length - head && now.at(-1 - tail) === before.at(-1 - tail))
    tail += 1;
  const middle = now.slice(head, now.length - tail);
  const old = before.slice(head, before.length - tail);
  const changed = new Set<number>();
  if (middle.length * old.length > 4_000_000) {
    middle.forEach((_, index) => changed.add(head + index));
    return changed;
  }
  const width = old.length + 1;
  const longest = new Uint16Array((middle.length + 1) * width);
  for (let i = middle.length - 1; i >= 0; i -= 1) {
    for (let j = old.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        middle[i] === old[j]
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  for (let i = 0, j = 0; i < middle.length;) {
    if (j < old.length && middle[i] === old[j]) {
      i += 1;
      j += 1;
    } else if (j < old.length && (longest[i * width + j + 1] ?? 0) >= (longest[(i + 1) * width + j] ?? 0)) j += 1;
    else {
      if (middle[i] !== '') changed.add(head + i);
      i += 1;
    }
  }
  return changed;
}
