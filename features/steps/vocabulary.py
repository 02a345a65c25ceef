"""The vocabulary: every sentence a feature may use, beside the function that plays it.

A sentence is told here once and played by two: by `features.steps.playing`, which is what `motcua procedure test`
runs and which needs no test framework, and by the product's own tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import parse

from engine.domain.text import Text

Played = TypeVar("Played", bound=Callable[..., object])
Readers = dict[str, Callable[[str], Any]]


class Unfit(AssertionError):
    """What a sentence says is not so, or it cannot be played; `why` says it in both languages."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.why = Text(vi, en)


@dataclass(frozen=True)
class Said:
    """A sentence, with its places for what differs each time, such as `{when:When}`."""

    text: str
    readers: Readers

    @cached_property
    def _parser(self) -> Any:
        return parse.compile(self.text, extra_types=self.readers)

    @property
    def shown(self) -> str:
        """Give the sentence for a person: its places without the kinds of what stands in them."""
        return re.sub(r":\w+\}", "}", self.text)

    def read(self, sentence: str) -> dict[str, Any] | None:
        """Give what stands in the places of this sentence; None when it is another one.

        Raises:
            AssertionError: it is this sentence, but a place holds what cannot be, as a weekday not of the date.
        """
        found = self._parser.parse(sentence)
        return None if found is None else dict(found.named)


@dataclass(frozen=True)
class Step:
    """One sentence and the function that plays it."""

    said: Said
    play: Callable[..., object]


VOCABULARY: list[Step] = []


def step(said: Said | str) -> Callable[[Played], Played]:
    """Mark a function as what a sentence means; it takes the story and what stands in the sentence's places."""
    def keep(play: Played) -> Played:
        VOCABULARY.append(Step(said if isinstance(said, Said) else Said(said, {}), play))
        return play
    return keep


def meanings(sentence: str) -> Iterator[tuple[Callable[..., object], dict[str, Any]]]:
    """Give every function that can play a sentence, with what stands in its places; rightly there is one.

    Raises:
        AssertionError: as `Said.read`.
    """
    for one in VOCABULARY:
        found = one.said.read(sentence)
        if found is not None:
            yield one.play, found


def expect(held: bool, vi: str, en: str) -> None:
    """Hold a sentence to what it says.

    Raises:
        Unfit: it is not so; the two texts say what is.
    """
    if not held:
        raise Unfit(vi, en)
