// A state's page: the condition that the address points to is marked, and its next steps come to the first screen.
(() => {
  "use strict";
  const steps = document.getElementById("steps");
  const heading = document.querySelector("#next-steps h2");
  const about = document.getElementById("steps-about");
  if (!steps) return;
  const overall = { items: [...steps.children], heading: heading.textContent, about: about.innerHTML };

  function show() {
    const slug = /^#at-(.+)$/.exec(location.hash)?.[1];
    const own = slug && document.querySelector(`[data-steps="${CSS.escape(slug)}"]`);
    const row = slug && document.getElementById(`at-${slug}`);
    for (const other of document.querySelectorAll(".overview [aria-current]")) other.removeAttribute("aria-current");
    row?.querySelector("a").setAttribute("aria-current", "true");
    const name = row?.querySelector("a > span:not(.swatch)").textContent ?? "";
    heading.textContent = row ? `What could come next on ${name[0].toLowerCase()}${name.slice(1)}` : overall.heading;
    about.innerHTML = overall.about;
    if (row) {
      about.append(" ", Object.assign(document.createElement("a"), { href: "#next-steps", textContent: "Next steps on all conditions" }));
      steps.replaceChildren(...(own ? [...own.children].slice(0, 3).map((item) => item.cloneNode(true)) : [Object.assign(document.createElement("li"), { textContent: "The records show every recommended policy of this condition carried out in full." })]));
    } else steps.replaceChildren(...overall.items);
  }

  document.addEventListener("pointed", show);
  addEventListener("popstate", show);
})();
