// Holds the graph in Oxigraph and answers queries one at a time, away from the page's own thread.
import start, { Store } from "./vendor/oxigraph/web.js";
import { explained, refused, withPrefixes } from "./query-words.js";

const loaded = new Map();
const loading = load();

async function load() {
  tell();
  const [engine, graph] = await Promise.all(["./vendor/oxigraph/web_bg.wasm.gz", "../downloads/spf-kg.nt.gz"].map(bytes));
  await start({ module_or_path: engine });
  postMessage({ progress: "Reading the graph…" });
  const store = new Store();
  store.load(new TextDecoder().decode(graph), { format: "application/n-triples", no_transaction: true, lenient: true });
  postMessage({ progress: "Asking…" });
  return store;
}

// How much of both files is here, of how much, where the host says how long they are.
function tell() {
  const parts = [...loaded.values()];
  const [done, total] = ["done", "total"].map((name) => parts.reduce((sum, part) => sum + part[name], 0));
  const mega = (number) => (number / 1e6).toFixed(1);
  const known = parts.length === 2 && parts.every((part) => part.total);
  const words = known ? `${mega(done)} of ${mega(total)} MB` : `${mega(done)} MB`;
  postMessage({ progress: `Loading the query engine and the graph, once: ${words}…`, share: known ? Math.min(1, done / total) : null });
}

// Both files are kept compressed; a host that unpacks them on the way is fine too.
async function bytes(path) {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok) throw new Error(`The file ${path.split("/").pop()} could not be fetched (HTTP ${response.status}).`);
  const packed = !response.headers.get("Content-Encoding");
  const part = { done: 0, total: packed ? Number(response.headers.get("Content-Length")) || 0 : 0 };
  loaded.set(path, part);
  const chunks = [];
  const reader = response.body.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    chunks.push(step.value);
    part.done += step.value.length;
    tell();
  }
  const whole = new Blob(chunks);
  const magic = new Uint8Array(await whole.slice(0, 2).arrayBuffer());
  const plain = magic[0] === 0x1f && magic[1] === 0x8b ? new Response(whole.stream().pipeThrough(new DecompressionStream("gzip"))) : whole;
  return new Uint8Array(await plain.arrayBuffer());
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
  const refusal = refused(data.query);
  if (refusal) { postMessage({ error: refusal }); return; }
  const [query, linesBefore] = withPrefixes(data.query, data.prefixes);
  try {
    const store = await loading;
    const before = performance.now();
    const result = answer(store, query);
    postMessage({ result, milliseconds: performance.now() - before });
  } catch (error) {
    postMessage({ error: explained(data.query, String(error?.message ?? error), linesBefore, Object.keys(data.prefixes)) });
  }
});
