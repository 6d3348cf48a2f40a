"""What the document store refuses, by name."""


class DocsStoreError(Exception):
    """Base class: the document store refused or could not do what was asked."""


class UnprintableCharacter(DocsStoreError):
    """A text holds a character that cannot be printed; the sentence names it and says where it stands."""
