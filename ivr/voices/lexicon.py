"""How a text is read aloud: figures and letters written out, polyphones fixed, as data.

The wording gives prompts as they are spoken; this is the guard for what slips
through (a hospital called 12320, a raw date) and the place where an editor mends a sound.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from datafiles import load_yaml

PRONUNCIATION = Path(__file__).parent / "data" / "pronunciation.yaml"

HANZI = "\u4e00-\u9fff"
_SYLLABLE = r"[a-zü]{1,6}[1-5]"
_DIGIT_NAMES = str.maketrans("0123456789", "零一二三四五六七八九")
_PHONE_DIGIT_NAMES = str.maketrans("0123456789", "零幺二三四五六七八九")
_HALF_WIDTH = str.maketrans(
    "".join(chr(code) for code in range(0xFF10, 0xFF1A))
    + "".join(chr(code) for code in range(0xFF21, 0xFF3B))
    + "".join(chr(code) for code in range(0xFF41, 0xFF5B)),
    "0123456789" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "abcdefghijklmnopqrstuvwxyz",
)
# Longer figures, and those that begin with a zero, are read digit by digit.
_LONGEST_NUMBER = 4


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SayAs(_Entry):
    text: str = Field(min_length=1)
    spoken: str = Field(min_length=1)


class Sounds(_Entry):
    """`sounds`: pinyin syllables with tone numbers, one for each character of `text`."""

    text: str = Field(min_length=1, pattern=f"^[{HANZI}]+$")
    sounds: str = Field(pattern=f"^{_SYLLABLE}( {_SYLLABLE})*$")

    @model_validator(mode="after")
    def _one_each(self) -> Sounds:
        if len(self.sounds.split()) != len(self.text):
            raise ValueError(f"{self.text} needs {len(self.text)} syllables")
        return self


class Lexicon(_Entry):
    """The editable data of pronunciation.yaml and what follows from it; see that file."""

    say_as: tuple[SayAs, ...] = ()
    pinyin: tuple[Sounds, ...] = ()
    surnames: dict[str, str] = Field(default_factory=dict)
    titles: tuple[str, ...] = ()
    two_is_liang_before: tuple[str, ...] = ()
    letters: dict[str, str] = Field(default_factory=dict)

    def spoken(self, text: str) -> str:
        """`text` with figures and letters written out in Chinese characters."""
        text = text.translate(_HALF_WIDTH)
        for entry in sorted(self.say_as, key=lambda entry: -len(entry.text)):
            # A figure is replaced only where it stands alone: 120 is not part of 3120.
            pattern = re.escape(entry.text)
            if entry.text[0].isdigit():
                pattern = rf"(?<!\d){pattern}(?!\d)"
            text = re.sub(pattern, entry.spoken, text)
        text = re.sub(r"(?<!\d)(\d{4})(?=年)", lambda m: m[1].translate(_DIGIT_NAMES), text)
        text = re.sub(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)", _clock_time, text)
        text = re.sub(r"\d+(?:\.\d+)?", lambda m: self._figure(m[0], text[m.end() :]), text)
        return re.sub(r"[A-Za-z]", lambda m: self.letters.get(m[0].upper(), ""), text)

    def fixed_sounds(self, text: str) -> dict[int, str]:
        """Position in `text` -> pinyin syllable, where the data knows better."""
        fixed: dict[int, str] = {}
        for surname, sound in self.surnames.items():
            for match in self._surname(surname).finditer(text):
                fixed[match.start()] = sound
        for entry in sorted(self.pinyin, key=lambda entry: -len(entry.text)):
            for match in re.finditer(entry.text, text):
                if not any(place in fixed for place in range(*match.span())):
                    fixed.update(zip(range(*match.span()), entry.sounds.split(), strict=True))
        return fixed

    def reading(self, text: str) -> str:
        """The whole effect of this data on `text`: equal readings sound equal.

        A rendered fragment is filed under it, so that an edit re-renders only
        what it changes.
        """
        spoken = self.spoken(text)
        fixed = self.fixed_sounds(spoken)
        return "".join(
            character + (f"[{fixed[place]}]" if place in fixed else "")
            for place, character in enumerate(spoken)
        )

    def _surname(self, surname: str) -> re.Pattern[str]:
        titles = "|".join(map(re.escape, self.titles)) or "(?!)"
        return re.compile(f"(?<![{HANZI}]){surname}(?=[{HANZI}]{{0,2}}(?:{titles}))")

    def _figure(self, figure: str, following: str) -> str:
        whole, point, part = figure.partition(".")
        if point:
            return f"{self._figure(whole, '')}点{part.translate(_DIGIT_NAMES)}"
        if len(figure) > _LONGEST_NUMBER or (figure[0] == "0" and len(figure) > 1):
            return figure.translate(_PHONE_DIGIT_NAMES)
        if figure == "2" and following.startswith(self.two_is_liang_before):
            return "两"
        return number_name(int(figure))


def number_name(number: int) -> str:
    """0 to 9999 in Chinese: 0 零, 12 十二, 105 一百零五, 2010 二千零一十."""
    if not 0 <= number <= 9999:
        raise ValueError(f"{number} is outside 0 to 9999")
    name = ""
    for place, digit in enumerate(f"{number:04d}"):
        if digit != "0":
            name += digit.translate(_DIGIT_NAMES) + ("千", "百", "十", "")[place]
        elif name and not name.endswith("零"):
            name += "零"
    name = name.removesuffix("零") or "零"
    return name.removeprefix("一") if name.startswith("一十") else name


def _clock_time(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    spoken = "两点" if hour == 2 else f"{number_name(hour)}点"
    if minute == 0:
        return spoken
    return f"{spoken}{'零' if minute < 10 else ''}{number_name(minute)}分"


@cache
def load_lexicon(path: Path = PRONUNCIATION) -> Lexicon:
    """Raises DataFileError (file, line, field)."""
    return load_yaml(path, Lexicon)
