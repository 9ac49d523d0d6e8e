"""Which words can be an alias at all."""

from __future__ import annotations

import pytest

from grammars.knowledge import hospital_candidates
from ivr.aliases.proposal import Unfit, unfit

GULOU = "南京鼓楼医院"


@pytest.mark.parametrize(
    ("alias", "why"),
    [
        ("骨", Unfit.LENGTH),
        ("骨楼" * 11, Unfit.LENGTH),
        ("骨楼！", Unfit.NO_WORDS),
        ("320106", Unfit.NO_WORDS),
        ("鼓楼医院", Unfit.KNOWN),
        ("儿童医院", Unfit.OF_ANOTHER),
        ("南京市中医院", Unfit.OF_ANOTHER),
        ("是的", Unfit.MEANS_OTHERWISE),
        ("不对", Unfit.MEANS_OTHERWISE),
        ("后天上午", Unfit.MEANS_OTHERWISE),
        ("人工", Unfit.MEANS_OTHERWISE),
    ],
)
def test_these_cannot(alias: str, why: Unfit) -> None:
    assert unfit(alias, GULOU, hospital_candidates()) is why


def test_a_name_that_is_not_in_the_list_has_no_alias() -> None:
    assert unfit("骨楼", "北京协和医院", hospital_candidates()) is Unfit.NO_SUCH_NAME


def test_new_words_can() -> None:
    assert unfit("天文台那家", GULOU, hospital_candidates()) is None
