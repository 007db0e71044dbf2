"""Words that are not said: lists of both languages as data, found behind the usual tricks.

    words = WordFilter.read([folder, ...])
    words.find("傻 · 逼")          # Found(word="傻逼", topic="abuse", start=0, end=5)
    words.masked("oh f u c k")     # "oh *******"

A line is folded first: full-width and decorated letters (NFKC), accents, letters of other alphabets that look
Latin, and digits that stand for letters. Then three ways to be found:
1. Chinese words by their characters, whatever stands between them that is no letter (Aho-Corasick);
2. those marked `~` also by sound, the pinyin of each character with its tone, so that other characters that
   are read alike do not hide them; those marked `~~` in any tone and spelled in pinyin as well. Few are: 病毒
   and 冰毒 differ by their tones alone, and two syllables meet by chance in many a line;
3. Latin words as whole words with their usual endings, so that no good word is hit for what it contains;
   those marked `*` also inside words; all of them also with their letters apart or drawn out.

Lists are read once; a find takes some 0.1 ms for a line of 30 characters.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

OWN_LISTS: Final = Path(__file__).parent / "words"
WORD_MAX_CHARS: Final = 64
WORDS_MAX_COUNT: Final = 50_000
"""Of all lists together: some 20 MB of automata, and far more than a person keeps in order."""
LIST_MAX_BYTES: Final = 4 * 1024 * 1024
MASK: Final = "*"

ENDINGS: Final = ("s", "es", "ed", "er", "ers", "ing", "in", "y")
_LOOKALIKES: Final = str.maketrans(
    "аеорсхуктмвніѕјԁɡօցһԛԝαοριυνκτβϲΑΒΕΖΗΙΚΜΝΟΡΤΥΧʀʟɴɪ",
    "aeopcxyktmbhisjdgoghqwaopiuvktbcabezhikmnoptyxrlni",
)
"""Letters of other alphabets that are drawn as Latin ones. Not Ж or Я: nobody reads those as Latin."""
_LEET: Final = dict(zip("013457 8$!|+€¡".replace(" ", ""), "oieastbsiitei", strict=True))
"""Digits and signs that stand for letters, beside a letter."""
_ANY_VOWEL: Final = "?"
_BLANKS: Final = frozenset("@*#%")
"""Between letters these hide a vowel: sh*t, f@ck."""
_VOWELS: Final = frozenset("aeiou")
_DROPPED: Final = frozenset(("Mn", "Me", "Cf"))
_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")
_LETTERS_APART: Final = 3
"""Single letters in a row that are read as one word: two are a pair of initials."""
_SHORT_MAX_CHARS: Final = 2
"""What is so short and has a digit is no word: 5B is a booth, S8 a line of the metro."""
_PIECES_MAX: Final = 4
_PIECE_MAX_CHARS: Final = 3


class WordsInvalid(ValueError):
    """A list that cannot be read: file and line, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Word:
    """One entry of a list."""

    text: str
    topic: str
    by_sound: bool = False
    in_any_tone: bool = False
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A word in a line: where it begins and ends in it, tricks included."""

    word: str
    topic: str
    start: int
    end: int


class _Sign(NamedTuple):
    """One folded character and which character of the line it was; `is_read_as`: it only stands for this."""

    char: str
    at: int
    is_read_as: bool = False


class WordFilter:
    """See above."""

    def __init__(self, words: Iterable[Word] = (), allowed: Iterable[str] = ()) -> None:
        listed = list(words)
        if len(listed) > WORDS_MAX_COUNT:
            raise WordsInvalid(f"more than {WORDS_MAX_COUNT} words")
        folded = [(word, "".join(sign.char for sign in _signs(word.text))) for word in listed]
        self._chinese = _Matcher({_joined(text): word for word, text in folded if _has_han(text)})
        sounding = [(word, text) for word, text in folded if word.by_sound and _has_han(text)]
        toneless = [(word, text) for word, text in sounding if word.in_any_tone]
        self._sounds = _Matcher({_joined_sounds(text, _sound): word for word, text in sounding})
        self._toneless = _Matcher({_joined_sounds(text, _toneless_sound): word for word, text in toneless})
        spelled = [(word, list(map(_syllable, _joined(text)))) for word, text in toneless]
        latin = {space.join(syllables): word for word, syllables in spelled for space in ("", " ")}
        latin |= {_spaced(text): word for word, text in folded if not _has_han(text)}
        self._whole = {text: word for text, word in latin.items() if " " not in text}
        self._phrases = _Matcher({f" {text} ": word for text, word in latin.items() if " " in text})
        self._anywhere = _Matcher({text: word for text, word in latin.items() if word.anywhere})
        self._allowed = frozenset(_joined("".join(sign.char for sign in _signs(text))) for text in allowed)
        self._allowed_in = _Matcher({text: Word(text, "") for text in self._allowed})
        self.words_count = len(listed)

    @classmethod
    def read(cls, folders: Iterable[Path] = (OWN_LISTS,)) -> WordFilter:
        """All lists `*.txt` of the folders that exist. Raises WordsInvalid."""
        words: list[Word] = []
        allowed: list[str] = []
        for folder in folders:
            for path in sorted(folder.glob("*.txt")):
                for entry in _entries(path):
                    if isinstance(entry, Word):
                        words.append(entry)
                    else:
                        allowed.append(entry)
        return cls(words, allowed)

    def find(self, line: str) -> Found | None:
        """The first word of the lists in a line, or None."""
        return next(iter(self._all(line)), None)

    def masked(self, line: str) -> str:
        """The line with each of its characters that is part of such a word replaced by `MASK`."""
        chars = list(line)
        for found in self._all(line):
            for index in range(found.start, found.end):
                if not chars[index].isspace():
                    chars[index] = MASK
        return "".join(chars)

    def _all(self, line: str) -> Iterator[Found]:
        signs = list(_signs(line))
        if not signs:
            return
        compact = [sign for sign in signs if sign.char.isalnum()]
        spared = self._spared(compact)
        yield from self._by_characters(compact, spared)
        yield from _by_sound(self._sounds, _sound, compact, spared)
        yield from _by_sound(self._toneless, _toneless_sound, compact, spared)
        yield from self._latin(signs, spared)

    def _spared(self, compact: list[_Sign]) -> set[int]:
        """Indices of the line's characters that belong to a word that is allowed."""
        if not self._allowed:
            return set()
        text = "".join(sign.char for sign in compact)
        return {sign.at for _, start, end in self._allowed_in.matches(text) for sign in compact[start:end]}

    def _by_characters(self, compact: list[_Sign], spared: set[int]) -> Iterator[Found]:
        text = "".join(sign.char for sign in compact)
        for word, start, end in self._chinese.matches(text):
            yield from _found(word, compact[start:end], spared)

    def _latin(self, signs: list[_Sign], spared: set[int]) -> Iterator[Found]:
        tokens = list(_tokens(signs))
        for token in tokens:
            yield from self._token(token, spared)
        for pieces in _apart(tokens):
            joined = [sign for piece in pieces for sign in piece]
            word = self._whole_word("".join(sign.char for sign in joined))
            if word is not None:
                yield from _found(word, joined, spared)
        if self._phrases and tokens:
            yield from self._phrase(tokens, spared)

    def _token(self, token: list[_Sign], spared: set[int]) -> Iterator[Found]:
        text = "".join(sign.char for sign in token)
        word = self._whole_word(text)
        if word is not None:
            if len(token) > _SHORT_MAX_CHARS or not any(sign.is_read_as for sign in token):
                yield from _found(word, token, spared)
            return
        for form in _forms(text):
            for inner, start, end in self._anywhere.matches(form):
                # A drawn-out form has other places: then the whole token is the word.
                part = token[start:end] if form == text else token
                yield from _found(inner, part, spared)

    def _whole_word(self, text: str) -> Word | None:
        for form in _forms(text):
            for stem in _stems(form):
                word = self._blanked(stem) if _ANY_VOWEL in stem else self._whole.get(stem)
                if word is not None:
                    return word
        return None

    def _blanked(self, stem: str) -> Word | None:
        """A word some of whose vowels are blanked out. Rare, so all words are looked at."""
        for text, word in self._whole.items():
            if len(text) == len(stem) and all(
                shown == char or (shown == _ANY_VOWEL and char in _VOWELS)
                for shown, char in zip(stem, text, strict=True)
            ):
                return word
        return None

    def _phrase(self, tokens: list[list[_Sign]], spared: set[int]) -> Iterator[Found]:
        text = " "
        owners: list[_Sign | None] = [None]
        for token in tokens:
            for sign in token:
                text += sign.char
                owners.append(sign)
            text += " "
            owners.append(None)
        for word, start, end in self._phrases.matches(text):
            yield from _found(word, [sign for sign in owners[start:end] if sign is not None], spared)


