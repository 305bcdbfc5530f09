/** Nothing at all: what starting a Worker costs by itself. */
export default {
  fetch: (): Response => new Response("nothing"),
};
