// The bar below a chart: panels, one open at a time, and what their buttons do.
//
// The browser draws the picture again, at the size of a slide, with the page's font inside it: nothing is asked of the
// server but the font, and the picture looks the same on a machine that does not have it.
const MARGIN = 28;
const SQUARE = 1080;
const BRIEFING = "observatory.briefing"; // a list of slides in the browser's own memory, read by the page Briefing
const MOST_SLIDES = 30;

export default function ({ data, parentElement }) {
  const all = (selector) => [...parentElement.querySelectorAll(selector)];
  const status = parentElement.querySelector("[role=status]");
  const say = (text) => { status.textContent = text; };

  for (const place of all("[data-text]")) place.textContent = data[place.dataset.text];
  for (const link of all("[data-address]")) {
    const address = data[link.dataset.address];
    if (address) link.href = address; else link.hidden = true;
  }
  for (const ways of all("[data-ways]")) ways.hidden = !data.csv;

  const openers = all("[aria-controls]");
  const toggle = (opener) => {
    say("");
    for (const other of openers) {
      const isOpen = other === opener && other.getAttribute("aria-expanded") === "false";
      other.setAttribute("aria-expanded", String(isOpen));
      parentElement.querySelector(`#${other.getAttribute("aria-controls")}`).hidden = !isOpen;
    }
  };
  for (const opener of openers) opener.onclick = () => toggle(opener);
  const close = (event) => {
    const open = openers.find((opener) => opener.getAttribute("aria-expanded") === "true");
    if (event.key !== "Escape" || !open) return;
    toggle(open);
    open.focus();
  };
  for (const part of all(".bar, section")) part.onkeydown = close;
  for (const button of all("[data-copies]")) button.onclick = () => copy(data[button.dataset.copies]).then(say);
  for (const button of all("[data-fetches]")) button.onclick = () => copyFrom(data[button.dataset.fetches]).then(say);
  for (const button of all("[data-format]")) button.onclick = () => takePicture(button.dataset, data).then(say);
  for (const button of all("[data-briefing]")) button.onclick = () => addToBriefing(data.slide, status);
}

const CANNOT_COPY = "This browser does not let pages copy: mark the text and copy it by hand.";

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied.";
  } catch {
    return CANNOT_COPY;
  }
}

// Asked for only now: the numbers of a chart weigh more than the rest of its bar.
async function copyFrom(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return "The server did not give the numbers: try one of the files.";
    await navigator.clipboard.writeText(await answer.text());
    return "Copied: paste it into a spreadsheet.";
  } catch {
    return "This browser does not let pages copy, or the server is not there: take one of the files.";
  }
}

async function takePicture({ format, scale, shape }, data) {
  const plot = document.querySelector(`.st-key-${data.key} .js-plotly-plot`);
  if (!plot || !window.Plotly) return "The chart is still being drawn: try again in a moment.";
  const size = shape === "square"
    ? { width: SQUARE - 2 * MARGIN, height: SQUARE - 2 * MARGIN }
    : { width: data.width, height: data.height };
  try {
    const svg = await picture(plot, { ...data, ...size });
    if (format === "svg") { save(svg, `${data.name}.svg`); return "Saved."; }
    const png = await withAbout(await drawn(svg, size, Number(scale)), data.about);
    if (format === "png") { save(png, `${data.name}${shape ? `-${shape}` : ""}.png`); return "Saved."; }
  } catch (error) {
    console.error(error);
    return "This browser could not make the picture. The data can still be taken away.";
  }
  try {
    const png = await drawn(await picture(plot, { ...data, ...size }), size, Number(scale));
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    return "Copied: paste it into a text or a slide.";
  } catch {
    return "This browser does not let pages copy pictures: save the PNG instead.";
  }
}

