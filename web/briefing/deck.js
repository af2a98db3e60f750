// A deck in one document: every slide is here before the first is shown, so that it goes on without a network.
// Keys are those of presenters' remotes too: PageUp, PageDown, F5, Escape, b and the full stop.
(() => {
  const body = document.body;
  const slides = [...document.querySelectorAll(".slide")];
  const notes = [...document.querySelectorAll(".notes")];
  const said = document.querySelector("[role=status]");
  const asked = new URLSearchParams(location.search);
  let place = 0;
  let digits = "";
  body.classList.add("on");

  const scale = () => body.style.setProperty("--scale", Math.min(innerWidth / 1920, innerHeight / 1080));
  const theme = (name) => document.documentElement.setAttribute("data-theme", name);
  const isDark = () => document.documentElement.getAttribute("data-theme") === "dark";

  function show(to, isQuiet) {
    place = Math.max(0, Math.min(slides.length - 1, to));
    slides.forEach((slide, at) => {
      slide.classList.toggle("now", at === place);
      slide.setAttribute("aria-hidden", String(at !== place));
      slide.inert = at !== place;
    });
    notes.forEach((note, at) => note.classList.toggle("now", at === place));
    body.classList.remove("black");
    said.textContent = `Slide ${place + 1} of ${slides.length}: ${slides[place].querySelector("h1").textContent}`;
    if (!isQuiet) history.replaceState(null, "", `#${place + 1}`);
    ask(slides[place]);
  }

  // The live prompt is asked for when its slide is reached, and never waited for.
  function ask(slide) {
    const frame = slide.querySelector("iframe[data-address]");
    if (!frame || frame.src) return;
    const word = slide.querySelector(".frame-state");
    if (!navigator.onLine || location.protocol === "file:") {
      word.textContent = "There is no network here, so no model can be asked. Go on with the next slide.";
      return;
    }
    word.textContent = "Asking for the live page. The deck goes on meanwhile.";
    const late = setTimeout(() => { word.textContent = "The live page does not answer. Go on with the next slide."; }, 8000);
    frame.onload = () => { clearTimeout(late); word.textContent = ""; };
    frame.hidden = false;
    frame.src = frame.dataset.address;
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }

  function leave() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (body.classList.contains("black")) body.classList.remove("black");
    else if (location.protocol !== "file:" && navigator.onLine) location.href = body.dataset.back;
  }

  const keys = {
    ArrowRight: () => show(place + 1), ArrowDown: () => show(place + 1), PageDown: () => show(place + 1),
    " ": () => show(place + 1), Enter: () => (digits ? show(Number(digits) - 1) : show(place + 1)),
    ArrowLeft: () => show(place - 1), ArrowUp: () => show(place - 1), PageUp: () => show(place - 1),
    Backspace: () => show(place - 1), Home: () => show(0), End: () => show(slides.length - 1),
    Escape: leave, f: fullScreen, F5: fullScreen, l: () => theme(isDark() ? "light" : "dark"),
    n: () => body.classList.toggle("with-notes"), b: () => body.classList.toggle("black"),
    ".": () => body.classList.toggle("black"),
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9]$/.test(event.key)) { digits = (digits + event.key).slice(-2); return; }
    const key = event.shiftKey && event.key === " " ? "Backspace" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!keys[key]) return;
    event.preventDefault();
    keys[key]();
    digits = "";
  });
  addEventListener("click", (event) => {
    if (event.target.closest("a, iframe, .notes")) return;
    show(place + (event.clientX < innerWidth / 3 ? -1 : 1));
  });
  let from = null;
  addEventListener("touchstart", (event) => { from = event.changedTouches[0].clientX; }, { passive: true });
  addEventListener("touchend", (event) => {
    const way = event.changedTouches[0].clientX - from;
    if (Math.abs(way) > 60) { show(place + (way < 0 ? 1 : -1)); event.preventDefault(); }
  });
  addEventListener("resize", scale);
  addEventListener("hashchange", () => show((Number(location.hash.slice(1)) || 1) - 1, true));

  const wanted = asked.get("theme");
  const prefers = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  theme(wanted === "dark" || wanted === "light" ? wanted : prefers);
  scale();
  show((Number(location.hash.slice(1)) || 1) - 1, true);

  // A wall screen goes on by itself, begins anew after the last slide, and then looks whether there is a newer release.
  const seconds = Number(asked.get("advance"));
  if (seconds >= 3 && seconds <= 3600) {
    setInterval(() => {
      if (place < slides.length - 1) return show(place + 1);
      show(0);
      if (!asked.get("release") && navigator.onLine && location.protocol !== "file:") {
        fetch(location.href, { method: "HEAD", cache: "no-store" })
          .then((answer) => { if (answer.ok && answer.headers.get("X-Release") !== body.dataset.release) location.reload(); })
          .catch(() => {});
      }
    }, seconds * 1000);
  }
})();
