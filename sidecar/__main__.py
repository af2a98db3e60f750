"""`python -m sidecar [serve | models | pack NAME | replay FILE]`: models of this machine, and questions to them."""

import logging
import sys

from registry.errors import RegistryError
from settings import settings
from sidecar.embedded import launcher
from sidecar.serving_list import AlreadyServing


def main(arguments: list[str] | None = None) -> int:
    """Serves until told to stop."""
    logging.basicConfig(level=logging.WARNING)
    try:
        return launcher.serve(settings(), lambda line: print(line, flush=True))
    except (RegistryError, AlreadyServing) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
