// Holds the graph in Oxigraph and answers queries one at a time, away from the page's own thread.
import start, { Store } from "./vendor/oxigraph/web.js";

const loading = load();

async function load() {
  postMessage({ progress: "Loading the query engine and the graph (about 2 MB, once)…" });
  const [, text] = await Promise.all([start({ module_or_path: new URL("./vendor/oxigraph/web_bg.wasm", import.meta.url) }), graph()]);
  const store = new Store();
  store.load(text, { format: "application/n-triples", no_transaction: true, lenient: true });
  postMessage({ progress: "Asking…" });
  return store;
}

// The graph is kept compressed; a host that unpacks it on the way is fine too.
async function graph() {
  const response = await fetch(new URL("../downloads/spf-kg.nt.gz", import.meta.url));
  if (!response.ok) throw new Error(`The graph could not be fetched (HTTP ${response.status}).`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

const asJson = (term) => {
  if (term.termType === "NamedNode") return { type: "uri", value: term.value };
  if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
  const made = { type: "literal", value: term.value };
  if (term.language) made["xml:lang"] = term.language;
  else if (!term.datatype.value.endsWith("#string")) made.datatype = term.datatype.value;
  return made;
};

function answer(store, query) {
  const form = /^\s*(?:(?:PREFIX|BASE)\b[^>]*>|#[^\n]*|\s)*\s*(\w+)/i.exec(query)?.[1]?.toUpperCase();
  if (form === "CONSTRUCT" || form === "DESCRIBE") {
    const triples = store.query(query).map((quad) => ({ subject: asJson(quad.subject), predicate: asJson(quad.predicate), object: asJson(quad.object) }));
    return { triples };
  }
  return JSON.parse(store.query(query, { results_format: "json" }));
}

addEventListener("message", async ({ data }) => {
  try {
    const store = await loading;
    const before = performance.now();
    const result = answer(store, data.query);
    postMessage({ result, milliseconds: performance.now() - before });
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
});