class _Matcher:
    """Many texts at once: the word of each that is in a text, with its place."""

    def __init__(self, words: Mapping[str, Word]) -> None:
        known = {text: word for text, word in words.items() if text.strip()}
        self._words = list(known.values())
        self._automaton = AhoCorasick(list(known), matchkind=MatchKind.LeftmostLongest) if known else None

    def __bool__(self) -> bool:
        return self._automaton is not None

    def matches(self, text: str) -> Iterator[tuple[Word, int, int]]:
        if self._automaton is not None:
            for index, start, end in self._automaton.find_matches_as_indexes(text):
                yield self._words[index], start, end


def _by_sound(
    words: _Matcher, sound: Callable[[str], str], compact: list[_Sign], spared: set[int]
) -> Iterator[Found]:
    if not words or not any(_is_han(sign.char) for sign in compact):
        return
    syllables = [sound(sign.char) for sign in compact]
    text = "".join(syllables)
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    position = 0
    for index, syllable in enumerate(syllables):
        begins[position] = index
        position += len(syllable)
        ends[position] = index + 1
    for word, start, end in words.matches(text):
        if start in begins and end in ends:
            yield from _found(word, compact[begins[start] : ends[end]], spared)


def _found(word: Word, signs: list[_Sign], spared: set[int]) -> Iterator[Found]:
    places = [sign.at for sign in signs]
    if places and not spared.issuperset(places):
        yield Found(word.text, word.topic, min(places), max(places) + 1)


