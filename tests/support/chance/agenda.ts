/** Things to come in simulated time, in order; those of the same moment as they were added. */
export class Agenda {
  readonly #entries: { at: number; order: number; act: () => void }[] = [];
  #order = 0;

  add(at: number, act: () => void): void {
    const entries = this.#entries;
    let index = entries.push({ at, order: this.#order++, act }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (before(entries[parent]!, entries[index]!)) break;
      [entries[parent], entries[index]] = [entries[index]!, entries[parent]!];
      index = parent;
    }
  }

  next(until: number): { at: number; act: () => void } | undefined {
    const entries = this.#entries;
    const top = entries[0];
    if (top === undefined || top.at > until) return undefined;
    const last = entries.pop()!;
    if (entries.length > 0) {
      entries[0] = last;
      for (let index = 0; ;) {
        const left = index * 2 + 1;
        let least = index;
        for (const child of [left, left + 1]) {
          if (child < entries.length && before(entries[child]!, entries[least]!)) least = child;
        }
        if (least === index) break;
        [entries[index], entries[least]] = [entries[least]!, entries[index]!];
        index = least;
      }
    }
    return top;
  }
}

function before(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
