// The front page's map: choosing a condition recolours it from the grid below; the address keeps the choice.
(() => {
  "use strict";
  const choices = [...document.querySelectorAll("#choices a")];
  const title = document.getElementById("map-title");

  function show(choice) {
    const column = choices.indexOf(choice);
    for (const other of choices) other.removeAttribute("aria-current");
    choice.setAttribute("aria-current", "true");
    const link = title.querySelector("a");
    link.textContent = choice.textContent;
    link.href = choice.href;
    for (const tile of document.querySelectorAll("#map .tile")) {
      const row = document.getElementById(`row-${tile.dataset.code}`);
      paint(tile, row.querySelector(".name").textContent, row.cells[column + 1]);
    }
  }

  function paint(tile, name, cell) {
    const link = cell.querySelector("a");
    const words = link.querySelector(".vh").textContent.trim();
    tile.setAttribute("class", `tile v-${cell.dataset.value}`);
    tile.setAttribute("href", link.getAttribute("href"));
    tile.querySelector("title").textContent = `${name}: ${words}`;
    tile.querySelector(".fraction").textContent = link.textContent.replace(link.querySelector(".vh").textContent, "");
  }

  const wanted = new URLSearchParams(location.search).get("condition");
  show(choices.find((choice) => choice.dataset.condition === wanted) ?? choices[0]);
  for (const choice of choices) {
    choice.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      show(choice);
      const address = new URL(location.href);
      address.searchParams.set("condition", choice.dataset.condition);
      history.replaceState(null, "", address);
    });
  }
  // The grid sorts without a form: let table.js find it.
  document.getElementById("grid").classList.add("sortable");
})();