# --- folding ------------------------------------------------------------------------------------------------


def _signs(line: str) -> Iterator[_Sign]:
    """The line's characters, folded: one may become several, and marks on letters none."""
    for at, char in enumerate(line):
        for folded in _fold(char):
            yield _Sign(folded, at)


@lru_cache(maxsize=65_536)
def _fold(char: str) -> str:
    """One character as it is compared."""
    kept = (
        each for each in unicodedata.normalize("NFKD", char) if unicodedata.category(each) not in _DROPPED
    )
    return "".join(kept).translate(_LOOKALIKES).casefold().translate(_LOOKALIKES)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff" or char == "〇"


def _has_han(text: str) -> bool:
    return any(map(_is_han, text))


def _joined(text: str) -> str:
    """Letters and digits alone."""
    return "".join(char for char in text if char.isalnum())


def _spaced(text: str) -> str:
    """Words with one space between them."""
    return " ".join("".join(char if char.isalnum() else " " for char in text).split())


def _joined_sounds(text: str, sound: Callable[[str], str]) -> str:
    return "".join(map(sound, _joined(text)))


def _sound(char: str) -> str:
    """A character's syllable with a mark before it, so that xi·an is not xian."""
    return f"·{_reading(char)}"


def _toneless_sound(char: str) -> str:
    return f"·{_toneless(_reading(char))}"


def _syllable(char: str) -> str:
    """As it is typed where there are no marks."""
    return _toneless(_reading(char)).replace("\u0308", "")


def _reading(char: str) -> str:
    return _readings().get(ord(char), char) if _is_han(char) else char


