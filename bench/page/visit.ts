/** One person's visit as the page drives it, whichever way it is carried out. */
export interface Visit {
  search(): void;
  next(): void;
  leave(): void;
  /** Where it stands, for the message of a round that failed. */
  describe(): string;
}

export interface VisitEvents {
  /** A match began; the partner's tracks come into this stream. */
  partner(stream: MediaStream | undefined): void;
  encrypted(): void;
  /** It ended by itself. */
  over(reason: string): void;
}
