// Full-text search over data/search.js with MiniSearch; the address keeps the words and the kind.
(() => {
  "use strict";
  const LIMIT = 100;
  const documents = globalThis.spfSearch;
  const byId = new Map(documents.map((one) => [one.id, one]));
  const index = new globalThis.MiniSearch({
    fields: ["label", "place", "text", "kind"],
    searchOptions: { boost: { label: 3, place: 2 }, prefix: (term) => term.length > 2, fuzzy: (term) => (term.length > 5 ? 0.15 : 0), combineWith: "AND" },
  });
  index.addAll([...byId.values()]);
  const words = document.getElementById("words");
  const kind = document.getElementById("kind");
  const found = document.getElementById("found");
  const results = document.getElementById("results");
  for (const name of [...new Set(documents.map((one) => one.kind))]) kind.append(new Option(name, name));
  const params = new URLSearchParams(location.search);
  words.value = params.get("q") ?? "";
  kind.value = params.get("kind") ?? "";

  function marked(text, terms) {
    const made = document.createElement("span");
    const parts = terms.length ? text.split(new RegExp(`(${terms.map((t) => t.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "i")) : [text];
    parts.forEach((part, i) => made.append(i % 2 ? Object.assign(document.createElement("mark"), { textContent: part }) : part));
    return made;
  }

  function item(hit) {
    const one = byId.get(hit.id);
    const made = document.createElement("li");
    const heading = document.createElement("h2");
    const link = document.createElement("a");
    link.href = one.id;
    link.append(marked(one.label, hit.terms));
    heading.append(link);
    const meta = Object.assign(document.createElement("p"), { className: "meta", textContent: one.place ? `${one.kind} · ${one.place}` : one.kind });
    const text = document.createElement("p");
    text.append(marked(one.text.length > 280 ? `${one.text.slice(0, 280)}…` : one.text, hit.terms));
    made.append(heading, meta, text);
    return made;
  }

  function show() {
    const query = words.value.trim();
    const hits = query ? index.search(query, { filter: (hit) => !kind.value || byId.get(hit.id).kind === kind.value }) : [];
    found.textContent = query ? `${hits.length.toLocaleString("en")} found${hits.length > LIMIT ? `, the first ${LIMIT} shown` : ""}` : "";
    results.replaceChildren(...hits.slice(0, LIMIT).map(item));
  }

  const form = document.getElementById("search");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    show();
    const kept = new URLSearchParams();
    if (words.value.trim()) kept.set("q", words.value.trim());
    if (kind.value) kept.set("kind", kind.value);
    history.replaceState(null, "", kept.size ? `?${kept}` : location.pathname);
  });
  show();
  if (!words.value) words.focus();
})();
