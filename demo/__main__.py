"""`python -m demo`: the stand-in for the public services, on 127.0.0.1."""

import argparse
import signal
import sys
from datetime import date

from demo.faults import KINDS, parsed
from demo.server import DemoServer, serve
from registry import RegistryError
from settings import settings


def main() -> int:
    """Serves until interrupted; 1 where the port is taken."""
    chosen = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(chosen.port, chosen.today, chosen.models, chosen.seed, chosen.fault, _announce)
    except KeyboardInterrupt:
        return 0
    except RegistryError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as taken:
        print(f"demo: port {chosen.port} on 127.0.0.1 cannot be opened ({taken.strerror}): choose another with --port")
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description="SIMULATED public services; X-Simulated: true")
    parser.add_argument(
        "--port", type=int, default=settings().demo_port, help="port on 127.0.0.1 (default %(default)s)"
    )
    parser.add_argument("--today", type=date.fromisoformat, help="simulated date, YYYY-MM-DD (default: the real one)")
    parser.add_argument(
        "--models", type=int, default=1500, help="about how many models there are (default %(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=settings().demo_seed, help="seed of the histories (default %(default)s)"
    )
    parser.add_argument(
        "--fault",
        type=parsed,
        action="append",
        default=[],
        metavar="KIND:PATH_PREFIX:COUNT",
        help=f"answer COUNT requests (0: all) to the prefix with a fault: {', '.join(KINDS)}",
    )
    return parser.parse_args()


def _announce(server: DemoServer) -> None:
    world = server.world
    print(
        f"demo: SIMULATED services of {world.today}: {len(world.models):,} models, {len(world.weekly.labels)} weekly "
        f"partitions, on {server.url}; use OMO_MIRROR={server.url}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
