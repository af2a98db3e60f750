"""`python -m benchmarks [MEASURE ...]`: measure, print tables, write build/benchmarks/<name>.json."""

import argparse
from pathlib import Path

from benchmarks import build, exports, front_door, hub, live, report, rerun

MEASURES = {
    "build": build.measure,
    "rerun": rerun.measure,
    "live": live.measure,
    "hub": hub.measure,
    "front_door": front_door.measure,
    "exports": exports.measure,
}


def main() -> None:
    """Run the chosen measures one after the other: they share the machine's cores."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"{', '.join(MEASURES)}; all when left out")
    parser.add_argument("--data", type=Path, help="data folder of a published release that the pages read")
    parser.add_argument("--quick", action="store_true", help="few repetitions: shows that it runs, figures mean little")
    parser.add_argument("--document", action="store_true", help="put the tables into docs/performance.md")
    arguments = parser.parse_args()
    unknown = set(arguments.measures) - set(MEASURES)
    if unknown:
        parser.error(f"expected {', '.join(MEASURES)}, came {', '.join(sorted(unknown))}")
    print(report.machine_line())
    for name in arguments.measures or MEASURES:
        result = MEASURES[name](data_dir=arguments.data, quick=arguments.quick)
        report.show(result)
        print(f"written: {report.write(name, result)}\n")
        if arguments.document:
            report.document(name, result)


if __name__ == "__main__":
    main()
