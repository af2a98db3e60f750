// Slides that the bars below the charts have put into the browser's own memory, and that are not in this briefing yet.
const BRIEFING = "observatory.briefing";

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector("p");
  let slides = [];
  try {
    const found = JSON.parse(localStorage.getItem(BRIEFING) || "[]");
    slides = Array.isArray(found) ? found.filter((one) => typeof one === "string" && one.length < 12_000).slice(0, 30) : [];
  } catch { /* a browser that keeps nothing has collected nothing */ }
  const fresh = slides.filter((one) => !data.slides.includes(one));
  place.hidden = slides.length === 0;
  const charts = (count) => `${count} ${count === 1 ? "chart" : "charts"}`;
  parentElement.querySelector("span").textContent = fresh.length
    ? `You have collected ${charts(fresh.length)} that ${fresh.length === 1 ? "is" : "are"} not in this briefing.`
    : `All ${charts(slides.length)} that you have collected are in this briefing.`;
  const [add, forget] = parentElement.querySelectorAll("button");
  add.hidden = fresh.length === 0;
  add.textContent = fresh.length === 1 ? "Add it" : "Add them";
  add.onclick = () => setTriggerValue("slides", fresh);
  forget.onclick = () => {
    try { localStorage.removeItem(BRIEFING); } catch { /* nothing was kept */ }
    place.hidden = true;
  };
}
