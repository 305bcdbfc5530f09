/** Our steps inside workerd. A clock does not move while a Worker computes: it is read outside. */
import { STEPS, type Sample, type Step } from "./steps.ts";

let sample: Sample | undefined;

export default {
  async fetch(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1);
    if (name === "sample") {
      sample = (await request.json()) as Sample;
      return new Response("kept");
    }
    return new Response(STEPS[name as Step](sample!));
  },
};
