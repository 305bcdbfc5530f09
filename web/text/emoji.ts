/**
 * The 64 emoji of Matrix's short authentication strings, in the order that the specification fixes
 * (https://spec.matrix.org/latest/client-server-api/#sas-method-emoji). The order is part of the
 * safety code: two pages that order them differently show different pictures for the same number.
 */
export interface Emoji {
  readonly symbol: string;
  readonly name: string;
}

export const EMOJI: readonly Emoji[] = [
  { symbol: "🐶", name: "Dog" },
  { symbol: "🐱", name: "Cat" },
  { symbol: "🦁", name: "Lion" },
  { symbol: "🐎", name: "Horse" },
  { symbol: "🦄", name: "Unicorn" },
  { symbol: "🐷", name: "Pig" },
  { symbol: "🐘", name: "Elephant" },
  { symbol: "🐰", name: "Rabbit" },
  { symbol: "🐼", name: "Panda" },
  { symbol: "🐓", name: "Rooster" },
  { symbol: "🐧", name: "Penguin" },
  { symbol: "🐢", name: "Turtle" },
  { symbol: "🐟", name: "Fish" },
  { symbol: "🐙", name: "Octopus" },
  { symbol: "🦋", name: "Butterfly" },
  { symbol: "🌷", name: "Flower" },
  { symbol: "🌳", name: "Tree" },
  { symbol: "🌵", name: "Cactus" },
  { symbol: "🍄", name: "Mushroom" },
  { symbol: "🌏", name: "Globe" },
  { symbol: "🌙", name: "Moon" },
  { symbol: "☁️", name: "Cloud" },
  { symbol: "🔥", name: "Fire" },
  { symbol: "🍌", name: "Banana" },
  { symbol: "🍎", name: "Apple" },
  { symbol: "🍓", name: "Strawberry" },
  { symbol: "🌽", name: "Corn" },
  { symbol: "🍕", name: "Pizza" },
  { symbol: "🎂", name: "Cake" },
  { symbol: "❤️", name: "Heart" },
  { symbol: "😀", name: "Smiley" },
  { symbol: "🤖", name: "Robot" },
  { symbol: "🎩", name: "Hat" },
  { symbol: "👓", name: "Glasses" },
  { symbol: "🔧", name: "Spanner" },
  { symbol: "🎅", name: "Santa" },
  { symbol: "👍", name: "Thumbs Up" },
  { symbol: "☂️", name: "Umbrella" },
  { symbol: "⌛", name: "Hourglass" },
  { symbol: "⏰", name: "Clock" },
  { symbol: "🎁", name: "Gift" },
  { symbol: "💡", name: "Light Bulb" },
  { symbol: "📕", name: "Book" },
  { symbol: "✏️", name: "Pencil" },
  { symbol: "📎", name: "Paperclip" },
  { symbol: "✂️", name: "Scissors" },
  { symbol: "🔒", name: "Lock" },
  { symbol: "🔑", name: "Key" },
  { symbol: "🔨", name: "Hammer" },
  { symbol: "☎️", name: "Telephone" },
  { symbol: "🏁", name: "Flag" },
  { symbol: "🚂", name: "Train" },
  { symbol: "🚲", name: "Bicycle" },
  { symbol: "✈️", name: "Aeroplane" },
  { symbol: "🚀", name: "Rocket" },
  { symbol: "🏆", name: "Trophy" },
  { symbol: "⚽", name: "Ball" },
  { symbol: "🎸", name: "Guitar" },
  { symbol: "🎺", name: "Trumpet" },
  { symbol: "🔔", name: "Bell" },
  { symbol: "⚓", name: "Anchor" },
  { symbol: "🎧", name: "Headphones" },
  { symbol: "📁", name: "Folder" },
  { symbol: "📌", name: "Pin" },
];

/** The emoji of one index of a safety code. */
export function emojiAt(index: number): Emoji {
  const emoji = EMOJI[index];
  // An index outside the table can only be a programming error; showing a stand-in would let two
  // different codes look alike.
  if (emoji === undefined) throw new RangeError("emoji index");
  return emoji;
}
