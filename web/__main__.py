"""`python -m web compress`: brotli copies of Streamlit's assets, made once in the image build."""

import argparse

from web.compressed import CompressedFiles, build_folder, streamlit_static_folder


def main() -> None:
    """Compress every asset into build/ and say how many."""
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_argument("command", choices=["compress"])
    parser.parse_args()
    folder = build_folder()
    count = CompressedFiles(streamlit_static_folder(), folder).compress_all()
    print(f"{count} assets compressed into {folder}")


if __name__ == "__main__":
    main()
