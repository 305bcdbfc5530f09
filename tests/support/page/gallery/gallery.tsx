/** Shows one state: /?state=call-encrypted&theme=light. Served by screenshots.ts, never shipped. */
import "../../../../web/styles/index.ts";
import { render } from "solid-js/web";
import { STATES } from "./states.tsx";

const query = new URLSearchParams(location.search);
const show = STATES[query.get("state") ?? ""];
const theme = query.get("theme");
if (theme !== null) document.documentElement.dataset["theme"] = theme;

const root = document.getElementById("app");
if (root === null) throw new Error("no #app");
if (show === undefined) {
  const list = document.createElement("ul");
  for (const name of Object.keys(STATES)) {
    const link = document.createElement("a");
    link.href = `?state=${name}`;
    link.textContent = name;
    list.appendChild(document.createElement("li")).append(link);
  }
  root.append(list);
} else render(show, root);
Object.assign(window, { galleryStates: Object.keys(STATES) });
