/** Everything the edge answers, at a glance. */
import { Hono } from "hono";
import type { AppEnv } from "./context.ts";
import { configured } from "./middleware/configured.ts";
import { ownOrigin } from "./middleware/origin.ts";
import { rateLimit } from "./middleware/rate-limit.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { problem } from "./problem.ts";
import { ageChallenge, ageIssuers, ageProve } from "./routes/age.ts";
import { appeal } from "./routes/appeal.ts";
import { demoIssuer } from "./routes/demo-issuer.ts";
import { health } from "./routes/health.ts";
import { moderate, moderator } from "./routes/moderate.ts";
import { report } from "./routes/report.ts";
import { session } from "./routes/session.ts";
import { refuseSocket, socket } from "./routes/socket.ts";
import { turn } from "./routes/turn.ts";

export { Directory, Gate, Lobby, Sanctions } from "../durable-objects/index.ts";

const busySocket = () => refuseSocket("busy");

const app = new Hono<AppEnv>();

app.use(securityHeaders);
app.get("/healthz", health);
app.use("/api/*", configured);
app.post("/api/age/challenge", ownOrigin, rateLimit("AGE_RATE"), ageChallenge);
app.post("/api/age/prove", ownOrigin, rateLimit("AGE_RATE"), ageProve);
app.get("/api/age/issuers", ageIssuers);
app.post("/api/demo-issuer", ownOrigin, rateLimit("AGE_RATE"), demoIssuer);
app.post("/api/report", ownOrigin, rateLimit("AGE_RATE"), report);
app.post("/api/appeal", ownOrigin, rateLimit("AGE_RATE"), appeal);
app.get("/api/moderator", moderator);
app.post("/api/moderate", ownOrigin, rateLimit("AGE_RATE"), moderate);
app.post("/api/session", ownOrigin, rateLimit("SESSION_RATE"), session);
app.post("/api/turn", ownOrigin, rateLimit("TURN_RATE"), turn);
app.get("/api/lobby", ownOrigin, rateLimit("SOCKET_RATE", busySocket), socket);
app.all("/api/*", () => problem("not-found"));
app.all("*", (context) => context.env.ASSETS.fetch(context.req.raw));

// Surprise stops here: the page learns that something failed, and nobody learns what.
app.onError(() => problem("internal"));

export default app;
