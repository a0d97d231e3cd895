// What every page shares: the address that keeps the choices, what to take away, folded parts.
(() => {
  "use strict";
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);

  // Choices go into the address as a step of their own, so that the back button undoes them. While somebody types,
  // the step is replaced: one step for one word, not for each letter.
  let typed = "";
  function keep(changes, { typing = "" } = {}) {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value) url.searchParams.set(name, value); else url.searchParams.delete(name);
    }
    url.search = url.search.replaceAll("%2C", ",");
    if (url.href === location.href) return;
    if (typing && typing === typed) history.replaceState(null, "", url); else history.pushState(null, "", url);
    typed = typing;
  }

  // What an address asks for and the page does not have is said, not dropped.
  function unknown(found) {
    at("unknown")?.remove();
    if (!found.length) return;
    const words = found.map(([name, value]) => `${name} “${String(value).slice(0, 60)}”`).join(", ");
    const said = Object.assign(document.createElement("p"), { id: "unknown", className: "panel said", textContent: `This address asks for ${words}, which this page does not have. It is shown without it.` });
    said.setAttribute("role", "status");
    document.querySelector("main h1").after(said);
  }

  // How many letters must be changed to make one word the other; counted no further than 3.
  function distance(one, other) {
    if (Math.abs(one.length - other.length) > 3) return 4;
    let row = Array.from({ length: other.length + 1 }, (_, i) => i);
    for (let i = 1; i <= one.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= other.length; j += 1) next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      row = next;
    }
    return row[other.length];
  }

  const csvField = (text) => {
    const plain = text.replace(/\s+/g, " ").trim();
    const safe = /^[=+@\t]|^-\D/.test(plain) ? `'${plain}` : plain; // a spreadsheet must not run it
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const csvRow = (row) => [...row.cells].map((cell) => csvField(cell.textContent)).join(",");
  function asCsv(table) {
    const rows = [...table.tHead.rows, ...[...table.tBodies].flatMap((body) => [...body.rows])].filter((row) => !row.hidden);
    return `\ufeff${rows.map(csvRow).join("\r\n")}\r\n`;
  }

  function save(name, type, content) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    Object.assign(document.createElement("a"), { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  async function copy(field, button) {
    const text = field.value ?? field.textContent;
    try { await navigator.clipboard.writeText(text); } catch { getSelection().selectAllChildren(field); field.select?.(); return; }
    const before = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  // An image as PNG: the SVG file, drawn at twice its size.
  function asPng(link) {
    const picture = new Image();
    picture.addEventListener("load", () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: picture.naturalWidth * 2, height: picture.naturalHeight * 2 });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((content) => save(link.getAttribute("href").split("/").pop().replace(/svg$/, "png"), "image/png", content));
    });
    picture.src = link.href;
  }

  // The links of a map follow what it shows.
  function image(slug, words, href) {
    const box = document.querySelector(".take-map");
    if (!box) return;
    const link = box.querySelector("a[download]");
    if (slug) link.setAttribute("href", link.getAttribute("href").replace(/[^/]*\.svg$/, `${slug}.svg`));
    const escaped = words.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
    box.querySelector("textarea").value = `<a href="${new URL(href, location.href)}"><img src="${link.href}" alt="${escaped}" width="608"></a>`;
  }

  function tables(panel) {
    const box = panel.querySelector(".take-tables");
    box.replaceChildren(...[...document.querySelectorAll("main table")].filter((table) => table.tHead && !table.closest("[hidden]")).map((table, i) => {
      const heading = table.caption?.textContent.trim() || table.closest("section")?.querySelector("h2, h3")?.textContent.trim() || document.querySelector("h1").textContent.trim();
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: `CSV: ${heading}, as shown` });
      button.addEventListener("click", () => save(`${(location.pathname.split("/").pop() || "index").replace(/\.html$/, "")}${i ? `-${i + 1}` : ""}.csv`, "text/csv", asCsv(table)));
      return button;
    }));
    box.previousElementSibling.hidden = box.hidden = !box.childElementCount;
  }

  function takeAway(panel) {
    panel.addEventListener("toggle", () => {
      if (!panel.open) return;
      panel.querySelector("#share").value = location.href;
      tables(panel);
    });
    for (const button of document.querySelectorAll("button[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", () => copy(at(button.dataset.copy), button));
    }
  }

  // A part that the address points to is opened, wherever it is folded.
  function unfold() {
    let target = null;
    try { target = at(decodeURIComponent(location.hash.slice(1))); } catch { /* not an address of ours */ }
    for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    if (target?.id.startsWith("at-")) scrollTo(0, 0);
    else target?.querySelector(":scope > details, :scope > h3 + details")?.setAttribute("open", "");
    document.dispatchEvent(new Event("pointed"));
  }

  globalThis.spfPage = { keep, unknown, distance, image, save, csvField };
  document.addEventListener("DOMContentLoaded", () => {
    const panel = at("take");
    if (panel) takeAway(panel);
    for (const button of document.querySelectorAll("button[data-png]")) {
      button.hidden = location.protocol === "file:"; // a canvas may not be read there
      button.addEventListener("click", () => asPng(button.closest(".take-map").querySelector("a[download]")));
    }
    const title = document.querySelector("#map-title a, h1");
    if (!at("choices") && document.querySelector(".take-map")) image("", title.textContent, title.href ?? location.href);
    for (const button of document.querySelectorAll("button[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        root.classList.toggle("long", button.dataset.print === "long");
        if (button.dataset.print === "long") for (const part of document.querySelectorAll("main details")) part.open = true;
        print();
      });
    }
    addEventListener("hashchange", unfold);
    unfold();
  });
})();
