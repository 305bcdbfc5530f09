/**
 * Every ceiling of the wire, with its unit in its name and what suffers when it moves.
 */

/** One WebSocket frame. Lower: a complete SDP with many candidates no longer fits. Higher: one page can make the lobby copy more. */
export const FRAME_MAX_BYTES = 65_536;

/** The sealed body of one `seal`, as characters of base64url; the rest of the frame is its envelope. */
export const SEAL_BODY_MAX_CHARS = 60_000;

/** X-Wing public key (draft-connolly-cfrg-xwing-kem). */
export const SEAL_KEY_BYTES = 1216;

/** 128 bits: unguessable, so a relayed frame that names it was told it by the lobby. */
export const MATCH_ID_BYTES = 16;

/** nonce 12 + partner handle 16 + tag 16, the form of a memory capsule. */
export const CAPSULE_BYTES = 44;

/** Lower: more rematches. Higher: the socket attachment (16,384 bytes) fills. */
export const RECENTS_MAX = 8;

/** Lower: a page must choose which blocks to present. Higher: the socket attachment fills. */
export const BLOCKS_MAX = 100;

/** Languages a person is willing to speak, most wanted first. Each adds one bucket to look into. */
export const LANGUAGES_MAX = 3;

/** Interests, as tag hashes made on the device. Each adds one bucket per language. */
export const INTERESTS_MAX = 5;

/** A sealed ticket in the subprotocol header. Header blocks over 16 KiB are refused by proxies. */
export const TICKET_MAX_CHARS = 1024;

/** A sealed resume token, beside the ticket in the same header. */
export const RESUME_MAX_CHARS = 1024;

/** A place in the queue that was lost with the lobby may be brought back for so long; `waiting` renews it. */
export const RESUME_PLACE_MS = 60_000;

/**
 * A seat in a call, for as long as calls last: it is given once, when both are up, and the lobby is
 * not woken to renew it. An old one harms nobody: it only seats its owner beside an empty chair.
 */
export const RESUME_CALL_MS = 12 * 3_600_000;

/** While somebody waits, a fresh resume token comes at least this often. */
export const RESUME_RENEW_MS = 30_000;

/** After a restart of the server, pages come back spread over this time. Shorter: they storm it. */
export const RESTART_SPREAD_MS = 8_000;

/** A page that is asked to move does so after a pause of up to this. */
export const MOVE_SPREAD_MS = 2_000;

/** A lobby whose timers ring this late takes nobody new. Higher: a full shard makes everybody wait. */
export const LAG_MAX_MS = 250;

/** `seek` and `next` of one network in one shard. Lower: a school behind one address stands still. */
export const NETWORK_NEXT_BURST = 200;
export const NETWORK_NEXT_REFILL_MS = 20;

/** How long a session ticket opens the lobby. Longer: sanctions take longer to bite. */
export const TICKET_LIFETIME_MS = 15 * 60_000;

/** TURN credentials; a call refreshes them before they end. */
export const TURN_LIFETIME_MS = 15 * 60_000;

/** A partner that neither answers nor acknowledges within this is dropped. Shorter: slow phones lose matches. */
export const SILENT_PARTNER_MS = 2_500;

/** Between the two lobbies of a pair: is it still one? Rarer: a one-sided pair looks at nobody for longer. */
export const LEASE_PROBE_MS = 3_000;

/** A person is held so long for a lobby that asked. Shorter: a question across an ocean comes too late. */
export const HOLD_MS = 2_000;

/** Who waits at the end of the ladder is asked for again this often. Rarer: a person in a new shard is found late. */
export const LOOK_AGAIN_MS = 5_000;

/** From `match` to both `up`. Longer: people stare at "connecting" when a network blocks everything. */
export const CONNECT_MAX_MS = 20_000;

/** Someone whose partner went away keeps the old place in the queue when seeking again within this. */
export const PLACE_KEPT_MS = 10_000;

/** The page sends the ping literal this often; the edge answers without waking. */
export const PING_INTERVAL_MS = 20_000;

/** A waiting socket whose last ping is older than this is not offered to anyone. */
export const PING_FRESH_MS = 45_000;

/** Frames and bytes relayed per person per match before the connection is up or after it for ICE restarts. */
export const SEALS_PER_MATCH_MAX = 40;
export const SEAL_CHARS_PER_MATCH_MAX = 262_144;

/** `next` and `seek`: a burst, then a steady pace. Faster: skip storms churn the queue for everyone. */
export const NEXT_BURST = 4;
export const NEXT_REFILL_MS = 1_500;

/** Frames of any kind per socket: a burst, then a steady pace; beyond it the socket is closed. */
export const FRAMES_BURST = 60;
export const FRAMES_REFILL_MS = 100;

/** Frames that do not parse before the socket is closed with `badRequest`. */
export const INVALID_FRAMES_MAX = 3;

/** Ceiling of people in one shard: half of what hibernation allows, so a split never comes too late. */
export const SHARD_SOCKETS_MAX = 15_000;

/** The literal pair that hibernating sockets answer by themselves. */
export const PING = "ping";
export const PONG = "pong";

/** More waiting than this is not counted. */
export const MAX_WAITED_MS = 86_400_000;
