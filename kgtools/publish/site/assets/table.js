// Filters and sorting for tables and lists; the address keeps both, so that a link shows the same view, and the back
// button undoes a choice.
(() => {
  "use strict";
  const page = globalThis.spfPage;
  const params = () => new URLSearchParams(location.search);
  const restorers = [];

  function filtered(form) {
    const target = document.getElementById(form.dataset.table);
    const items = form.dataset.items ? [...target.querySelectorAll(form.dataset.items)] : target.tBodies ? [...target.tBodies].flatMap((body) => [...body.rows]) : [...target.children];
    const texts = new Map(items.map((item) => [item, item.textContent.toLowerCase()]));
    const fields = [...form.elements].filter((field) => field.name);
    const output = form.querySelector("output");

    const fits = (item, field) => {
      const value = field.value.trim();
      if (!value) return true;
      if (field.name === "q") return value.toLowerCase().split(/\s+/).every((word) => texts.get(item).includes(word));
      if (field.dataset.min) return Number(item.dataset[field.dataset.min] || NaN) >= Number(value);
      if (field.dataset.max) return Number(item.dataset[field.dataset.max] || NaN) <= Number(value);
      return (item.dataset[field.name] ?? "").split(" ").includes(value);
    };
    const apply = () => {
      let shown = 0;
      for (const item of items) {
        item.hidden = !fields.every((field) => fits(item, field));
        if (!item.hidden) shown += 1;
      }
      output.textContent = `${shown.toLocaleString("en")} of ${items.length.toLocaleString("en")}`;
      target.dispatchEvent(new Event("filtered"));
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", ({ target }) => {
      apply();
      const kept = Object.fromEntries(fields.map((field) => [field.name, field.value.trim()]));
      page.keep(kept, { typing: target.tagName === "INPUT" ? target.name : "" });
    });
    // What the address asks for. The page names a value that a field doesn't offer.
    restorers.push((asked) => {
      const unknown = [];
      for (const field of fields) {
        const value = asked.get(field.name) ?? "";
        field.value = value;
        if (value && field.value !== value) { field.value = ""; unknown.push([field.name, value]); }
      }
      apply();
      return unknown;
    });
  }

  function sortable(table) {
    const headers = [...table.tHead.rows[0].cells];
    const original = [...table.tBodies].map((body) => [...body.rows]);
    const key = (row, column, numeric) => {
      const cell = row.cells[column];
      const text = cell.dataset.sort ?? cell.textContent.trim();
      return numeric ? Number(text) || 0 : text;
    };
    const sort = (column, descending) => {
      const numeric = headers[column].dataset.sort === "number";
      for (const body of table.tBodies) {
        const keyed = [...body.rows].map((row) => [key(row, column, numeric), row]);
        keyed.sort(([a], [b]) => numeric ? a - b : a.localeCompare(b, "en", { numeric: true }));
        if (descending) keyed.reverse();
        body.append(...keyed.map(([, row]) => row));
      }
      for (const header of headers) header.removeAttribute("aria-sort");
      headers[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
    };
    headers.forEach((header, column) => {
      if (!header.dataset.sort) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => {
        const first = header.dataset.sort === "number" ? "descending" : "ascending";
        const now = header.getAttribute("aria-sort");
        const descending = now ? now === "ascending" : first === "descending";
        sort(column, descending);
        page.keep({ sort: `${descending ? "-" : ""}${column}` });
      });
    });
    restorers.push((asked) => {
      const written = asked.get("sort") ?? "";
      const wanted = /^(-?)(\d+)$/.exec(written);
      if (wanted && headers[wanted[2]]?.dataset.sort) { sort(Number(wanted[2]), wanted[1] === "-"); return []; }
      if (table.querySelector("[aria-sort]")) {
        [...table.tBodies].forEach((body, k) => body.append(...original[k]));
        for (const header of headers) header.removeAttribute("aria-sort");
      }
      return written ? [["sort", written]] : [];
    });
  }

  document.querySelectorAll("table.sortable").forEach(sortable);
  document.querySelectorAll("form.filters[data-table]").forEach(filtered);
  const restore = () => {
    const asked = params();
    const unknown = restorers.flatMap((each) => each(asked));
    if (restorers.length && !document.getElementById("choices")) page.unknown(unknown);
  };
  addEventListener("popstate", restore);
  restore();
  // A row that the address points to is shown even if it was moved by sorting.
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
})();
