"""`python -m sidecar [serve | models | pack | replay]`: models of this machine, and questions to them."""

import argparse
import logging
import sys

from registry.errors import RegistryError
from settings import settings
from sidecar.embedded import launcher
from sidecar.evidence import replay_command
from sidecar.offered import model_table
from sidecar.offered.serving_list import AlreadyServing
from sidecar.packs import command

USAGE = """\
Without a command: serve. The file of OMO_SIDECAR_CONFIG (sidecar/models.yaml) chooses the models; every *.gguf file in
the folder of OMO_MODELS_DIR (models/) is served too, and the models of an Ollama on this machine are offered beside
them. Each model is a process of its own with an OpenAI-compatible API on 127.0.0.1. Who asks needs the key of
OMO_SIDECAR_KEY; without one a new key is made. It stands in live/sidecar.key of the data folder, for its owner only.
"""


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 good, 1 something is wrong and was said, 2 a wrong command line; more in each command's --help."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.act(chosen))
    except (RegistryError, AlreadyServing) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _serve(chosen: argparse.Namespace) -> int:
    return launcher.serve(settings(), lambda line: print(line, flush=True))


def _models(chosen: argparse.Namespace) -> int:
    table = model_table.read(settings(), chosen.here)
    print("\n".join(table.lines))
    return 0 if table.all_answer else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sidecar", description=USAGE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(act=_serve)
    commands = parser.add_subparsers(metavar="COMMAND")
    commands.add_parser("serve", help="start and watch the models of this machine").set_defaults(act=_serve)
    listing = commands.add_parser("models", help="every model that can be asked; exit 1 if one does not answer")
    listing.add_argument("--here", action="store_true", help="only those that `python -m sidecar` starts")
    listing.set_defaults(act=_models)
    packing = commands.add_parser("pack", help="run a prompt pack over models, and count refusals and evasions")
    command.add_arguments(packing)
    packing.set_defaults(act=command.run)
    replaying = commands.add_parser("replay", help="ask the models of a record again, and show what is different")
    replay_command.add_arguments(replaying)
    replaying.set_defaults(act=replay_command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
