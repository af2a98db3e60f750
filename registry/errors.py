"""The one error of the registry: it names the file, the entry and the key, and says what to do."""


class RegistryError(ValueError):
    """A registry file that cannot be trusted; the message is meant for the person who edited it.

    `file` is a name inside registry/, or the path of a file of decisions that lies elsewhere.
    """

    def __init__(self, file: str, entry: str, key: str, problem: str, advice: str) -> None:
        self.file, self.entry, self.key = file, entry, key
        where = file if "/" in file else f"registry/{file}"
        super().__init__(f"{where}: {entry}: key '{key}': {problem}. {advice}")
