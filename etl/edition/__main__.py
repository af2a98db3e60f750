"""`python -m etl.edition DATA_DIR RELEASE FOLDER [BROWSER]`: the process that draws, which the ETL starts and ends."""

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

from etl.edition import browser, drawing

LOOKS_EVERY_S = 1


def main(arguments: list[str]) -> int:
    """Draws, and ends itself and its Chrome when the ETL is gone: nobody would take the pictures."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    data_dir, release_id, folder, *chrome = arguments
    threading.Thread(target=_watch, args=(os.getppid(), Path(folder)), daemon=True).start()
    drawing.draw(Path(data_dir), release_id, Path(folder), Path(chrome[0]) if chrome else None)
    return 0


def _watch(starter: int, folder: Path) -> None:
    while os.getppid() == starter:
        time.sleep(LOOKS_EVERY_S)
    browser.end(folder.parent)  # where the script that started it stands, beside the files
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
