/** Who speaks first. The matchmaker assigns it; the handshake covers it. */
export type Role = "initiator" | "responder";

export function otherRole(role: Role): Role {
  return role === "initiator" ? "responder" : "initiator";
}
