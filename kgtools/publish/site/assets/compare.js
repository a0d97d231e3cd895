// Any states side by side, from data/compare.js; the address keeps the choice, and the back button undoes it.
(() => {
  "use strict";
  const page = globalThis.spfPage;
  const { conditions, levels, states } = globalThis.spfCompare;
  const add = document.getElementById("add");
  const differ = document.getElementById("differ");
  const chosenBox = document.getElementById("chosen");
  const comparison = document.getElementById("comparison");
  let chosen = [];

  function element(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }
  const link = (thing, anchor = "") => element("a", { href: thing.page + anchor, textContent: thing.label });
  const chip = (kind, words) => element("span", { className: `chip ${kind}`, textContent: words });

  function standing([level, policies, own]) {
    const cell = element("td", {}, chip(`l-${level}`, levels[level]));
    if (own) cell.append(" ", element("span", { className: "tag", textContent: "self-reported" }));
    if (policies.length) cell.append(element("ul", {}, ...policies.map((policy) => element("li", {}, link(policy)))));
    return cell;
  }

  function rowsOf(condition, index) {
    const cells = chosen.map((code) => states[code].cells[index]);
    const rows = condition.policies.map((policy, i) => ({ policy, standings: cells.map((cell) => cell.standings[i]) }));
    const kept = rows.filter(({ standings }) => !differ.checked || new Set(standings.map(([level]) => level)).size > 1);
    if (!kept.length) return [];
    const answers = chosen.map((code, i) => element("td", {}, element("a", { href: `${states[code].page}#at-${condition.slug}` }, chip(`v-${cells[i].value}`, cells[i].words))));
    const head = element("tr", { className: "head" }, element("th", { scope: "row" }, link(condition)), ...answers);
    return [head, ...kept.map(({ policy, standings }) => element("tr", {}, element("th", { scope: "row" }, link(policy)), ...standings.map(standing)))];
  }

  function table() {
    const heads = chosen.map((code) => element("th", { scope: "col" }, link(states[code])));
    const made = element("table", { className: `compare of-${Math.min(chosen.length, 4)}` },
      element("caption", { className: "vh", textContent: "The chosen states side by side" }),
      element("thead", {}, element("tr", {}, element("th", { scope: "col", textContent: "Condition and policy" }), ...heads)),
      element("tbody", {}, ...conditions.flatMap(rowsOf)));
    const box = element("div", { className: "scroll", tabIndex: 0, role: "region" }, made);
    box.setAttribute("aria-label", "Comparison");
    return box;
  }

  function suggestion() {
    const some = element("a", { href: "?states=ID,KY,UT", textContent: "Idaho, Kentucky and Utah" });
    return element("p", {}, "Choose the first state above, or start with ", some, ".");
  }

  function show() {
    chosenBox.replaceChildren(...chosen.map((code) => {
      const button = element("button", { type: "button", textContent: states[code].label });
      button.setAttribute("aria-label", `Remove ${states[code].label}`);
      button.addEventListener("click", () => { chosen = chosen.filter((other) => other !== code); change(); add.focus(); });
      return button;
    }));
    comparison.replaceChildren(chosen.length ? table() : suggestion());
  }

  function change() {
    show();
    page.keep({ states: chosen.join(","), differ: differ.checked ? "1" : "" });
  }

  function restore() {
    const params = new URLSearchParams(location.search);
    const asked = [...new Set(params.getAll("states").join(",").toUpperCase().split(",").map((code) => code.trim()).filter(Boolean))];
    chosen = asked.filter((code) => Object.hasOwn(states, code));
    differ.checked = params.get("differ") === "1";
    const known = ["", "0", "1"].includes(params.get("differ") ?? "");
    page.unknown([...asked.filter((code) => !chosen.includes(code)).map((code) => ["state", code]), ...(known ? [] : [["differ", params.get("differ")]])]);
    show();
  }

  document.getElementById("choose").addEventListener("submit", (event) => event.preventDefault());
  add.addEventListener("change", () => {
    if (add.value && !chosen.includes(add.value)) chosen.push(add.value);
    add.value = "";
    change();
  });
  differ.addEventListener("change", change);
  addEventListener("popstate", restore);
  restore();
  add.disabled = false;  // what is chosen before this script is there would be lost
})();
