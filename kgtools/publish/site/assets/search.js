// Full-text search over data/search.js with MiniSearch; the address keeps the words and the kind.
// States and policies come before the documents behind them; bills and postal codes are understood as people write them.
(() => {
  "use strict";
  const LIMIT = 100;
  const page = globalThis.spfPage;
  const documents = globalThis.spfSearch;
  const byId = new Map(documents.map((one) => [one.id, one]));
  const codes = new Set(documents.filter((one) => one.kind === "jurisdiction").map((one) => one.code));
  const FIRST = { jurisdiction: 3, "state policy": 1.5, "transformative policy": 3, condition: 2, example: 0.6, source: 0.15 };
  const WORDS = new Set(["AL", "AS", "CO", "DE", "HI", "ID", "IN", "LA", "MA", "ME", "MS", "OH", "OK", "OR", "PA"]);
  // S.B. 143, SB 143, sb143 and Senate Bill 143 are one word: sb143.
  const BILL = /\b(?:(house|senate|assembly) (bill|file|resolution)|((?:cs)?[sh]\.?\s?[bfrp]|a\.?b|l\.?[dbr]|[hs]\.?e\.?a|[sh]\.?[jc]\.?r)\.?)\s*(?:no\.?\s*)?(\d{1,5})\b/gi;
  const billWord = (_, chamber, what, short, number) => `${chamber ? chamber[0] + what[0] : short.replace(/[.\s]/g, "")}${number}`.toLowerCase();
  const words = document.getElementById("words");
  const kind = document.getElementById("kind");
  const found = document.getElementById("found");
  const results = document.getElementById("results");
  const none = document.getElementById("none");

  const split = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().split(/[^\p{L}\p{N}§]+/u).filter(Boolean);
  const asIndexed = (text) => [...split(text), ...[...text.matchAll(BILL)].map((match) => billWord(...match))];
  // A postal code in capitals, or alone, means the state: "UT", "ut", "OR mastery", but not "in or out".
  const asAsked = (text) => text.replace(BILL, billWord).split(/\s+/).flatMap((word, _, all) => {
    const code = word.toUpperCase();
    const meant = codes.has(code) && (word === code || all.length === 1 || !WORDS.has(code));
    return meant ? [`usps${code.toLowerCase()}`] : split(word);
  });
  const exact = (term) => /\d/.test(term) || term.startsWith("usps");

  const index = new globalThis.MiniSearch({
    fields: ["label", "place", "text", "more", "kind", "usps"],
    extractField: (one, name) => (name === "usps" ? (one.code ? `usps${one.code}` : "") : one[name]),
    tokenize: asIndexed,
    processTerm: (term) => term,
    searchOptions: {
      tokenize: asAsked,
      boost: { label: 4, place: 2, usps: 2, more: 0.6 },
      boostDocument: (id) => FIRST[byId.get(id).kind] ?? 0.3,
      prefix: (term) => term.length > 2 && !exact(term),
      fuzzy: (term) => (term.length > 3 && !exact(term) ? 0.25 : false),
      weights: { fuzzy: 0.25, prefix: 0.6 },
    },
  });
  index.addAll([...byId.values()]);
  for (const name of [...new Set(documents.map((one) => one.kind))]) kind.append(new Option(name, name));

  function marked(text, terms) {
    const made = document.createElement("span");
    const parts = terms.length ? text.split(new RegExp(`(${terms.map((t) => t.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "i")) : [text];
    parts.forEach((part, i) => made.append(i % 2 ? Object.assign(document.createElement("mark"), { textContent: part }) : part));
    return made;
  }

  // The part of the text that has most of the words; else its beginning.
  function excerpt(one, terms) {
    const placesIn = (text) => terms.map((term) => text.toLowerCase().indexOf(term)).filter((i) => i >= 0);
    const behind = one.more ?? "";
    const text = placesIn(behind).length > placesIn(one.text).length ? behind : one.text;
    const places = placesIn(text);
    const at = places.length ? Math.min(...places) - 80 : 0;
    const from = at > 60 ? text.indexOf(" ", at) + 1 : 0;
    return `${from ? "…" : ""}${text.slice(from, from + 280)}${text.length > from + 280 ? "…" : ""}`;
  }

  function item(hit) {
    const one = byId.get(hit.id);
    const made = document.createElement("li");
    const heading = document.createElement("h2");
    const link = document.createElement("a");
    link.href = one.id;
    link.append(marked(one.label, hit.terms));
    heading.append(link);
    const meta = Object.assign(document.createElement("p"), { className: "meta", textContent: one.place && one.kind !== "jurisdiction" ? `${one.kind} · ${one.place}` : one.kind });
    const text = document.createElement("p");
    text.append(marked(excerpt(one, hit.terms), hit.terms));
    made.append(heading, meta, text);
    return made;
  }

  const link = (href, textContent) => Object.assign(document.createElement("a"), { href, textContent });
  const paragraph = (...parts) => { const made = document.createElement("p"); made.append(...parts); return made; };

  // A search never ends in nothing: what else could be tried, and what an empty answer does not mean.
  function next(query, elsewhere) {
    const parts = [paragraph(Object.assign(document.createElement("b"), { textContent: `No text here has “${query.slice(0, 80)}”. ` }), "That does not mean that it does not exist: many answers are not reviewed yet.")];
    if (elsewhere) parts.push(paragraph(link(`search.html?q=${encodeURIComponent(query)}`, `${elsewhere.toLocaleString("en")} found among all kinds of records`)));
    const near = index.autoSuggest(query, { fuzzy: 0.25, combineWith: "OR" }).slice(0, 3).map(({ suggestion }) => suggestion).filter((text) => !text.includes("usps"));
    if (near.length) parts.push(paragraph("Did you mean ", ...near.flatMap((text, i) => [i ? ", " : "", link(`search.html?q=${encodeURIComponent(text)}`, text)]), "?"));
    parts.push(paragraph("Or look through ", link("states.html", "the states"), ", ", link("recommendations.html", "the recommended policies"), ", ", link("policies.html", "all state policies"), " or ", link("questions.html", "the questions that this site answers"), "."));
    return parts;
  }

  // Who names a state with other words wants its page too.
  function withPlaces(query, hits) {
    if (kind.value) return hits;
    const asked = asAsked(query);
    const named = documents.filter((one) => one.kind === "jurisdiction" && (asked.includes(`usps${one.code.toLowerCase()}`) || split(one.label).every((word) => asked.includes(word))));
    return [...named.map((one) => ({ id: one.id, terms: split(one.label) })), ...hits.filter((hit) => !named.some((one) => one.id === hit.id))];
  }

  function show() {
    const query = words.value.trim();
    const fits = (hit) => !kind.value || byId.get(hit.id).kind === kind.value;
    let every = query ? index.search(query, { combineWith: "AND" }) : [];
    const some = query && !every.some(fits) ? index.search(query, { combineWith: "OR" }) : [];
    const partly = !every.some(fits) && some.some(fits);
    const hits = withPlaces(query, (partly ? some : every).filter(fits));
    const shown = hits.length > LIMIT ? `, the first ${LIMIT} shown` : "";
    found.textContent = query ? `${hits.length.toLocaleString("en")} found${shown}` : "";
    none.replaceChildren(...(query && !hits.length ? next(query, every.length || some.length) : []));
    if (partly) none.append(paragraph("Nothing has all of these words. These have some of them."));
    none.hidden = !none.childElementCount;
    results.replaceChildren(...hits.slice(0, LIMIT).map(item));
  }

  function restore() {
    const params = new URLSearchParams(location.search);
    const wanted = params.get("kind") ?? "";
    words.value = params.get("q") ?? "";
    kind.value = [...kind.options].some(({ value }) => value === wanted) ? wanted : "";
    page.unknown(kind.value === wanted ? [] : [["kind", wanted]]);
    show();
  }

  const form = document.getElementById("search");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    show();
    page.keep({ q: words.value.trim(), kind: kind.value }, { typing: event.target === words ? "q" : "" });
  });
  addEventListener("popstate", restore);
  restore();
  if (!words.value) words.focus();
})();
