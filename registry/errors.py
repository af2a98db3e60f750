"""The one error of the registry: it names the file, the entry and the key, and says what to do."""


class RegistryError(ValueError):
    """A registry file that cannot be trusted; the message is meant for the person who edited it."""

    def __init__(self, file: str, entry: str, key: str, problem: str, advice: str) -> None:
        self.file, self.entry, self.key = file, entry, key
        super().__init__(f"registry/{file}: {entry}: key '{key}': {problem}. {advice}")
