// The front page: the state picker, and the map, which any condition or recommended policy recolors.
// The address keeps the choice, and the back button undoes it.
(() => {
  "use strict";
  const page = globalThis.spfPage;
  const choices = [...document.querySelectorAll("#choices a")];
  const title = document.querySelector("#map-title a");
  const counts = document.getElementById("map-counts");
  const note = document.getElementById("map-note");
  const map = document.getElementById("map");
  const tiles = [...map.querySelectorAll(".tile")];
  const [ofCondition, ofPolicy] = ["#map-legends > ul", "#map-legends > div"].map((query) => document.querySelector(query));
  const drawn = new Set([...map.querySelectorAll("defs g")].map((drawing) => drawing.id));
  const words = (legend) => [...legend.querySelectorAll("li")].map((item) => ({ shade: item.querySelector(".swatch").className.replace("swatch ", ""), text: item.textContent.trim() }));
  const shades = words(ofCondition);
  const levels = words(ofPolicy);
  const MARKS = ["yes", "in part", "could", "?", "ended", "n/a", "no", "none", "–"];
  const NOTES = [note.textContent, "Yes means in full, by a policy in force. Not reviewed means that nobody has looked; it never means no. Choose a state to open its page."];
  const conditionOf = (choice) => choice.closest("#choices > li").querySelector("a");
  const list = choices.map((choice) => ({ choice, slug: choice.dataset.choice }));
  const select = makeSelect();

  // On a phone the list would push the map off the screen: there, the same choices are one field.
  function makeSelect() {
    const field = document.createElement("select");
    field.id = "show";
    for (const item of document.querySelectorAll("#choices > li")) {
      const group = document.createElement("optgroup");
      group.label = item.querySelector("a").textContent;
      for (const link of item.querySelectorAll("a")) group.append(new Option(link.dataset.levels ? link.textContent : "How many of its policies?", link.dataset.choice));
      field.append(group);
    }
    const label = Object.assign(document.createElement("label"), { className: "show", textContent: "Show " });
    label.append(field);
    document.getElementById("choices").after(label);
    field.addEventListener("change", () => choose(field.value));
    return field;
  }

  function paint(tile, shade, mark, said, href) {
    const texture = `tx-${shade.slice(2)}`;
    tile.setAttribute("class", `tile ${shade}${drawn.has(texture) ? " textured" : ""}`);
    tile.setAttribute("href", href);
    tile.querySelector("title").textContent = said;
    tile.querySelector(".fraction").textContent = mark;
    tile.querySelector("use")?.remove();
    if (!drawn.has(texture)) return;
    const over = document.createElementNS("http://www.w3.org/2000/svg", "use");
    over.setAttribute("href", `#${texture}`);
    over.setAttribute("clip-path", "url(#tile-shape)");
    tile.querySelector("rect").after(over);
  }

  function show(choice) {
    const condition = conditionOf(choice);
    const column = [...document.querySelectorAll("#choices > li > a")].indexOf(condition) + 1;
    const asked = choice.dataset.levels;
    const legend = asked ? levels : shades;
    let starred = false;
    const found = new Map(legend.map(({ text }) => [text, 0]));
    tiles.forEach((tile, i) => {
      const row = document.getElementById(`row-${tile.dataset.code}`);
      const link = row.cells[column].querySelector("a");
      const name = row.querySelector(".name").textContent;
      const place = asked ? "0123456789abcdefghij".indexOf(asked[i]) : 0;
      const own = asked ? place > 9 : link.querySelector("span").textContent.includes("*");
      starred ||= own;
      const entry = asked ? levels[place % 10] : shades.find(({ shade }) => shade === `v-${row.cells[column].dataset.value}`);
      found.set(entry.text, found.get(entry.text) + 1);
      if (asked) paint(tile, entry.shade, MARKS[place % 10] + (own ? "*" : ""), `${name}: ${entry.text}${own ? " (self-reported)" : ""}`, link.getAttribute("href"));
      else paint(tile, entry.shade, link.querySelector("span").textContent, `${name}: ${link.querySelector(".vh").textContent.trim()}`, link.getAttribute("href"));
    });
    for (const other of choices) other.removeAttribute("aria-current");
    for (const item of document.querySelectorAll("#choices > li")) item.classList.toggle("open", item.contains(choice));
    choice.setAttribute("aria-current", "true");
    select.value = choice.dataset.choice;
    title.textContent = choice.textContent;
    title.href = choice.href;
    map.setAttribute("aria-label", choice.textContent);
    counts.textContent = [...found].filter(([, number]) => number).map(([text, number]) => `${text}: ${number}`).join(" · ");
    note.textContent = NOTES[asked ? 1 : 0];
    document.getElementById("map-star").hidden = !starred;
    ofCondition.hidden = Boolean(asked);
    ofPolicy.hidden = !asked;
    page.image(choice.dataset.choice, choice.textContent, choice.href);
  }

  const choose = (slug) => { page.keep({ map: slug, condition: "" }); restore(); };

  function restore() {
    const params = new URLSearchParams(location.search);
    const wanted = params.get("map") ?? params.get("condition");
    const one = list.find(({ slug }) => slug === wanted);
    page.unknown(wanted && !one ? [["map", wanted]] : []);
    show((one ?? list[0]).choice);
  }

  for (const { choice, slug } of list) choice.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    choose(slug);
  });
  addEventListener("popstate", restore);
  restore();

  const form = document.getElementById("pick");
  const field = document.getElementById("state");
  const said = document.getElementById("pick-said");
  const states = [...document.querySelectorAll("#state-names option")].map(({ value, dataset }) => ({ name: value, code: dataset.code, page: dataset.page }));
  const plain = (text) => text.trim().toLowerCase().replace(/[^a-z ]/g, "");
  function matching(text) {
    const exact = states.find(({ name, code }) => plain(name) === text || code.toLowerCase() === text);
    if (exact || !text) return exact ? [exact] : [];
    const begun = states.filter(({ name }) => plain(name).startsWith(text));
    return begun.length ? begun : states.filter(({ name }) => page.distance(plain(name), text) <= 2);
  }
  // Several states, separated by commas: their comparison.
  function several(event) {
    const asked = field.value.split(/[,;]/).map(plain).filter(Boolean);
    if (asked.length < 2 || event.type !== "submit") return false;
    event.preventDefault();
    const found = asked.map(matching);
    const unclear = asked.filter((_, i) => found[i].length !== 1);
    if (unclear.length) said.textContent = `Not the name or code of one state: ${unclear.map((text) => `“${text.slice(0, 40)}”`).join(", ")}.`;
    else location.href = `compare.html?states=${[...new Set(found.map(([{ code }]) => code))].join(",")}`;
    return true;
  }
  function go(event) {
    if (several(event)) return;
    const found = matching(plain(field.value));
    if (found.length === 1 && (event.type === "submit" || plain(found[0].name) === plain(field.value))) {
      event.preventDefault();
      location.href = found[0].page;
      return;
    }
    if (event.type !== "submit") return;
    event.preventDefault();
    said.replaceChildren(found.length ? "Which one? " : `No state is called “${field.value.trim().slice(0, 40)}”. `);
    for (const { name, page: to } of found.slice(0, 8)) said.append(Object.assign(document.createElement("a"), { href: to, textContent: name }), " ");
    if (!found.length) said.append(Object.assign(document.createElement("a"), { href: "states.html", textContent: "All states" }));
  }
  form.addEventListener("submit", go);
  // Choosing from the list is enough; typing the whole name is not, until Enter.
  field.addEventListener("input", (event) => { if (event.inputType === "insertReplacementText" || !event.inputType) go(event); });

  document.getElementById("grid").classList.add("sortable");
})();