@cache
def _readings() -> dict[int, str]:
    """The first reading of every character."""
    # The phrases would take 45 MB to tell readings apart that are told apart by no one who hides a word.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    return {code: readings.partition(",")[0] for code, readings in pinyin_dict.items()}


@lru_cache(maxsize=4096)
def _toneless(reading: str) -> str:
    decomposed = unicodedata.normalize("NFD", reading)
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn" or char == "\u0308")


def _tokens(signs: list[_Sign]) -> Iterator[list[_Sign]]:
    """Runs of Latin letters, and of what stands for one beside a letter."""
    token: list[_Sign] = []
    for index, sign in enumerate(signs):
        letter = sign.char if _is_latin(sign.char) else None
        if letter is None and sign.char in _LEET and _beside_letter(signs, index):
            letter = _LEET[sign.char]
        if letter is None and sign.char in _BLANKS and _between_letters(signs, index):
            letter = _ANY_VOWEL
        if letter is None:
            if token:
                yield token
            token = []
        else:
            token.append(_Sign(letter, sign.at, letter != sign.char))
    if token:
        yield token


def _is_latin(char: str) -> bool:
    return "a" <= char <= "z"


def _between_letters(signs: list[_Sign], index: int) -> bool:
    return 0 < index < len(signs) - 1 and all(
        _is_latin(signs[beside].char) for beside in (index - 1, index + 1)
    )


def _beside_letter(signs: list[_Sign], index: int) -> bool:
    """A digit alone is a digit; beside a letter it may be one. An end of a sentence is none."""
    before = signs[index - 1].char if index else " "
    after = signs[index + 1].char if index + 1 < len(signs) else " "
    if signs[index].char in "!|¡+":
        return _is_latin(before) and (_is_latin(after) or after in _LEET)
    return _is_latin(before) or _is_latin(after)


def _apart(tokens: list[list[_Sign]]) -> Iterator[list[list[_Sign]]]:
    """Words whose letters stand apart: rows of single letters, and short pieces beside each other."""
    row: list[list[_Sign]] = []
    for token in [*tokens, []]:
        if len(token) == 1:
            row.append(token)
            continue
        if len(row) >= _LETTERS_APART:
            yield row
        row = []
    for first in range(len(tokens)):
        for count in range(2, _PIECES_MAX + 1):
            pieces = tokens[first : first + count]
            if len(pieces) < count or any(len(piece) > _PIECE_MAX_CHARS for piece in pieces):
                break
            if any(len(piece) == 1 for piece in pieces) and sum(map(len, pieces)) >= 4:
                yield pieces


def _forms(text: str) -> list[str]:
    """The text as it is, and with its drawn-out letters once and twice."""
    if not _DRAWN_OUT.search(text):
        return [text]
    return [text, _DRAWN_OUT.sub(r"\1", text), _DRAWN_OUT.sub(r"\1\1", text)]


def _stems(form: str) -> Iterator[str]:
    """The word without a usual ending, and without the letter that the ending doubled: shitting."""
    yield form
    for ending in ENDINGS:
        if form.endswith(ending):
            stem = form[: -len(ending)]
            yield stem
            if len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]


# --- lists --------------------------------------------------------------------------------------------------


def _entries(path: Path) -> Iterator[Word | str]:
    """Words, and, as plain texts, what is allowed. Raises WordsInvalid."""
    if path.stat().st_size > LIST_MAX_BYTES:
        raise WordsInvalid(f"{path.name}: larger than {LIST_MAX_BYTES // 1024**2} MB")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise WordsInvalid(f"{path.name}: not UTF-8") from None
    topic = "other"
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            topic = line[1:-1].strip()
            continue
        marks = next((mark for mark in ("~~", "~", "*", "!") if line.startswith(mark)), "")
        word = line.removeprefix(marks).strip()
        if not word or len(word) > WORD_MAX_CHARS or not _joined(word):
            raise WordsInvalid(f"{path.name}, line {number}: no word")
        if marks == "!":
            yield word
        else:
            yield Word(word, topic, marks in ("~", "~~"), marks == "~~", marks == "*")
