// The chart follows the filter: each bar is as high as the policies of its year that are shown.
(() => {
  "use strict";
  const BASE = 180, HEIGHT = 150;
  const list = document.getElementById("years");
  const bars = [...document.querySelectorAll("svg.timeline a[data-year]")].map((link) => ({
    link, rect: link.querySelector(".bar"), count: link.querySelector(".count"), title: link.querySelector("title"),
    section: document.getElementById(`year-${link.dataset.year}`),
  }));

  function draw() {
    const counts = bars.map(({ section }) => section.querySelectorAll("li:not([hidden])").length);
    const top = Math.max(1, ...counts);
    bars.forEach(({ link, rect, count, title, section }, i) => {
      const height = Math.round(HEIGHT * counts[i] / top);
      rect.setAttribute("height", height);
      rect.setAttribute("y", BASE - height);
      count.setAttribute("y", BASE - 6 - height);
      count.textContent = counts[i] || "";
      title.textContent = `${link.dataset.label}: ${counts[i]} ${counts[i] === 1 ? "policy" : "policies"}`;
      section.hidden = counts[i] === 0 && section.querySelector("li") !== null;
    });
  }

  list.addEventListener("filtered", draw);
})();
