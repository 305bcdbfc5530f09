import "./styles/index.ts";
import { render } from "solid-js/web";
import { App } from "./app/app.tsx";
import { speak } from "./text/index.ts";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no #app");

void speak(navigator.languages);
render(() => <App />, root);
