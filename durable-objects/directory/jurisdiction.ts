/**
 * Where Cloudflare may run and keep the objects, when the operator promises that
 * (developers.cloudflare.com/durable-objects/reference/data-location).
 */
const JURISDICTIONS = ["eu", "fedramp"] as const;

/** Undefined for a word that is none: such an edge must not serve, because it would break a promise. */
export function readJurisdiction(
  value: string | undefined,
): (typeof JURISDICTIONS)[number] | "" | undefined {
  if (value === undefined || value === "") return "";
  return JURISDICTIONS.find((jurisdiction) => jurisdiction === value);
}

/** Objects of the one jurisdiction that there is, or of none. */
export function within<Class extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<Class>,
  setting: string | undefined,
): DurableObjectNamespace<Class> {
  const jurisdiction = readJurisdiction(setting);
  return jurisdiction ? namespace.jurisdiction(jurisdiction) : namespace;
}
