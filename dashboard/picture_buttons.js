// The browser draws the picture again, at the size of a slide: nothing is asked of the server.
export default function ({ data, parentElement }) {
  const status = parentElement.querySelector("[role=status]");

  function download(button) {
    const plot = document.querySelector(`.st-key-${data.key} .js-plotly-plot`);
    if (!plot || !window.Plotly) {
      status.textContent = "The chart is still being drawn: try again in a moment.";
      return;
    }
    const { format, scale } = button.dataset;
    const picture = { format, scale: Number(scale), filename: data.name, width: data.width, height: data.height };
    // Plotly clicks a link of its own, which also closes the popover: there is nothing left to say afterwards.
    window.Plotly.downloadImage(plot, picture);
  }

  for (const button of parentElement.querySelectorAll("button")) button.onclick = () => download(button);
}
