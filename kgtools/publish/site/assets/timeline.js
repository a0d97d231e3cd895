// The chart and the links to the list follow the filter: each bar counts the policies of its year that are shown.
(() => {
  "use strict";
  const BASE = 180, HEIGHT = 150;
  const list = document.getElementById("years");
  const bars = [...document.querySelectorAll("svg.timeline a[data-year]")].map((link) => ({
    link, rect: link.querySelector(".bar"), count: link.querySelector(".count"), title: link.querySelector("title"),
    section: document.getElementById(`year-${link.dataset.year}`),
  })).map((bar) => ({ ...bar, all: bar.section.querySelector("h2 a") }));
  const form = document.querySelector("form.filters");

  function follow(all, count) {
    const total = Number(all.dataset.total ??= parseInt(all.textContent.replaceAll(",", ""), 10));
    const url = new URL(all.href);
    for (const { name, value } of form.elements) if (name) value ? url.searchParams.set(name, value) : url.searchParams.delete(name);
    all.href = url;
    all.textContent = `${count} ${count === 1 ? "policy" : "policies"}${count < total ? ` of ${total}` : ""}`;
  }

  function draw() {
    const counts = bars.map(({ section }) => section.querySelectorAll("li:not([hidden])").length);
    const top = Math.max(1, ...counts);
    bars.forEach(({ link, rect, count, title, section, all }, i) => {
      const height = Math.round(HEIGHT * counts[i] / top);
      rect.setAttribute("height", height);
      rect.setAttribute("y", BASE - height);
      count.setAttribute("y", BASE - 6 - height);
      count.textContent = counts[i] || "";
      title.textContent = `${link.dataset.label}: ${counts[i]} ${counts[i] === 1 ? "policy" : "policies"}`;
      if (all) follow(all, counts[i]);
      section.hidden = counts[i] === 0 && section.querySelector("li") !== null;
    });
  }

  // Where the chart is wider than the screen, the latest years are what people look for.
  const box = document.querySelector("svg.timeline").parentElement;
  box.scrollLeft = box.scrollWidth;
  list.addEventListener("filtered", draw);
})();
