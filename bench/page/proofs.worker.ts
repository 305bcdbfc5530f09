import { STEPS, type Sample, type Step } from "../proofs/steps.ts";

interface Question {
  readonly sample: Sample;
  readonly step: Step;
  readonly rounds: number;
}

addEventListener("message", ({ data: { sample, step, rounds } }: MessageEvent<Question>) => {
  const ms: number[] = [];
  let said = "";
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    said = STEPS[step](sample);
    ms.push(performance.now() - begin);
  }
  postMessage({ ms, said }, { targetOrigin: "*" });
});
