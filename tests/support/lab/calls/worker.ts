import "./watch.ts";
import "../../../../web/media-worker/media-worker.ts";
