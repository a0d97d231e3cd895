// The page that checks files: what would be refused is said before anything is sent, and sending shows how far it is.
// Without this script the forms work as forms do.
(() => {
  "use strict";
  const limits = document.getElementById("limits").dataset;
  const most = Number(limits.bytes);
  const seconds = Number(limits.seconds);
  const size = (bytes) => (bytes < 1e5 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1048576).toFixed(1)} MB`);
  let sending = null;

  // Why the server would refuse the files; nothing if it would take them.
  function refusal(field) {
    const files = [...field.files];
    const kinds = field.accept.split(",");
    const sum = files.reduce((total, file) => total + file.size, 0);
    const strange = files.find((file) => !kinds.some((kind) => file.name.toLowerCase().endsWith(kind)));
    if (strange) return `“${strange.name}” is not a kind of file that is checked here. Use ${kinds.join(", ")}.`;
    if (files.some((file) => !file.size)) return `“${files.find((file) => !file.size).name}” is empty.`;
    if (sum > most) return `${files.length > 1 ? "Together these are" : "This file is"} ${size(sum)}; at most ${size(most)} are accepted. Split it, for instance into a file for each year, and check the parts one after the other.`;
    if (files.length > Number(limits.files)) return `These are ${files.length} files; at most ${limits.files} are checked together.`;
    return "";
  }

  function sayer(form) {
    const said = Object.assign(document.createElement("p"), { className: "handin-said" });
    said.setAttribute("role", "status");
    const bar = Object.assign(document.createElement("progress"), { max: 1, hidden: true });
    bar.setAttribute("aria-label", "How far it is");
    form.querySelector("button").after(said, bar);
    return { said, bar };
  }

  // Puts what came of it into the page; false where the answer is no page of ours.
  function shown(text) {
    const found = new DOMParser().parseFromString(text, "text/html").getElementById("result");
    if (!found?.childElementCount) return false;
    document.getElementById("result").replaceWith(document.importNode(found, true));
    return true;
  }

  for (const form of document.querySelectorAll("form.handin")) {
    const { said, bar } = sayer(form);
    const button = form.querySelector("button");
    const field = form.querySelector("input[type=file]");
    field?.addEventListener("change", () => { said.textContent = refusal(field); said.classList.toggle("wrong", Boolean(said.textContent)); });
    form.addEventListener("submit", (event) => {
      const why = field ? refusal(field) : "";
      if (why || sending) {
        event.preventDefault();
        if (why) said.textContent = why;
        return;
      }
      event.preventDefault();
      const request = new XMLHttpRequest();
      sending = request;
      button.disabled = true;
      bar.hidden = false;
      bar.value = 0;
      said.classList.remove("wrong");
      said.textContent = "Sending …";
      let ticking = 0;
      const done = (words) => {
        clearInterval(ticking);
        sending = null;
        button.disabled = false;
        bar.hidden = true;
        said.textContent = words;
        said.classList.toggle("wrong", Boolean(words));
      };
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        bar.value = loaded / total;
        said.textContent = `Sending: ${size(loaded)} of ${size(total)}.`;
      });
      request.upload.addEventListener("load", () => {
        const from = Date.now();
        bar.removeAttribute("value");
        const tell = () => { said.textContent = `Checking for ${Math.round((Date.now() - from) / 1000)} s; it may take up to ${seconds} s.`; };
        tell();
        ticking = setInterval(tell, 1000);
      });
      request.addEventListener("load", () => {
        if (!shown(request.responseText)) return done(`The server answered ${request.status}${request.responseText.length < 400 ? `: ${request.responseText}` : ""}.`);
        done("");
        const result = document.getElementById("result");
        result.tabIndex = -1;
        result.focus({ preventScroll: true });
        result.scrollIntoView();
      });
      request.addEventListener("error", () => done("The connection broke before an answer came. The file may be too large for a server between here and there. Try again, or send a smaller file."));
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "text/html");
      request.send(new FormData(form));
    });
  }
})();
