/**
 * A min-heap of moments with lazy deletion: whoever no longer cares about a moment simply stops
 * being `live`, and the entry vanishes when it comes to the top.
 */
export interface Deadline<Subject> {
  readonly at: number;
  readonly subject: Subject;
}

export type Deadlines<Subject> = Deadline<Subject>[];

export function schedule<Subject>(heap: Deadlines<Subject>, at: number, subject: Subject): void {
  let index = heap.push({ at, subject }) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (heap[parent]!.at <= at) break;
    swap(heap, index, parent);
    index = parent;
  }
}

/** The earliest moment that somebody still waits for. */
export function earliest<Subject>(
  heap: Deadlines<Subject>,
  live: (deadline: Deadline<Subject>) => boolean,
): Deadline<Subject> | undefined {
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    if (live(top)) return top;
    removeTop(heap);
  }
  return undefined;
}

export function removeTop<Subject>(heap: Deadlines<Subject>): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let index = 0; ;) {
    const left = index * 2 + 1;
    const right = left + 1;
    let least = index;
    if (left < heap.length && heap[left]!.at < heap[least]!.at) least = left;
    if (right < heap.length && heap[right]!.at < heap[least]!.at) least = right;
    if (least === index) return;
    swap(heap, index, least);
    index = least;
  }
}

function swap<Subject>(heap: Deadlines<Subject>, a: number, b: number): void {
  const held = heap[a]!;
  heap[a] = heap[b]!;
  heap[b] = held;
}
