/**
 * Free words for what somebody likes, made comparable on the device: two people who mean the same
 * get the same tag, and the edge gets only tags, 8 bytes of SHA-256 each.
 *
 * A hash of an everyday word can be guessed by trying everyday words. It keeps the words out of
 * logs and sight; it does not make a strange secret of them.
 */
import { toBase64url } from "../../protocol/base64url.ts";
import { INTERESTS_MAX } from "../../protocol/limits.ts";

export const INTEREST_MAX_CHARS = 30;

const TAG_BYTES = 8;
/** Changes with the rules below: pages of two versions then share no interest instead of a wrong one. */
const LABEL = "winkr interest v1\n";

/** Each row is one interest. The first word is its name; all are written as `plain` leaves them. */
const SYNONYMS: readonly (readonly string[])[] = [
  ["anime", "manga", "otaku"],
  ["art", "drawing", "draw", "painting", "paint", "sketching", "kunst", "arte", "dessin"],
  ["book", "reading", "read", "literature", "novel", "bucher", "buch", "libro", "livre", "lesen"],
  ["cat", "kitten", "kitty", "katze", "katzen", "gato", "chat"],
  ["chess", "schach", "ajedrez", "echecs", "scacchi", "xadrez"],
  ["cooking", "cook", "baking", "bake", "food", "kochen", "cocina", "cuisine"],
  ["cycling", "bike", "biking", "bicycle", "fahrrad", "radfahren", "ciclismo", "velo"],
  ["dancing", "dance", "tanzen", "baile", "danse"],
  ["dog", "puppy", "puppies", "hund", "hunde", "perro", "chien"],
  ["fashion", "clothes", "style", "mode", "moda"],
  ["film", "movie", "movies", "cinema", "kino", "filme", "cine", "pelicula"],
  ["fitness", "gym", "workout", "bodybuilding", "musculation"],
  ["football", "soccer", "futbol", "futebol", "fussball", "calcio", "foot"],
  ["gaming", "game", "gamer", "videogame", "video game", "spiele", "juego", "jeux video", "jeu"],
  ["hiking", "hike", "trekking", "wandern", "senderismo", "randonnee"],
  ["history", "geschichte", "historia", "histoire"],
  ["language", "sprachen", "idioma", "langue", "linguistics"],
  ["math", "mathematics", "mathe", "mathematik", "matematica"],
  ["music", "song", "musik", "musica", "musique"],
  ["nature", "natur", "naturaleza", "outdoors"],
  ["philosophy", "philosophie", "filosofia"],
  ["photography", "photo", "photographer", "fotografie", "fotografia", "photographie"],
  ["politics", "politic", "politik", "politica", "politique"],
  ["programming", "coding", "code", "coder", "software", "developer", "programmieren", "dev"],
  ["science", "wissenschaft", "ciencia"],
  ["series", "tv", "television", "tv show", "tv series", "serien", "serie"],
  ["swimming", "swim", "schwimmen", "natacion", "natation"],
  ["travel", "trip", "reisen", "viajar", "viaje", "voyage", "backpacking"],
  ["writing", "write", "schreiben", "escribir", "poetry", "poem"],
];

/** Ends in an s that is no plural. */
const SINGULAR = new Set(["news"]);

const CANONICAL: ReadonlyMap<string, string> = new Map(
  SYNONYMS.flatMap((row) => row.map((word) => [stemmed(word), row[0]!] as const)),
);

/** What the person typed as one tidy line; undefined when nothing is left of it. */
export function tidy(text: string): string | undefined {
  const line = text.normalize("NFC").replaceAll(/\s+/g, " ").trim().slice(0, INTEREST_MAX_CHARS);
  return plain(line) === "" ? undefined : line;
}

/** The name under which two spellings of one interest are the same. */
export function canonical(text: string): string {
  const stem = stemmed(plain(text));
  return CANONICAL.get(stem) ?? stem;
}

/** Tags of at most five interests, no two the same. */
export async function tagsOf(interests: readonly string[]): Promise<string[]> {
  const names = [...new Set(interests.map(canonical))].filter((name) => name !== "");
  return Promise.all(names.slice(0, INTERESTS_MAX).map(tagOf));
}

async function tagOf(name: string): Promise<string> {
  const bytes = new TextEncoder().encode(LABEL + name);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return toBase64url(new Uint8Array(digest).subarray(0, TAG_BYTES));
}

/** Lower case, without accents and signs (Unicode NFKD), words one space apart. */
function plain(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{Mark}/gu, "")
    .replaceAll("ß", "ss")
    .replaceAll(/[^\p{Letter}\p{Number}]+/gu, " ")
    .trim();
}

/** English plurals only: the S-stemmer (Harman, 1991). A stronger one would merge words that differ. */
function stemmed(name: string): string {
  return name.split(" ").map(singular).join(" ");
}

function singular(word: string): string {
  if (word.length < 4 || SINGULAR.has(word)) return word;
  if (/[^ea]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/[^aeo]es$/.test(word)) return word.slice(0, -1);
  return /[^ius]s$/.test(word) ? word.slice(0, -1) : word;
}
