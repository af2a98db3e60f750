// The bar below a chart: five panels, one open at a time, and what their buttons do.
//
// The browser draws the picture again, at the size of a slide, with the page's font inside it: nothing is asked of the
// server but the font, and the picture looks the same on a machine that does not have it.
const MARGIN = 28;

export default function ({ data, parentElement }) {
  const all = (selector) => [...parentElement.querySelectorAll(selector)];
  const say = (text) => { parentElement.querySelector("[role=status]").textContent = text; };

  for (const place of all("[data-text]")) place.textContent = data[place.dataset.text];
  for (const link of all("[data-address]")) link.href = data[link.dataset.address];

  const openers = all("[aria-controls]");
  for (const opener of openers) {
    opener.onclick = () => {
      say("");
      for (const other of openers) {
        const isOpen = other === opener && other.getAttribute("aria-expanded") === "false";
        other.setAttribute("aria-expanded", String(isOpen));
        parentElement.querySelector(`#${other.getAttribute("aria-controls")}`).hidden = !isOpen;
      }
    };
  }
  for (const button of all("[data-copies]")) button.onclick = () => copy(data[button.dataset.copies]).then(say);
  for (const button of all("[data-format]")) button.onclick = () => takePicture(button.dataset, data).then(say);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied.";
  } catch {
    return "This browser does not let pages copy: mark the text and copy it by hand.";
  }
}

async function takePicture({ format, scale }, data) {
  const plot = document.querySelector(`.st-key-${data.key} .js-plotly-plot`);
  if (!plot || !window.Plotly) return "The chart is still being drawn: try again in a moment.";
  try {
    const svg = await picture(plot, data);
    save(format === "svg" ? svg : await drawn(svg, data, Number(scale)), `${data.name}.${format}`);
    return "Saved.";
  } catch (error) {
    console.error(error);
    return "This browser could not make the picture. The data can still be taken away.";
  }
}

// The chart as an SVG file, with a margin in the colour of its paper and the font of the page.
async function picture(plot, { width, height, font, family }) {
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
  root.prepend(style, paper);
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
