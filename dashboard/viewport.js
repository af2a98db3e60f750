// Says whether the window is narrow, once it is otherwise than the server thinks: a wide window costs no second run.
export default function ({ data, setStateValue }) {
  const narrow = window.matchMedia(`(max-width: ${data.narrow_below}px)`);
  const report = () => {
    if (narrow.matches !== data.is_narrow) setStateValue("is_narrow", narrow.matches);
  };
  report();
  narrow.addEventListener("change", report);
  return () => narrow.removeEventListener("change", report);
}
