// SPARQL in the browser: an editor, a worker that holds the graph, results as a table, CSV or JSON.
(() => {
  "use strict";
  const LIMIT_SECONDS = 60;
  const ROWS = 500;
  const page = globalThis.spfPage;
  const byName = new Map(globalThis.spfQuestions.questions.map((question) => [question.name, question]));
  const at = (id) => document.getElementById(id);
  const [choice, run, stop, csv, json, state, answer] = ["question", "run", "stop", "csv", "json", "state", "answer"].map(at);
  const [bar, folded] = ["progress", "text"].map(at);
  const START = "PREFIX spf: <https://w3id.org/spf-kg/ontology#>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n\n"
    + "SELECT ?state (COUNT(?policy) AS ?policies) WHERE {\n  ?policy a spf:StatePolicy ; spf:jurisdiction/skos:prefLabel ?state .\n}\n"
    + "GROUP BY ?state\nORDER BY DESC(?policies)\nLIMIT 10\n";
  const editor = makeEditor();
  let worker = null;
  let timer = 0;
  let last = null;
  let asked = "";
  let addresses = null;

  function makeEditor() {
    const plain = at("editor");
    if (typeof globalThis.Yasqe !== "function") return { get: () => plain.value, set: (text) => { plain.value = text; }, refresh: () => {} };
    plain.hidden = true;
    globalThis.Yasqe.defaults.autocompleters.length = 0; // they would ask other hosts
    const yasqe = new globalThis.Yasqe(at("editing"), {
      createShareableLink: null, consumeShareLink: null, lineWrapping: true, persistenceId: null,
      resizeable: false, showQueryButton: false, viewportMargin: 50,
      extraKeys: { "Ctrl-Enter": () => ask(), "Cmd-Enter": () => ask(), Esc: (it) => it.getInputField().blur(), Tab: false, "Shift-Tab": false },
    });
    const field = yasqe.getInputField();
    field.setAttribute("aria-label", "SPARQL query");
    field.id = "editor-field";
    return { get: () => yasqe.getValue(), set: (text) => yasqe.setValue(text), refresh: () => yasqe.refresh() };
  }

  function say(text, isError = false) {
    state.textContent = text;
    state.className = isError ? "error" : "";
  }

  function choose(name) {
    const question = byName.get(name);
    choice.value = question ? name : "";
    at("description").textContent = question ? question.description : "";
    at("parameters").replaceChildren(...(question ? question.parameters.map(field) : []));
    editor.set(question ? question.query : START);
  }

  // Each parameter has its own line in a question, VALUES ?_name { … }, as a comment where it may be left out; a field
  // rewrites what is in its braces.
  const lineOf = (name) => new RegExp(`^([ \\t]*)(?:# )?(VALUES \\?_${name} \\{).*\\}[ \\t]*$`, "m");
  const termOf = (type, value) => {
    if (type === "text") return ` ${JSON.stringify(value)} `;
    return /^\d+$/.test(value) ? ` ${value} ` : ` <${value}> `;
  };

  function field({ name, type, description, unless }) {
    const label = Object.assign(document.createElement("label"), { textContent: `${name[0].toUpperCase()}${name.slice(1)} `, title: description });
    const choices = globalThis.spfQuestions.choices[type] ?? [];
    const input = document.createElement(choices.length ? "select" : "input");
    input.dataset.parameter = name;
    if (choices.length) input.append(new Option(unless === "all" ? "All" : `${unless} (unless chosen)`, ""), ...choices.map(([iri, text]) => new Option(text, iri)));
    else if (type !== "text") Object.assign(input, { type: "number", min: 0, max: 999999, placeholder: unless });
    else Object.assign(input, { type: "text", maxLength: 200, placeholder: unless });
    input.addEventListener("input", () => {
      const original = lineOf(name).exec(byName.get(choice.value).query)[0];
      editor.set(editor.get().replace(lineOf(name), (_, indent, open) => input.value ? `${indent}${open}${termOf(type, input.value)}}` : original));
    });
    input.addEventListener("change", ask);
    label.append(input);
    return label;
  }

  function start() {
    worker = new Worker("assets/query-worker.js", { type: "module" });
    worker.addEventListener("error", () => finish("The query engine did not start. Use a current browser, and a host that serves .js and .wasm files.", true));
    worker.addEventListener("message", ({ data }) => {
      if (data.progress) {
        say(data.progress);
        bar.hidden = !data.share;
        bar.value = data.share ?? 0;
      } else if (data.error) { folded.open = true; finish(data.error, true); } else { last = data.result; draw(); finish(`${summary(last)} in ${(data.milliseconds / 1000).toFixed(2)} s.`); }
    });
  }

  function ask() {
    if (!stop.hidden) {
      if (asked === editor.get()) return;
      halt("");
    }
    asked = editor.get();
    remember();
    answer.replaceChildren();
    csv.hidden = json.hidden = true;
    stop.hidden = false;
    run.disabled = true;
    if (!worker) start();
    say("Asking…");
    timer = setTimeout(() => halt(`Stopped after ${LIMIT_SECONDS} seconds. Ask for less, for example with LIMIT.`), LIMIT_SECONDS * 1000);
    worker.postMessage({ query: editor.get(), prefixes: globalThis.spfQuestions.prefixes });
  }

  function halt(words) {
    worker?.terminate();
    worker = null;
    finish(words, true);
  }

  function finish(words, isError = false) {
    clearTimeout(timer);
    stop.hidden = bar.hidden = true;
    run.disabled = false;
    say(words, isError);
  }

  function summary(result) {
    if ("boolean" in result) return `The answer is ${result.boolean ? "yes" : "no"}`;
    const count = result.results ? result.results.bindings.length : result.triples.length;
    const noun = result.results ? "row" : "triple";
    const shown = count > ROWS ? `, the first ${ROWS} shown` : "";
    return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}${shown}`;
  }

  function cell(term) {
    const made = document.createElement("td");
    if (!term) return made;
    if (term.type !== "uri") { made.textContent = term.value; return made; }
    const page = addresses?.[term.value];
    const short = term.value.replace(/^https:\/\/w3id\.org\/spf-kg\/(id\/|ontology#)?/, "");
    if (!page) { made.textContent = term.value; return made; }
    made.append(Object.assign(document.createElement("a"), { href: page, textContent: short, title: term.value }));
    return made;
  }

  function draw() {
    csv.hidden = json.hidden = "boolean" in last;
    if ("boolean" in last) return;
    const names = last.head ? last.head.vars : ["subject", "predicate", "object"];
    const rows = last.results ? last.results.bindings : last.triples;
    const table = Object.assign(document.createElement("table"), { className: "list" });
    const head = table.createTHead().insertRow();
    const described = byName.get(choice.value)?.columns ?? {};
    for (const name of names) head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: name.replaceAll("_", " "), title: described[name] ?? "" }));
    const body = table.createTBody();
    for (const row of rows.slice(0, ROWS)) body.insertRow().append(...names.map((name) => cell(row[name])));
    const box = Object.assign(document.createElement("div"), { className: "scroll", tabIndex: 0, role: "region" });
    box.setAttribute("aria-label", "Answer");
    box.append(table);
    answer.replaceChildren(box);
  }

  function asCsv() {
    const names = last.head ? last.head.vars : ["subject", "predicate", "object"];
    const rows = last.results ? last.results.bindings : last.triples;
    const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = rows.map((row) => names.map((name) => field(row[name]?.value ?? "")).join(","));
    return [names.join(","), ...lines].join("\r\n") + "\r\n";
  }

  function save(name, type, text) {
    const url = URL.createObjectURL(new Blob([text], { type }));
    Object.assign(document.createElement("a"), { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  const fields = () => [...at("parameters").querySelectorAll("[data-parameter]")];
  const asAsked = (question) => question.parameters.reduce((text, { name, type }) => {
    const { value } = fields().find((input) => input.dataset.parameter === name);
    return value ? text.replace(lineOf(name), (_, indent, open) => `${indent}${open}${termOf(type, value)}}`) : text;
  }, question.query);

  // A link may give a state as KY, a condition as shared-vision: the end of an option's address, or its words.
  function valueFor(input, given) {
    if (!input.options) return given;
    const wanted = given.toLowerCase();
    const fits = ({ value, textContent }) =>
      value === given || value.toLowerCase().endsWith(`/${wanted}`) || textContent.trim().toLowerCase() === wanted;
    return [...input.options].find(fits)?.value;
  }

  function fill(params) {
    const unknown = [];
    for (const input of fields()) {
      const given = params.get(input.dataset.parameter) ?? "";
      const value = given ? valueFor(input, given) : "";
      if (value === undefined) unknown.push(`${input.dataset.parameter}=${given}`);
      input.value = value ?? "";
      if (input.value) input.dispatchEvent(new Event("input"));
    }
    return unknown;
  }

  function remember() {
    const kept = new URLSearchParams();
    const question = byName.get(choice.value);
    if (question && editor.get() === asAsked(question)) {
      kept.set("question", question.name);
      for (const input of fields()) if (input.value) kept.set(input.dataset.parameter, input.value);
    }
    else if (editor.get().length < 4000) kept.set("query", editor.get());
    if (`?${kept}` === location.search) return;
    history.pushState(null, "", `?${kept}`);
  }

  function loadAddresses() {
    const script = Object.assign(document.createElement("script"), { src: "data/addresses.js" });
    script.addEventListener("load", () => { addresses = globalThis.spfAddresses; if (last) draw(); });
    document.head.append(script);
  }

  // What the address asks for; the back button comes here too.
  function restore() {
    const params = new URLSearchParams(location.search);
    const name = params.get("question") ?? "";
    const unknown = name && !byName.has(name) ? [["question", name]] : [];
    let wrong = [];
    if (params.has("query")) { choose(""); editor.set(params.get("query")); } else { choose(name); wrong = fill(params); }
    folded.open = !choice.value;
    page.unknown(unknown);
    if (location.protocol === "file:") return;
    if (wrong.length) halt(`Not run: ${wrong.join(", ")} is not a value of this question. Choose one above.`);
    else if (choice.value) ask();
    else { answer.replaceChildren(); csv.hidden = json.hidden = true; say(""); }
  }

  choice.addEventListener("change", () => {
    choose(choice.value);
    if (choice.value) ask(); else folded.open = true;
  });
  addEventListener("popstate", restore);
  folded.addEventListener("toggle", () => editor.refresh());
  at("ask").addEventListener("submit", (event) => event.preventDefault());
  run.addEventListener("click", ask);
  at("editor").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask(); });
  stop.addEventListener("click", () => halt("Stopped."));
  csv.addEventListener("click", () => save("answer.csv", "text/csv", asCsv()));
  json.addEventListener("click", () => save("answer.json", "application/sparql-results+json", JSON.stringify(last, null, 2)));
  if (location.protocol === "file:") {
    at("needs-host").hidden = false;
    run.disabled = true;
  } else loadAddresses();
  restore();
})();
