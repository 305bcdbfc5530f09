/**
 * Lobby time: the wall clock with its backward jumps taken out. Otherwise one correction by an
 * hour would leave every deadline an hour away. Forward jumps pass: they only end waits early.
 */
export interface SteadyClock {
  lastWall: number;
  offset: number;
}

export function createClock(wall: number): SteadyClock {
  return { lastWall: wall, offset: 0 };
}

/** Milliseconds of lobby time at this wall time; never decreases. */
export function steady(clock: SteadyClock, wall: number): number {
  if (wall < clock.lastWall) clock.offset += clock.lastWall - wall;
  clock.lastWall = wall;
  return wall + clock.offset;
}