// The chart as an SVG file, with a margin in the colour of its paper, the font of the page and all that is known of it.
async function picture(plot, { width, height, font, family, about }) {
  const address = await window.Plotly.toImage(plot, { format: "svg", width, height });
  const drawing = new DOMParser().parseFromString(decodeURIComponent(address.slice(address.indexOf(",") + 1)), "image/svg+xml");
  const root = drawing.documentElement;
  const [wide, high] = [width + 2 * MARGIN, height + 2 * MARGIN];
  root.setAttribute("viewBox", `${-MARGIN} ${-MARGIN} ${wide} ${high}`);
  root.setAttribute("width", wide);
  root.setAttribute("height", high);

  const paper = drawing.createElementNS(root.namespaceURI, "rect");
  const look = { x: -MARGIN, y: -MARGIN, width: wide, height: high, fill: plot._fullLayout.paper_bgcolor };
  for (const [name, value] of Object.entries(look)) paper.setAttribute(name, value);
  const style = drawing.createElementNS(root.namespaceURI, "style");
  style.textContent = `@font-face { font-family: "${family}"; font-weight: 200 900; src: url(${await embedded(font)}) format("woff2"); }`;
  const metadata = drawing.createElementNS(root.namespaceURI, "metadata");
  metadata.textContent = Object.entries(about).map(([name, value]) => `${name}: ${value}`).join("\n");
  const title = drawing.createElementNS(root.namespaceURI, "title");
  title.textContent = about.title;
  root.prepend(title, metadata, style, paper);
  return new Blob([new XMLSerializer().serializeToString(drawing)], { type: "image/svg+xml" });
}

// The picture as PNG, `scale` times as fine.
async function drawn(svg, { width, height }, scale) {
  const image = new Image();
  image.src = await asDataAddress(svg);
  await image.decode();
  await new Promise((ready) => setTimeout(ready, 100)); // some browsers decode the font a moment after the picture
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * MARGIN) * scale;
  canvas.height = (height + 2 * MARGIN) * scale;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

// The PNG with what is known of its numbers as text inside (iTXt, https://www.w3.org/TR/png-3/#11iTXt).
async function withAbout(png, about) {
  const bytes = new Uint8Array(await png.arrayBuffer());
  const afterHeader = 33; // eight bytes that say PNG, and the header, which has always the same length
  const chunks = Object.entries(about).map(([name, value]) => textChunk(name, value));
  return new Blob([bytes.slice(0, afterHeader), ...chunks, bytes.slice(afterHeader)], { type: "image/png" });
}

function textChunk(name, value) {
  const keyword = name.slice(0, 79).replace(/[^ -~]/g, "?");
  const content = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${value}`);
  const chunk = new Uint8Array(content.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length - 4);
  chunk.set(content, 4);
  view.setUint32(content.length + 4, checksum(content));
  return chunk;
}

// The checksum of PNG and ZIP: CRC-32.
function checksum(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}

// Nothing twice without saying so; where the browser keeps nothing, the link alone carries this one chart.
function addToBriefing(slide, status) {
  let slides = [];
  let kept = true;
  try {
    const found = JSON.parse(localStorage.getItem(BRIEFING) || "[]");
    slides = Array.isArray(found) ? found.filter((one) => typeof one === "string").slice(0, MOST_SLIDES) : [];
  } catch { kept = false; }
  const isThere = slides.includes(slide);
  if (!isThere && slides.length < MOST_SLIDES) slides.push(slide);
  try { localStorage.setItem(BRIEFING, JSON.stringify(slides)); } catch { kept = false; }
  const count = `${slides.length} ${slides.length === 1 ? "slide" : "slides"}`;
  const said = isThere ? `This chart is in the briefing already, ${count}. `
    : slides.includes(slide) ? `Added, ${count}. ` : `A briefing holds at most ${MOST_SLIDES} slides. `;
  status.textContent = kept ? said : "This browser keeps nothing: the link holds the briefing. ";
  const link = document.createElement("a");
  link.href = `/briefing?${slides.map((one) => `slide=${encodeURIComponent(one)}`).join("&")}`;
  link.textContent = "Open the briefing";
  status.append(link);
}

async function embedded(font) {
  return asDataAddress(new Blob([await (await fetch(font)).arrayBuffer()], { type: "font/woff2" }));
}

function asDataAddress(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
