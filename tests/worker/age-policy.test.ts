import { describe, expect, it } from "vitest";
import { agePolicy, tierOf } from "../../worker/policy/age-policy.ts";

describe("A-4: age policy", () => {
  it.each([
    [undefined, "weur", "separate"],
    ["", "weur", "separate"],
    ["  ", "weur", "separate"],
    ["open", "weur", "open"],
    ["required", "oc", "required"],
    ["separate, weur=required", "weur", "required"],
    ["separate, weur=required", "eeur", "separate"],
    ["required,oc=open,me=separate", "oc", "open"],
    ["required,oc=open,me=separate", "me", "separate"],
    ["required,oc=open,me=separate", "afr", "required"],
  ] as const)("%j in %s: %s", (text, region, policy) => {
    expect(agePolicy(text, region)).toBe(policy);
  });

  it.each([
    "Open",
    "opne",
    "separate;weur=required",
    "separate, wuer=required",
    "separate, weur",
    "separate, weur=requird",
    "separate, weur=open=open",
    "weur=open",
    "open,",
  ])("%j cannot be read, so nobody gets in without a proof", (text) => {
    expect(agePolicy(text, "weur")).toBe("required");
  });

  it("gives the tier", () => {
    expect(tierOf("required", true)).toBe("proven");
    expect(tierOf("required", false)).toBeUndefined();
    expect(tierOf("separate", true)).toBe("proven");
    expect(tierOf("separate", false)).toBe("open");
    expect(tierOf("open", true)).toBe("open");
    expect(tierOf("open", false)).toBe("open");
  });
});
